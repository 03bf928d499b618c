"""Help with an order, invoice or payment, and tickets made of messages about them."""

from markupsafe import Markup

from .test_new import PICTURE, NewTicketCase


class TestDocumentTickets(NewTicketCase):
    def _ask_about(self, **values):
        return self.env["portal.ticket"].create(
            {
                "subject": "Where is it?",
                "partner_id": self.buyer.partner_id.id,
                "team_id": self.team.id,
                **values,
            }
        )

    def _get_links(self, path):
        page = self._read_page(self._get(path))
        links = page.xpath("//a[starts-with(@href, '/my/tickets/')]/@href")
        return [link for link in links if link != "/my/tickets/new"]

    def test_papers_lead_to_the_form_and_show_their_tickets(self):
        invoice = self._create_posted_invoice(10.0)
        for name, record in (("order", self.order), ("invoice", invoice)):
            path = f"/my/{name}s/{record.id}"
            with self.subTest(name):
                links = self._get_links(path)
                self.assertIn(f"/my/tickets/new?{name}={record.id}", links)
                ticket = self._ask_about(**{f"{name}_id": record.id})
                page = self._get(path).text
                self.assertIn(f"/my/tickets/{ticket.id}", page)
                self.assertIn(ticket.number, page)
        line = self.order.order_line
        self.assertIn(
            f"/my/tickets/new?line={line.id}",
            self._get_links(f"/my/orders/{self.order.id}"),
        )

    def test_payments_lead_to_the_form_and_show_their_tickets(self):
        invoice = self._create_posted_invoice(10.0)
        remittance = self._open_remittance({invoice: 10.0})
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertNotIn("/my/tickets/new", page.text)
        self._pay(remittance)
        payment = remittance.payment_id
        self.assertTrue(payment)
        ticket = self._ask_about(payment_id=payment.id)
        bank = self._pay_by_bank()
        other = self._ask_about(payment_id=bank.id)
        for path, paid, shown in (
            (f"/my/pay/{remittance.id}", payment, ticket),
            (f"/my/payments/{bank.id}", bank, other),
        ):
            with self.subTest(path):
                links = self._get_links(path)
                self.assertIn(f"/my/tickets/new?payment={paid.id}", links)
                self.assertIn(f"/my/tickets/{shown.id}", links)
        offers = self._get(f"/my/tickets/new?payment={payment.id}")
        self.assertEqual(offers.status_code, 200)

    def test_tickets_of_others_are_not_shown(self):
        colleague = self._create_portal_user("second_buyer", self.customer)
        ticket = self._ask_about(
            order_id=self.order.id, partner_id=colleague.partner_id.id
        )
        path = f"/my/orders/{self.order.id}"
        self.assertIn(f"/my/tickets/{ticket.id}", self._get_links(path))
        self._tailor(self.buyer, {"see_orders": "company", "see_tickets": "own"})
        self.assertEqual(self._get_links(path), [])

    def test_visitor_with_the_link_sees_neither(self):
        self._ask_about(order_id=self.order.id)
        token = self.order._portal_ensure_token()
        self._sign_in(None)
        page = self._get(f"/my/orders/{self.order.id}?access_token={token}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("/my/tickets", page.text)

    def test_many_tickets_cost_one_query(self):
        path = f"/my/orders/{self.order.id}"

        def count():
            self._get(path)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get(path)
            return self.env.cr.sql_log_count - before

        self._ask_about(order_id=self.order.id)
        few = count()
        for _number in range(12):
            self._ask_about(order_id=self.order.id)
        self.assertEqual(count(), few)
        self._tailor(self.buyer, {"see_orders": "company", "see_quotes": "company"})
        self.assertGreaterEqual(few - count(), 1)


class TestTicketOfMessage(NewTicketCase):
    def _write(self, record, person=None, **values):
        return record.message_post(
            **{
                "body": Markup("<p>Where is <b>it</b>?</p><p>We wait.</p>"),
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                "author_id": (person or self.buyer).partner_id.id,
                **values,
            }
        )

    def _make(self, message):
        return self._post(f"/my/tickets/new/message/{message.id}")

    def test_own_message_becomes_a_ticket_in_one_step(self):
        invoice = self._create_posted_invoice(10.0)
        for name, record, kind in (
            ("order", self.order, self.other),
            ("invoice", invoice, self.invoices),
        ):
            with self.subTest(name):
                message = self._write(record, attachments=[("box.png", PICTURE)])
                path = f"/my/{name}s/{record.id}"
                page = self._read_page(self._get(path))
                [form] = page.xpath("//form[contains(@action, '/new/message/')]")
                answer = self._post(form.get("action"))
                ticket = self._find()[-1]
                self.assertURLEqual(
                    answer.headers["Location"],
                    f"/my/tickets/{ticket.id}?notice=ticket_sent",
                )
                self.assertEqual(
                    (ticket.source_message_id, ticket.type_id, ticket.subject),
                    (message, kind, f"{record.name}: Where is it? We wait."),
                )
                self.assertEqual(ticket[f"{name}_id"], record)
                self.assertIn("We wait.", ticket.description)
                shown = self._get(answer.headers["Location"]).text
                self.assertIn("box.png", shown)
                page = self._read_page(self._get(path))
                self.assertFalse(
                    page.xpath(
                        "//form[contains(@action, '/message/')]"
                        "[contains(@action, '/new/')]"
                    )
                )
                again = self._make(message)
                self.assertEqual(again.headers["Location"], answer.headers["Location"])
                self.assertEqual(self._find()[-1], ticket)

    def test_messages_of_others_and_of_foreign_papers_are_as_missing(self):
        colleague = self._create_portal_user("second_buyer", self.customer)
        own = self._write(self.order)
        for message in (
            self._write(self.order, colleague),
            self._write(self.foreign),
            self._write(self.foreign, self.stranger),
            self._write(self.order, subtype_xmlid="mail.mt_note"),
            self._write(self.customer),
        ):
            with self.subTest(message.model, author=message.author_id.name):
                self.assertEqual(self._make(message).status_code, 404)
        for wrong in ("2147483648", "99999999", "0"):
            answer = self._post(f"/my/tickets/new/message/{wrong}")
            self.assertEqual(answer.status_code, 404)
        self._tailor(self.buyer, {"open_tickets": "own"})
        self.assertEqual(self._make(own).status_code, 404)
        self._tailor(self.buyer, {"see_orders": "company"})
        self.assertEqual(self._make(own).status_code, 403)
        self.assertFalse(self._find())
