from unittest.mock import patch

from lxml import html

from odoo.tests import JsonRpcException

from .pay_case import PayCase


class TestRemittancePage(PayCase):
    def _begin(self, remittance, **params):
        return self.make_jsonrpc_request(
            f"/my/pay/{remittance.id}/transaction",
            self._prepare_payment_params(landing_route="/my/elsewhere", **params),
        )

    def test_browser_decides_no_amount(self):
        self._open({self.invoice: "30.50"})
        remittance = self._get_remittances()
        with patch.object(
            type(self.env["payment.transaction"]),
            "_get_processing_values",
            lambda transaction: {"reference": transaction.reference},
        ):
            self._begin(
                remittance,
                amount=0.01,
                currency_id=self.eur.id,
                partner_id=self.stranger.partner_id.id,
                reference_prefix="mine",
            )
        transaction = remittance.sudo().transaction_ids
        self.assertEqual(transaction.amount, 30.50)
        self.assertEqual(transaction.currency_id, self.usd)
        self.assertEqual(transaction.partner_id, self.buyer.partner_id)
        self.assertEqual(transaction.landing_route, f"/my/pay/{remittance.id}")
        self.assertEqual(transaction.invoice_ids, self.invoice)
        self.assertTrue(transaction.reference.startswith(remittance.name))

    def test_only_offered_ways_to_pay_are_taken(self):
        self._open({self.invoice: "30"})
        remittance = self._get_remittances()
        other = self.provider.copy({"state": "disabled"})
        token = self._create_token(partner_id=self.stranger.partner_id.id)
        for name, params in {
            "disabled provider": {"provider_id": other.id},
            "unknown method": {"payment_method_id": 0},
            "token of another": {"flow": "token", "token_id": token.id},
            "no flow": {"flow": None},
        }.items():
            with self.subTest(name), self.assertRaises(JsonRpcException):
                self._begin(remittance, **params)
        self.assertFalse(remittance.sudo().transaction_ids)

    def test_receipt_is_a_pdf_once_it_is_paid(self):
        self._open({self.invoice: "100"})
        remittance = self._get_remittances()
        path = f"/my/pay/{remittance.id}/receipt"
        self.assertEqual(self._get(path).status_code, 404)
        self._pay(remittance)
        answer = self._get(path)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertTrue(answer.content.startswith(b"%PDF"))
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertEqual(self._get_figures(page, "applied"), ["100.00"])

    def test_credits_alone_are_applied_after_review(self):
        credit = self._create_credit_note(120.0)
        self._open({self.invoice: "100", credit: "100"})
        remittance = self._get_remittances()
        self.assertEqual(self.invoice.amount_residual, 100.0)
        for _twice in range(2):
            self._post(f"/my/pay/{remittance.id}/apply")
        self.invoice.invalidate_recordset()
        credit.invalidate_recordset()
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(
            [self.invoice.amount_residual, credit.amount_residual], [0, 20]
        )

    def test_changing_the_choice_cancels_it(self):
        self._open({self.invoice: "100"})
        remittance = self._get_remittances()
        answer = self._post(f"/my/pay/{remittance.id}/cancel")
        self.assertURLEqual(
            answer.headers["Location"], f"/my/pay?documents={self.invoice.id}"
        )
        self.assertEqual(remittance.state, "cancelled")
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertIn("Nothing was charged", page.text)
        self.assertNotIn("o_payment_form", page.text)

    def test_page_says_what_happened_and_what_to_do(self):
        self._open({self.invoice: "100"})
        remittance = self._get_remittances().sudo()
        path = f"/my/pay/{remittance.id}"
        attempt = self._create_attempt(remittance)
        page = self._get(path).text
        self.assertIn("Try again in", page)
        self.assertNotIn("o_payment_form", page)
        attempt._set_error("Card expired")
        page = self._get(path).text
        self.assertIn("Card expired", page)
        self.assertIn("o_payment_form", page)
        for state, text in (
            ("booking", "booking its"),
            ("reversed", "was reversed"),
            ("announced", "Transfer announced"),
        ):
            remittance.state = state
            self.assertIn(text, self._get(path).text)
        remittance.state = "open"
        self._create_credit_note(40.0)
        credit = self.env["account.move"].search([], limit=1, order="id desc")
        (self.invoice._get_open_items() + credit._get_open_items()).reconcile()
        page = self._get(path).text
        self.assertIn("has changed since you selected it", page)
        self.assertIn(f"/my/pay?documents={self.invoice.id}", page)

    def test_many_documents_say_that_they_are_being_booked(self):
        self._open({self.invoice: "100"})
        remittance = self._get_remittances().sudo()
        with patch.object(type(remittance), "_is_booked_later", lambda _self: True):
            self._pay(remittance)
        self.assertIn("cp_reload", self._get(f"/my/pay/{remittance.id}").text)
        page = self._get(f"/my/pay?documents={self.invoice.id}")
        self.assertNotIn(f"document_{self.invoice.id}", page.text)

    def test_a_failed_payment_says_so_on_top_and_in_the_activity(self):
        self._open({self.invoice: "30"})
        remittance = self._get_remittances()
        path = f"/my/pay/{remittance.id}"
        self.assertNotIn('role="alert"', self._get(path).text)
        attempt = self._create_attempt(remittance.sudo())
        attempt._set_error("Insufficient funds")
        attempt._set_error("Insufficient funds")  # the provider says it again
        page = html.fromstring(self._get(path).text)
        [alert] = page.iterfind(".//*[@role='alert']")
        self.assertIn("did not go through", alert.text_content())
        self.assertIn("Insufficient funds", alert.text_content())
        self._pay(remittance.sudo())._set_done()
        entries = self.env["portal.activity"].search(
            [
                ("res_model", "=", "portal.remittance"),
                ("res_id", "=", remittance.id),
                ("action", "like", "payment_"),
            ],
            order="id",
        )
        amount = self.usd.format(30)
        self.assertEqual(
            [(entry.action, entry.detail, entry.user_id) for entry in entries],
            [
                (action, amount, self.buyer)
                for action in (
                    "payment_started",
                    "payment_failed",
                    "payment_started",
                    "payment_paid",
                )
            ],
        )

    def test_result_that_is_awaited_is_told_in_the_portal(self):
        self._open({self.invoice: "100"})
        remittance = self._get_remittances()
        with patch.object(
            type(self.env["payment.transaction"]),
            "_get_processing_values",
            lambda transaction: {"reference": transaction.reference},
        ):
            self._begin(remittance)
        transaction = remittance.sudo().transaction_ids
        for state in ("draft", "pending", "done"):
            with self.subTest(state):
                transaction.state = state
                page = html.fromstring(self._get("/payment/status").text)
                self.assertTrue(page.xpath("//nav[@aria-label='Portal']"))
                # What core's script of this page looks for.
                [status] = page.xpath("//div[@name='o_payment_status']")
                link = f".//a[@href='/my/pay/{remittance.id}']"
                self.assertEqual(len(status.xpath(link)), 1)
                words = status.text_content()
                self.assertNotIn("Please wait", words)
                self.assertFalse(status.xpath(".//*[contains(@class, 'fa-spin')]"))
                told = "You can leave this page" in words
                self.assertEqual(told, state != "done")
        poll = self.make_jsonrpc_request("/payment/status/poll", {})
        self.assertEqual(poll["state"], "done")
        self.assertEqual(poll["landing_route"], f"/my/pay/{remittance.id}")

    def test_status_of_no_payment_leads_on(self):
        self._sign_in(self.buyer)
        page = html.fromstring(self._get("/payment/status").text)
        self.assertTrue(page.xpath("//main//a[@href='/my/payments']"))
        self._sign_in(None)
        answer = self._get("/payment/status")
        self.assertEqual(answer.status_code, 200)
        page = html.fromstring(answer.text)
        self.assertFalse(page.xpath("//nav[@aria-label='Portal']"))
        self.assertFalse(page.xpath("//a[@href='/my/payments']"))
