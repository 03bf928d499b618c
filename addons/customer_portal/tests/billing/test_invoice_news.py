"""What people are told of invoices and credit notes."""

from datetime import timedelta

from odoo import Command

from ..common import PortalCommon
from ..news_case import NewsMixin


class TestInvoiceNews(NewsMixin, PortalCommon):
    def _issue(self, amount=100.0, **values):
        values.setdefault("days_overdue", -30)
        return self._create_posted_invoice(amount, date=self.today, **values)

    def _post_old(self, days_overdue, **values):
        """Return an invoice that was posted long ago, of which nobody was told."""
        date = self.today - timedelta(days=100)
        return self._create_posted_invoice(
            100.0, days_overdue=days_overdue, date=date, **values
        )

    def test_new_invoice_is_told_to_who_may_see_it(self):
        self._tailor(self.colleague, {"see_orders": "branches"})
        invoice = self._issue()
        [notice] = self._tell_news()
        self.assertEqual(notice.user_id, self.buyer)
        self.assertEqual(notice.partner_id, self.customer)
        self.assertEqual(notice.title, f"Invoice {invoice.name} was issued.")
        self.assertEqual(notice.url, f"/my/invoices/{invoice.id}")
        due = invoice.invoice_date_due.strftime("%m/%d/%Y")
        self.assertEqual(notice.detail, f"$\xa0100.00 is due on {due}.")
        self.assertEqual((notice.mail, notice.mail_state), ("digest", "to_send"))

    def test_head_office_hears_of_its_branch_and_not_vice_versa(self):
        self._issue(partner=self.branch)
        notices = self._tell_news()
        self.assertEqual(notices.user_id, self.buyer | self.colleague)
        self.assertEqual(notices.partner_id, self.branch)
        self._give_role(self.buyer, "member", scope="company")
        self._issue(partner=self.branch)
        self.assertEqual(self._tell_news().user_id, self.colleague)

    def test_own_papers_alone_are_told(self):
        self._tailor(self.buyer, {"see_invoices": "own"})
        self._issue()
        self.assertFalse(self._tell_news())
        own = self._issue(partner=self.buyer.partner_id)
        [notice] = self._tell_news()
        self.assertEqual(notice.url, f"/my/invoices/{own.id}")
        self.assertEqual(self._get_news().mapped("state"), ["void", "told"])

    def test_who_does_not_deal_with_the_company_is_not_told(self):
        other = self.setup_other_company()["company"]
        self._issue()
        self.buyer.sudo().write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(self._tell_news())

    def test_section_that_is_off_tells_nothing(self):
        self._issue()
        permission = self.env["portal.permission"].search(
            [("code", "=", "see_invoices")]
        )
        permission.section_id.is_on = False
        self.assertFalse(self._tell_news())

    def test_nothing_is_told_of_what_was_taken_back_or_paid(self):
        taken_back, paid = self._issue(), self._issue()
        taken_back.button_draft()
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        )
        wizard.create({})._create_payments()
        notices = self._tell_news()
        self.assertNotIn("invoice_issued", notices.mapped("event_id.code"))
        self.assertEqual(
            set(self._get_news("invoice_issued").mapped("state")), {"void"}
        )

    def test_posted_again_is_told_once(self):
        invoice = self._issue()
        self.assertTrue(self._tell_news())
        invoice.button_draft()
        invoice.action_post()
        self.assertFalse(self._tell_news())

    def test_only_after_a_while(self):
        self._issue()
        self.assertFalse(self._tell_news(minutes=9))
        self.assertTrue(self._tell_news(minutes=2))

    def test_rows_are_for_customers_with_people_alone(self):
        lonely = self.env["res.partner"].create({"name": "Lonely", "is_company": True})
        self._issue(partner=lonely)
        self._create_posted_invoice(5.0, move_type="in_invoice", date=self.today)
        self._create_posted_invoice(5.0, date=self.today - timedelta(days=31))
        self.assertFalse(self._get_news())

    def test_credit_note_is_told(self):
        note = self._create_credit_note(30.0, date=self.today, days_overdue=0)
        [notice] = self._tell_news()
        self.assertEqual(notice.title, f"Credit note {note.name} was issued.")
        self.assertEqual(notice.detail, "Its total is $\xa030.00.")

    def test_many_come_as_one(self):
        self._create_posted_invoices(
            [
                {"amount": 10.0, "days_overdue": -30, "date": self.today}
                for _number in range(6)
            ]
        )
        [notice] = self._tell_news()
        self.assertEqual(notice.title, "6 invoices were issued.")
        self.assertEqual(notice.url, "/my/invoices")

    def test_is_in_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.buyer.lang = "fr_FR"
        self._issue(1234.5)
        [notice] = self._tell_news()
        self.assertIn("1\xa0234,50", notice.detail)

    # ------------------------------------------------------------
    # Days
    # ------------------------------------------------------------

    def test_due_soon_and_overdue_are_told_on_their_day(self):
        due, overdue = self._post_old(-3), self._post_old(1)
        for days in (-4, -2, 0, 2):
            self._post_old(days)
        notices = self._tell_day().sorted("id")
        day = due.invoice_date_due.strftime("%m/%d/%Y")
        late = overdue.invoice_date_due.strftime("%m/%d/%Y")
        self.assertEqual(
            notices.mapped(lambda one: (one.title, one.detail)),
            [
                (f"Invoice {due.name} is due on {day}.", "Amount due: $\xa0100.00"),
                (
                    f"Invoice {overdue.name} is overdue.",
                    f"$\xa0100.00 was due on {late}.",
                ),
            ],
        )
        self.assertFalse(self._tell_day())

    def test_days_of_notice_are_the_sellers(self):
        self.env["ir.config_parameter"].set_param("customer_portal.due_days", "7")
        invoice = self._post_old(-7)
        self._post_old(-3)
        [notice] = self._tell_day()
        self.assertIn(invoice.name, notice.title)

    def test_what_was_due_before_the_portal_came_is_no_news(self):
        self._post_old(1)
        self.company.sudo().portal_news_day = False
        self.assertFalse(self._tell_news())
        self.assertEqual(self.company.sudo().portal_news_day, self.today)

    def test_pause_of_the_action_is_made_up_for(self):
        told = [self._post_old(days).name for days in (7, 2)]
        self._post_old(8)
        self.company.sudo().portal_news_day = self.today - timedelta(days=20)
        titles = self._tell_news().mapped("title")
        self.assertEqual(
            sorted(titles), sorted(f"Invoice {name} is overdue." for name in told)
        )

    def test_each_installment_is_told(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two parts",
                "line_ids": [
                    Command.create(
                        {
                            "value": "percent",
                            "value_amount": 50,
                            "delay_type": "days_after",
                            "nb_days": days,
                        }
                    )
                    for days in (30, 60)
                ],
            }
        )
        date = self.today - timedelta(days=27)
        invoice = self._create_posted_invoice(100.0, term=term, date=date)
        self._get_news().unlink()
        [notice] = self._tell_day()
        self.assertEqual(notice.detail, "Amount due: $\xa050.00")
        invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).sorted("date_maturity")[0].date_maturity = self.today - timedelta(days=1)
        [notice] = self._tell_day()
        self.assertEqual(notice.title, f"Invoice {invoice.name} is overdue.")

    def test_what_is_being_paid_is_not_due(self):
        invoice = self._post_old(1)
        remittance = self._open_remittance({invoice: 100.0})
        remittance.state = "processing"
        self.assertFalse(self._tell_day())

    def test_part_that_is_being_paid_is_left_out(self):
        for days in (1, -3):
            invoice = self._post_old(days)
            self._open_remittance({invoice: 40.0}).state = "processing"
            [notice] = self._tell_day()
            self.assertIn("$\xa060.00", notice.detail)

    # ------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------

    def test_mail_is_one_digest(self):
        self._issue()
        self._create_credit_note(30.0, date=self.today, days_overdue=0)
        self.assertEqual(len(self._tell_news()), 2)
        [mail] = self._send_told()
        self.assertEqual(mail.email_to, self.buyer.email_formatted)
        self.assertFalse(self._send_told())

    def test_who_got_the_invoice_by_mail_gets_no_second_one(self):
        self._give_role(self.stranger, "member", self.customer)
        invoice = self._issue()
        notices = self._tell_news()
        self.assertEqual(notices.user_id, self.buyer | self.stranger)
        invoice.message_post(
            body="Your invoice",
            partner_ids=self.buyer.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        [mail] = self._send_told().filtered(lambda one: not one.model)
        self.assertEqual(mail.email_to, self.stranger.email_formatted)
        states = {notice.user_id: notice.mail_state for notice in notices}
        self.assertEqual(states, {self.buyer: "skipped", self.stranger: "sent"})

    def test_mail_about_something_else_before_is_not_taken_for_it(self):
        invoice = self._issue()
        invoice.message_post(
            body="Hello",
            partner_ids=self.buyer.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        message = invoice.message_ids.sorted("id")[-1]
        self.env.cr.execute(
            "UPDATE mail_message SET create_date = create_date - interval '1 day'"
            " WHERE id = %s",
            [message.id],
        )
        self._tell_news()
        self.assertTrue(self._send_told().filtered(lambda one: not one.model))

    def test_mail_is_not_sent_of_what_is_paid_or_hidden_meanwhile(self):
        for change in (
            lambda invoice: invoice.button_draft(),
            lambda _invoice: self._tailor(self.buyer, {"see_invoices": "own"}),
        ):
            invoice = self._issue()
            [notice] = self._tell_news()
            change(invoice)
            self.assertFalse(self._send_told())
            self.assertEqual(notice.mail_state, "skipped")
