"""The page of one invoice: what it shows to whom, its files and its messages."""

from unittest.mock import patch

from odoo import Command
from odoo.tools import SQL

from ..access_case import HOSTILE
from ..common import PortalHttpCommon

MOST_QUERIES = 40


class TestInvoicePage(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._create_posted_invoice(100.0, days_overdue=40, ref="PO-1")
        cls.payment = cls._register_payment(cls.late, amount=20.0)
        cls.credit = cls._create_credit_note(30.0, days_overdue=3)
        items = (cls.late | cls.credit).line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        items.reconcile()
        cls.foreign = cls._create_posted_invoice(77.0, partner=cls.other_customer)

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _open(self, invoice, query=""):
        page = self._get(f"/my/invoices/{invoice.id}{query}")
        self.assertEqual(page.status_code, 200)
        return page

    def _get_token_query(self, invoice):
        return f"?access_token={invoice._portal_ensure_token()}"

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    def test_shows_what_is_due_and_what_settled_it(self):
        page = self._open(self.late)
        self.assertEqual(self._get_figures(page, "amount_due"), ["50.00"])
        self.assertEqual(self._get_figures(page, "settled"), ["30.00", "20.00"])
        self.assertEqual(self._get_figures(page, "line_amount"), ["100.00"])
        for text in (
            "PO-1",
            f"/my/payments/{self.payment.id}",
            f"/my/invoices/{self.credit.id}",
            f"/my/pay?documents={self.late.id}",
        ):
            with self.subTest(text):
                self.assertIn(text, page.text)
        self.assertNotIn("<iframe", page.text)
        used = self._open(self.credit)
        self.assertIn(f"/my/invoices/{self.late.id}", used.text)

    def test_link_of_a_mail_leads_who_pays_here_to_the_pay_page(self):
        answer = self._get(f"/my/invoices/{self.late.id}?payment=True")
        self.assertEqual(answer.status_code, 303)
        self.assertURLEqual(
            answer.headers["Location"], f"/my/pay?documents={self.late.id}"
        )

    def test_visitor_with_the_link_sees_the_document_and_nothing_else(self):
        query = self._get_token_query(self.late)
        self.company.primary_color = "#123456"
        self._sign_in(None)
        page = self._open(self.late, query)
        self.assertEqual(self._get_figures(page, "amount_due"), ["50.00"])
        self.assertIn('id="pay_with"', page.text)
        self.assertIn("--cp-brand: #123456;", page.text)
        self.assertIn(f"/invoice/transaction/{self.late.id}", page.text)
        for text in (
            f"/my/payments/{self.payment.id}",
            self.payment.name,
            f"/my/invoices/{self.credit.id}",
            "/my/pay?",
            "cp_navigation",
        ):
            with self.subTest(text):
                self.assertNotIn(text, page.text)
        for wrong in ("", "?access_token=x", self._get_token_query(self.foreign)):
            with self.subTest(wrong):
                answer = self._get(f"/my/invoices/{self.late.id}{wrong}")
                self.assertEqual(answer.status_code, 303)

    def test_instalments_and_sections(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "30 and 70",
                "line_ids": [
                    Command.create({"value_amount": 30, "nb_days": 0}),
                    Command.create({"value_amount": 70, "nb_days": 90}),
                ],
            }
        )
        invoice = self._create_posted_invoice(
            100.0, term=term, date=self.late.invoice_date
        )
        invoice.button_draft()
        invoice.invoice_line_ids = [
            Command.create(
                {"display_type": "line_section", "name": "Tools", "sequence": 200}
            ),
            Command.create(
                {
                    "name": "Saw",
                    "price_unit": 5.0,
                    "quantity": 2,
                    "discount": 10.0,
                    "tax_ids": [Command.clear()],
                    "sequence": 201,
                }
            ),
            Command.create(
                {"display_type": "line_note", "name": "As agreed", "sequence": 202}
            ),
        ]
        invoice.action_post()
        page = self._open(invoice)
        self.assertEqual(self._get_figures(page, "instalment"), ["32.70", "76.30"])
        self.assertEqual(self._get_figures(page, "line_amount"), ["100.00", "9.00"])
        self.assertEqual(self._get_figures(page, "section_amount"), ["9.00"])
        self.assertEqual(self._get_figures(page, "invoice_total"), ["109.00"])
        self.assertIn("As agreed", page.text)

    def test_cost_does_not_grow_with_the_lines(self):
        long = self._create_posted_invoice(1.0)
        long.button_draft()
        long.invoice_line_ids = [
            Command.create({"name": f"Bolt {number}", "price_unit": 1.0})
            for number in range(60)
        ]
        long.action_post()
        counts = []
        for invoice in (self.late, long):
            self._open(invoice)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            statements = []
            execute = type(self.env.cr).execute

            def record(cursor, query, *args, _seen=statements, **kwargs):
                text = query.code if isinstance(query, SQL) else str(query)
                _seen.append(text.strip()[:60].upper())
                return execute(cursor, query, *args, **kwargs)  # noqa: B023  (called in this turn)

            with patch.object(type(self.env.cr), "execute", record):
                self._open(invoice)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertTrue(statements)
            self.assertFalse(
                [
                    text
                    for text in statements
                    if text.startswith(("INSERT", "UPDATE", "DELETE"))
                ]
            )
        self.assertLessEqual(counts[1], counts[0])
        self.assertLessEqual(max(counts), MOST_QUERIES)

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    def test_pdf_is_made_once_and_sends_nothing(self):
        self.assertFalse(self.late.invoice_pdf_report_id)
        path = f"/my/invoices/{self.late.id}?report_type=pdf&download=true"
        first = self._get(path)
        self.assertEqual(first.headers["Content-Type"], "application/pdf")
        self.late.invalidate_recordset()
        stored = self.late.invoice_pdf_report_id
        self.assertEqual(stored.raw, first.content)
        self.assertFalse(self.late.is_move_sent)
        drawn = self._count_drawn()
        self.assertTrue(drawn)
        self.assertEqual(self._get(path).content, first.content)
        self.late.invalidate_recordset()
        self.assertEqual(self.late.invoice_pdf_report_id, stored)
        # The limit is on what is drawn: a stored file is only sent.
        self.assertEqual(self._count_drawn(), drawn)
        self._get(f"/my/invoices/{self.late.id}?report_type=html")
        self.assertGreater(self._count_drawn(), drawn)

    def _count_drawn(self):
        limits = self.env["portal.rate.limit"].search([("kind", "=", "pdf")])
        limits.invalidate_recordset()
        return sum(limits.mapped("count"))

    # ------------------------------------------------------------
    # Messages
    # ------------------------------------------------------------

    def _get_comments(self, invoice):
        invoice.invalidate_recordset()
        return invoice._get_portal_messages()

    def test_message_is_posted_once(self):
        path = f"/my/invoices/{self.late.id}/message"
        for _attempt in range(2):
            answer = self._post(path, body="Why\n<b>so much?</b>", request_key="a" * 32)
            self.assertEqual(answer.status_code, 303)
        [message] = self._get_comments(self.late)
        self.assertEqual(message.author_id, self.buyer.partner_id)
        self.assertIn("&lt;b&gt;so much?", str(message.body))
        self.assertIn(
            "Your message was sent",
            self._get(answer.headers["Location"].partition("#")[0]).text,
        )
        refused = self._post(path, body=" ")
        self.assertEqual(refused.status_code, 422)
        self.assertEqual(len(self._get_comments(self.late)), 1)

    def test_hostile_messages_are_text(self):
        path = f"/my/invoices/{self.late.id}/message"
        for value in filter(str.strip, HOSTILE):
            with self.subTest(value[:20]):
                before = self.late.message_ids
                answer = self._post(path, body=f"Hello {value}", request_key=value)
                self.assertEqual(answer.status_code, 303)
                self.env.invalidate_all()
                self.assertEqual(len(self.late.message_ids - before), 1)
        page = self._open(self.late, "?messages=all")
        self.assertNotIn("<script>alert(1)</script>", page.text)
        self.assertIn("Hello &lt;script&gt;", page.text)
        count = len(self.late.message_ids)
        answer = self._post(path, body="x" * 10_001)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("This message is too long.", answer.text)
        self._sign_in(None)
        for value in HOSTILE:
            with self.subTest(value[:20], person="visitor"):
                answer = self._post(path, body="Hello", access_token=value)
                self.assertIn(answer.status_code, (400, 404))
        self.env.invalidate_all()
        self.assertEqual(len(self.late.message_ids), count)

    def test_visitor_answers_as_whom_the_link_was_sent_to(self):
        token = self.late._portal_ensure_token()
        self._sign_in(None)
        path = f"/my/invoices/{self.late.id}/message"
        answer = self._post(path, body="From the link", access_token=token)
        self.assertEqual(answer.status_code, 303)
        self.assertIn(token, answer.headers["Location"])
        [message] = self._get_comments(self.late)
        self.assertEqual(message.author_id, self.late.partner_id)
        wrong = self.foreign._portal_ensure_token()
        for query in ({}, {"access_token": wrong}):
            with self.subTest(query):
                refused = self._post(path, body="Let me in", **query)
                self.assertEqual(refused.status_code, 404)
        self.assertEqual(len(self._get_comments(self.late)), 1)

    def test_files_are_those_of_the_messages_shown(self):
        shown = self.late.message_post(
            body="See this",
            attachments=[("delivery.txt", b"delivered")],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        ).attachment_ids
        hidden = self.late.message_post(
            body="Staff only",
            attachments=[("secret.txt", b"secret")],
            subtype_xmlid="mail.mt_note",
        ).attachment_ids
        page = self._open(self.late)
        self.assertIn("See this", page.text)
        self.assertNotIn("Staff only", page.text)
        path = f"/my/invoices/{self.late.id}/files"
        self.assertEqual(self._get(f"{path}/{shown.id}").content, b"delivered")
        self.assertEqual(self._get(f"{path}/{hidden.id}").status_code, 404)
        other = f"/my/invoices/{self.credit.id}/files/{shown.id}"
        self.assertEqual(self._get(other).status_code, 404)
