"""Disputing an invoice in the portal: the form, the page, the list."""

import base64

from lxml import html

from odoo.http import Request

from ..common import PortalHttpCommon
from ..dispute_case import DisputeMixin

KEY = "0123456789abcdef0123456789abcdef"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQ"
    "AAAABJRU5ErkJggg=="
)


class TestDisputePage(DisputeMixin, PortalHttpCommon):
    def setUp(self):
        super().setUp()
        self.invoice = self._bill()
        self.bolts, self.nuts = self.invoice.invoice_line_ids
        self.path = f"/my/invoices/{self.invoice.id}/dispute"
        self._sign_in(self.buyer)

    def _send(self, path=None, files=(), **values):
        """POST the form, with files, as the page does."""
        return self.url_open(
            path or self.path,
            data={
                "csrf_token": Request.csrf_token(self),
                "reason_id": self.reason.id,
                **values,
            },
            files=[("files", file) for file in files] or None,
            allow_redirects=False,
        )

    def _find(self, invoice=None):
        domain = [("move_id", "=", (invoice or self.invoice).id)]
        return self.env["portal.dispute"].search(domain)

    def test_person_disputes_a_line_and_sees_it(self):
        page = self._get(f"/my/invoices/{self.invoice.id}")
        self.assertIn(self.path, page.text)
        form = self._get(self.path)
        self.assertEqual(form.status_code, 200)
        self.assertNotIn("The rest follows later", form.text)
        answer = self._send(
            **{f"quantity_{self.bolts.id}": "8", "text": "Two were missing."},
            files=[("box.png", PICTURE, "image/png")],
        )
        self.assertEqual(answer.status_code, 303, answer.text[:2000])
        dispute = self._find()
        self.assertEqual(dispute.amount_disputed, 23.0)
        page = self._get(f"/my/invoices/{self.invoice.id}?notice=dispute_opened")
        self.assertEqual(self._get_figures(page, "disputed"), ["23.00"])
        for text in ("Two were missing.", "box.png", dispute.name, "8 instead of 10"):
            self.assertIn(text, html.fromstring(page.text).text_content())
        [file] = dispute.event_ids.attachment_ids
        address = f"/my/disputes/{dispute.id}/files"
        sent = self._get(f"{address}/{file.id}")
        self.assertEqual([sent.status_code, sent.content], [200, PICTURE])
        self._sign_in(self.stranger)
        self.assertEqual(self._get(f"{address}/{file.id}").status_code, 404)

    def test_sent_twice_is_disputed_once(self):
        values = {f"all_{self.nuts.id}": "on", "request_key": KEY}
        first, second = self._send(**values), self._send(**values)
        self.assertEqual([first.status_code, second.status_code], [303, 303])
        self.assertEqual(len(self._find()), 1)
        again = self._send(**{**values, "request_key": KEY[::-1]})
        self.assertEqual(again.status_code, 422)
        self.assertIn(self._find().name, again.text)
        self.assertEqual(len(self._find()), 1)

    def test_mistake_is_said_beside_its_field_and_nothing_is_lost(self):
        mistakes = {
            "reason_id": {"reason_id": "0", "amount": "5"},
            "amount": {"text": "Everything"},
            "text": {
                "reason_id": self.env.ref("customer_portal.short_payment_other").id,
                "amount": "5",
            },
            f"quantity_{self.nuts.id}": {f"quantity_{self.nuts.id}": "6"},
            f"price_{self.nuts.id}": {f"price_{self.nuts.id}": "cheap"},
        }
        for name, values in mistakes.items():
            with self.subTest(name):
                answer = self._send(**{"text": "", **values})
                self.assertEqual(answer.status_code, 422)
                page = html.fromstring(answer.text)
                [field] = page.xpath(f"//form//*[@name='{name}']")
                self.assertEqual(field.get("aria-invalid"), "true")
                for typed, text in values.items():
                    if typed.startswith(("quantity", "price", "amount")):
                        [field] = page.xpath(f"//form//*[@name='{typed}']")
                        self.assertEqual(field.get("value"), text)
        wrong = self._send(amount="5", files=[("a.exe", b"MZ", "image/png")])
        self.assertEqual(wrong.status_code, 422)
        self.assertIn("a.exe", wrong.text)
        more = self._send(amount="138.01")
        self.assertEqual(more.status_code, 422)
        self.assertIn("138.00", more.text)
        self.assertFalse(self._find())

    def test_hostile_values_change_nothing(self):
        other = self._bill(partner=self.other_customer)
        foreign_line = other.invoice_line_ids[0]
        for values in (
            {f"all_{foreign_line.id}": "on"},
            {"all_": "on", "quantity_9999999999999": "1", "price_x": "1"},
            {f"quantity_{self.nuts.id}": "-1"},
            {f"price_{self.nuts.id}": "nan"},
            {"amount": "1e400"},
            {"amount": "-5"},
            {"reason_id": "1;", "amount": "5"},
        ):
            with self.subTest(values):
                self.assertEqual(self._send(**values).status_code, 422)
        later = self.env.ref("customer_portal.short_payment_later")
        for reason_id in (later.id, 2**40):
            answer = self._send(reason_id=reason_id, amount="5")
            self.assertEqual(answer.status_code, 422)
        for path in (
            f"/my/invoices/{other.id}/dispute",
            "/my/invoices/2147483648/dispute",
        ):
            self.assertEqual(self._send(path, amount="5").status_code, 404)
            self.assertEqual(self._get(path).status_code, 404)
        self.assertFalse(self._find() | self._find(other))

    def test_reply_and_withdrawal(self):
        dispute = self._dispute(self.invoice)
        path = f"/my/disputes/{dispute.id}"
        self._decide(dispute)._ask("Which box?")
        overview = html.fromstring(self._get("/my").text)
        [link] = overview.xpath(f"//a[@href='{path}']")
        self.assertIn(self.invoice.name, link.text_content())
        there = self._get(path).headers["Location"]
        self.assertEqual(there, f"/my/invoices/{self.invoice.id}#disputes")
        page = self._get(there)
        self.assertIn("Which box?", page.text)
        self.assertIn("Waiting for you", page.text)
        empty = self._send(path, text=" ")
        self.assertEqual(empty.status_code, 422)
        for _twice in range(2):
            reply = self._send(path, text="The red one.", request_key=KEY)
            self.assertEqual(reply.status_code, 303)
        self.assertEqual(
            dispute.event_ids.mapped("kind"), ["opened", "asked", "replied"]
        )
        self.assertEqual(dispute.state, "open")
        self._sign_in(self.colleague)
        self.assertEqual(self._send(path, action="withdraw").status_code, 404)
        self.assertEqual(self._send(path, text="Let me in").status_code, 404)
        self.assertEqual(dispute.state, "open")
        self._sign_in(self.buyer)
        for notice in ("dispute_withdrawn", "dispute_closed"):
            answer = self._send(path, action="withdraw")
            self.assertIn(f"notice={notice}", answer.headers["Location"])
        self.assertEqual(dispute.state, "withdrawn")

    def test_link_of_a_mail_tells_that_it_is_disputed_and_no_more(self):
        dispute = self._dispute(self.invoice, text="Our secret")
        token = self.invoice._portal_ensure_token()
        self._sign_in(None)
        page = self._get(f"/my/invoices/{self.invoice.id}?access_token={token}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Disputed: ", html.fromstring(page.text).text_content())
        for text in ("Our secret", self.path):
            self.assertNotIn(text, page.text)
        self.assertIn("/web/login", self._get(self.path).headers["Location"])
        self.assertTrue(dispute)

    def test_list_has_a_filter_of_what_is_disputed(self):
        self._dispute(self.invoice, wishes={self.nuts: (None, None)})
        decided = self._dispute(self._bill(), amount=5.0)
        self._decide(decided)._refuse("No.")
        page = html.fromstring(self._get("/my/invoices?filterby=disputed").text)
        ids = [
            row.get("data-document") for row in page.iterfind(".//tr[@data-document]")
        ]
        self.assertEqual(ids, [str(self.invoice.id)])
        self.assertIn("Disputed: ", page.text_content())

    def test_pay_overdue_leaves_it_out(self):
        self._dispute(self.invoice, wishes={self.nuts: (None, None)})
        page = html.fromstring(self._get("/my/pay?select=overdue").text)
        [field] = page.xpath(f"//input[@name='amount_{self.invoice.id}']")
        self.assertEqual(field.get("value"), "115.00")

    def test_overview_and_statement_show_it_apart(self):
        self._dispute(self.invoice, wishes={self.nuts: (None, None)})
        page = self._get("/my")
        self.assertEqual(self._get_figures(page, "overdue_disputed"), ["23.00"])
        self.assertEqual(self._get_figures(page, "overdue_to_pay"), ["115.00"])
        self.assertEqual(self._get_figures(page, "balance"), ["138.00"])
        page = self._get("/my/statement")
        self.assertEqual(self._get_figures(page, "disputed"), ["23.00"])
        self.assertEqual(self._get_figures(page, "balance")[0], "138.00")
        self.assertEqual(self._get("/my/statement/pdf").status_code, 200)

    def test_branch_reads_its_own_alone(self):
        branch_invoice = self._bill(partner=self.branch)
        self._dispute(self.invoice)
        own = self._dispute(branch_invoice)
        seen = self.env["portal.dispute"].with_user(self.colleague).search([])
        self.assertEqual(seen, own.with_user(self.colleague))
        self.assertFalse(
            self.env["portal.dispute.event"].with_user(self.stranger).search_count([])
        )

    def test_branch_does_not_dispute_what_the_head_office_owes(self):
        self._sign_in(self.colleague)
        self.assertEqual(self._get(self.path).status_code, 404)
        self.assertEqual(self._send(amount="5").status_code, 404)
        self.assertFalse(self._find())
