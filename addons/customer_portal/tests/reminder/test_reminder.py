"""Who is reminded of what, and when; through the scheduled action."""

from datetime import datetime, time, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..reminder_case import MONDAY, ReminderCase

MODELS = "odoo.addons.customer_portal.models.reminder"
MAIL = f"{MODELS}.portal_reminder_mail"


class TestReminder(ReminderCase):
    def test_levels_come_on_their_days_and_once(self):
        self._owe(100.0)
        # A month and more, twice a day.
        days = sorted([*range(-5, 45), *range(-5, 45)])
        self.assertEqual(
            self._levels(days),
            {-3: ["before"], 7: ["first"], 21: ["second"], 35: ["last"]},
        )

    def test_nobody_is_reminded_until_it_is_switched_on(self):
        self._owe(100.0)
        self.company.portal_reminders = False
        self.assertFalse(self._run(MONDAY + timedelta(days=8)))
        self.assertFalse(self.reminders.search([]))

    def test_missed_levels_are_passed_over(self):
        self._owe(100.0)
        self.assertEqual(
            self._levels([23, 24, 31, 34, 36]), {23: ["second"], 36: ["last"]}
        )

    def test_one_mail_has_all_that_is_due(self):
        one = self._owe(100.0)
        two = self._owe(50.0, MONDAY + timedelta(days=5))
        soon = self._owe(25.0, MONDAY + timedelta(days=10))
        self._owe(12.5, MONDAY + timedelta(days=30))
        names = sorted((one | two | soon).mapped("name"))
        [reminder] = self._run(MONDAY + timedelta(days=7))
        self.assertEqual(self._tell(reminder), [("first", 175.0, names)])
        self.assertEqual(reminder.amount_overdue, 150.0)
        # `two` was listed, and has its own level later; not within 7 days.
        self.assertEqual(self._levels([8, 12, 13, 14, 15]), {14: ["first"]})

    def test_a_customer_a_currency_and_a_company_has_its_own_mail(self):
        for partner, currency in (
            (self.customer, self.usd),
            (self.customer, self.eur),
            (self.branch, self.usd),
            (self.other_customer, self.usd),
        ):
            self._owe(100.0, partner=partner, currency=currency)
        self.branch.email = "north@northwind.example"
        self.other_customer.email = "office@southwind.example"
        sent = self._run(MONDAY + timedelta(days=7))
        self.assertEqual(
            {(one.partner_id, one.currency_id) for one in sent},
            {
                (self.customer, self.usd),
                (self.customer, self.eur),
                (self.branch, self.usd),
                (self.other_customer, self.usd),
            },
        )
        self.assertEqual(
            sorted(self._mails().mapped("email_to")),
            [
                '"Northwind North" <north@northwind.example>',
                '"Northwind" <office@northwind.example>',
                '"Northwind" <office@northwind.example>',
                '"Southwind" <office@southwind.example>',
            ],
        )

    def test_another_company_of_the_seller_reminds_by_itself(self):
        self._owe(100.0)
        data = self.setup_other_company()
        other = data["company"]
        with freeze_time(MONDAY - timedelta(days=30)):
            moves = self.env["account.move"].with_company(other)
            move = moves.create(
                {
                    **self._prepare_invoice(
                        40.0, days_overdue=(self.today - MONDAY).days
                    ),
                    "company_id": other.id,
                    "currency_id": other.currency_id.id,
                }
            )
            move.action_post()
        # Its reminders are off.
        [one] = self._run(MONDAY + timedelta(days=7))
        self.assertEqual((one.company_id, one.amount_total), (self.company, 100.0))
        other.portal_reminders = True
        other.portal_reminders_since = MONDAY - timedelta(days=90)
        [two] = self._run(MONDAY + timedelta(days=8))
        self.assertEqual((two.company_id, two.amount_total), (other, 40.0))

    def test_instalments_have_their_own_levels(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two parts",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 30, "nb_days": 0}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 70, "nb_days": 20}
                    ),
                ],
            }
        )
        self._owe(1000.0, date=MONDAY, term=term)
        sent = {
            day: [(one.level_id.days, one.amount_total) for one in some]
            for day in range(6, 30)
            if (some := self._run(MONDAY + timedelta(days=day)))
        }
        # 20 days after Monday is a Sunday; the second part is announced on Monday, 17,
        # without the first: a text about what is soon due says nothing of what is late.
        self.assertEqual(sent, {7: [(7, 300.0)], 17: [(-3, 700.0)], 24: [(21, 1000.0)]})

    def test_credits_are_taken_off(self):
        self._owe(100.0)
        self._create_credit_note(40.0)
        self.schedule.amount_least = 60.0
        [reminder] = self._run(MONDAY + timedelta(days=7))
        self.assertEqual((reminder.amount_total, reminder.amount_credit), (100.0, 40.0))
        self._create_credit_note(60.0)
        self.assertFalse(self._run(MONDAY + timedelta(days=21)))

    def test_nobody_is_reminded_of_small_amounts(self):
        self._owe(9.99)
        self._owe(9.99, currency=self.eur)  # 19.98 in the company's currency
        self.schedule.amount_least = 10.0
        [reminder] = self._run(MONDAY + timedelta(days=7))
        self.assertEqual(reminder.currency_id, self.eur)

    def test_what_is_hardly_late_is_left_out(self):
        self._owe(100.0)
        self._owe(50.0, MONDAY + timedelta(days=5))
        self.schedule.days_least = 3
        self.assertEqual(
            [one.amount_total for one in self._run(MONDAY + timedelta(days=7))],
            [100.0],
        )

    def test_no_mail_on_a_day_without_work(self):
        # 7 days after it is a Saturday, and the Monday after it a holiday.
        self._owe(100.0, MONDAY - timedelta(days=2))
        start = datetime.combine(MONDAY + timedelta(days=7), time(0))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": start,
                "date_to": start + timedelta(days=1),
            }
        )
        self.assertEqual(self._levels([5, 6, 7, 8]), {8: ["first"]})

    def test_mails_on_weekends_if_wished(self):
        self._owe(100.0, MONDAY - timedelta(days=2))
        self.schedule.only_working_days = False
        self.assertEqual(self._levels([4, 5, 6]), {5: ["first"]})

    def test_a_tag_chooses_the_schedule(self):
        tag = self.env["res.partner.category"].create({"name": "Wholesale"})
        self.env["portal.reminder.schedule"].create(
            {
                "name": "Wholesale",
                "company_id": self.company.id,
                "category_ids": [Command.set(tag.ids)],
                "level_ids": [Command.create({"days": 14, "name": "First reminder"})],
            }
        )
        self.customer.category_id = tag
        self._owe(100.0)
        self.assertEqual(self._levels([7, 10, 14]), {14: ["first"]})

    def test_who_is_left_out_by_staff(self):
        invoice = self._owe(100.0)
        other = self._owe(50.0)
        invoice.no_followup = True
        [reminder] = self._run(MONDAY + timedelta(days=7))
        self.assertEqual(self._tell(reminder), [("first", 50.0, [other.name])])
        self.customer.portal_no_reminders = True
        self.assertFalse(self._run(MONDAY + timedelta(days=21)))
        self.assertFalse(self.reminders.search([("state", "!=", "sent")]))

    # ------------------------------------------------------------
    # What is under way
    # ------------------------------------------------------------

    def test_what_is_announced_is_left_out_and_says_so(self):
        invoice, other = self._owe(100.0), self._owe(50.0)
        with freeze_time(datetime.combine(MONDAY, time(9))):
            self._open_remittance({invoice: 60.0}).state = "announced"
        [reminder] = self._run(MONDAY + timedelta(days=7))
        self.assertEqual(
            self._tell(reminder),
            [("first", 90.0, sorted((invoice | other).mapped("name")))],
        )
        self.assertEqual(
            [(one.amount_paused, one.pause) for one in reminder.line_ids],
            [(60.0, "announced"), (0.0, False)],
        )
        self.assertRegex(
            reminder.body, r"(?s)Not included.*60\.00.*Bank transfer announced"
        )

    def test_nobody_is_reminded_of_what_is_under_way_alone(self):
        invoice = self._owe(100.0)
        remittance = self._open_remittance({invoice: 100.0})
        remittance.state = "processing"
        self.assertFalse(self._run(MONDAY + timedelta(days=7)))
        remittance.state = "cancelled"
        self.assertEqual(len(self._run(MONDAY + timedelta(days=8))), 1)

    def test_paid_in_between(self):
        invoice = self._owe(100.0)
        other = self._owe(50.0)
        self.schedule.needs_approval = True
        day = MONDAY + timedelta(days=7)
        self.assertFalse(self._run(day))
        [reminder] = self.reminders.search([])
        reminder.action_approve()
        self._pay_by_bank(invoice)
        self.assertEqual(self._tell(self._run(day)), [("first", 50.0, [other.name])])
        self.assertEqual(reminder.state, "sent")

    def test_all_paid_in_between(self):
        invoice = self._owe(100.0)
        self.schedule.needs_approval = True
        self._run(MONDAY + timedelta(days=7))
        [reminder] = self.reminders.search([])
        reminder.action_approve()
        self._pay_by_bank(invoice)
        self.assertFalse(self._run(MONDAY + timedelta(days=7)))
        self.assertEqual(reminder.state, "cancelled")
        self.assertFalse(self._mails())

    def _pay_by_bank(self, invoice):
        with freeze_time(datetime.combine(MONDAY, time(9))):
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            ).create({})._create_payments()

    # ------------------------------------------------------------
    # Once
    # ------------------------------------------------------------

    def test_a_level_of_an_instalment_is_there_once(self):
        self._owe(100.0)
        [reminder] = self._run(MONDAY + timedelta(days=7))
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            reminder.line_ids.copy()
            self.env.flush_all()

    def _owe_three(self):
        customers = self.customer | self.branch | self.other_customer
        for partner in customers:
            partner.email = f"p{partner.id}@northwind.example"
            self._owe(100.0, partner=partner)
        return customers

    def _break_mail_of(self, partner, error):
        """Let the mail of one customer fail, in the middle of a portion."""
        complete = type(self.reminders)._complete_mail

        def fail(reminder, mail):
            if reminder.partner_id == partner:
                raise error
            return complete(reminder, mail)

        return patch.object(type(self.reminders), "_complete_mail", fail)

    def test_one_bad_mail_holds_up_no_other(self):
        self._owe_three()
        day = MONDAY + timedelta(days=7)
        with self._break_mail_of(self.branch, ValueError("bad")), mute_logger(MAIL):
            sent = self._run(day)
        self.assertEqual(sent.partner_id, self.customer | self.other_customer)
        self.assertEqual(len(self._mails()), 2)
        [again] = self._run(day + timedelta(days=1))
        self.assertEqual(again.partner_id, self.branch)
        self.assertEqual(len(self._mails()), 3)

    def test_a_crash_repeats_the_portion_and_no_mail(self):
        self._owe_three()
        day = MONDAY + timedelta(days=7)
        crash = KeyboardInterrupt()  # which nothing catches
        with (
            self._break_mail_of(self.other_customer, crash),
            self.assertRaises(KeyboardInterrupt),
        ):
            self._run(day)
        self.env.invalidate_all()
        self.assertFalse(self._mails())
        self.assertFalse(self.reminders.search([("state", "=", "sent")]))
        self.assertEqual(len(self._run(day)), 3)
        self.assertFalse(self._run(day))
        self.assertEqual(len(self._mails()), 3)
        self.assertEqual(len(set(self._mails().mapped("email_to"))), 3)

    def test_a_run_goes_on_where_it_stopped(self):
        customers = self._owe_three()
        day = MONDAY + timedelta(days=7)
        runs = self.env["portal.reminder.run"].sudo()
        with (
            freeze_time(datetime.combine(day, time(9))),
            patch(f"{MODELS}.portal_reminder_run.PORTION", 2),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *_, **__: 0
            ),
        ):
            run = runs._get_run(self.company, day)
            self.assertFalse(run._make_reminders())
            self.assertEqual((run.looked_at, run.is_done), (2, False))
            self.assertEqual(runs._get_run(self.company, day), run)
            self.assertTrue(run._make_reminders())
        self.assertEqual((run.looked_at, run.made, run.is_done), (3, 3, True))
        self.assertEqual(self.reminders.search([]).partner_id, customers)

    # ------------------------------------------------------------
    # The mail
    # ------------------------------------------------------------

    def test_the_mail_goes_to_the_contacts_for_reminders(self):
        self._owe(100.0)
        self.env["portal.contact.function"]._add(
            self.customer, "reminders", "dunning@northwind.example", "Dee"
        )
        [reminder] = self._run(MONDAY + timedelta(days=7))
        self.assertEqual(self._mails().email_to, '"Dee" <dunning@northwind.example>')
        self.assertEqual(reminder.recipient_ids.mapped("name"), ["Dee"])

    def test_the_mail_pays_and_the_kept_one_does_not(self):
        invoice = self._owe(100.0)
        [reminder] = self._run(MONDAY + timedelta(days=7))
        [mail] = self._mails()
        self.assertIn("/pay/", mail.body_html)
        self.assertIn(invoice.name, mail.body_html)
        self.assertIn("7 days overdue", mail.body_html)
        self.assertIn("open on 03/31/2036, we will remind you", mail.body_html)
        self.assertEqual((mail.model, mail.res_id), (False, 0))
        self.assertNotIn("/pay/", reminder.body)
        self.assertIn('/my/invoices"', reminder.body)

    def test_the_statement_is_attached(self):
        self._owe(100.0)
        self.schedule.attaches_statement = True
        self._run(MONDAY + timedelta(days=7))
        [attachment] = self._mails().attachment_ids
        self.assertEqual(attachment.name, "statement-2036-03-17.pdf")
        self.assertEqual(attachment.raw[:5], b"%PDF-")

    def test_the_mail_has_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        self.first.with_context(lang="de_DE").next_step = "Danach rufen wir an."
        self._owe(100.0)
        self._run(MONDAY + timedelta(days=7))
        [mail] = self._mails()
        self.assertIn("Danach rufen wir an.", mail.body_html)
        self.assertIn("10.03.2036", mail.body_html)

    def test_who_has_no_address_is_on_the_desk(self):
        self.customer.email = False
        self._owe(100.0)
        self.assertFalse(self._run(MONDAY + timedelta(days=7)))
        [reminder] = self.reminders.search([])
        self.assertEqual(reminder.state, "failed")
        self.customer.email = "office@northwind.example"
        self.assertEqual(self._run(MONDAY + timedelta(days=8)), reminder)
