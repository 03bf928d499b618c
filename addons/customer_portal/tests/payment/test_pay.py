from unittest.mock import patch

from lxml import html

from odoo import Command
from odoo.tests import JsonRpcException
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from ..access.test_roles import RolesMixin
from ..common import PortalHttpCommon


class TestPay(RolesMixin, PortalHttpCommon, PaymentHttpCommon):
    def setUp(self):
        super().setUp()
        self.invoice = self._create_posted_invoice(100.0, days_overdue=10)
        self.branch_invoice = self._create_posted_invoice(50.0, partner=self.branch)
        self.foreign = self._create_posted_invoice(70.0, partner=self.other_customer)
        self._sign_in(self.buyer)

    def _open(self, amounts, key="", **fields):
        """POST {document: typed amount}, with a reason for paying less."""
        form = {}
        reason = self.env.ref("customer_portal.short_payment_price")
        for document, amount in amounts.items():
            form[f"document_{document.id}"] = "on"
            form[f"amount_{document.id}"] = amount
            form[f"reason_{document.id}"] = reason.id
        return self._post("/my/pay", request_key=key, **form, **fields)

    def _get_remittances(self):
        return self.env["portal.remittance"].search([])

    def test_tells_the_chosen_from_the_rest(self):
        page = self._get(f"/my/pay?documents={self.invoice.id}")
        self.assertIn(f"document_{self.invoice.id}", page.text)
        self.assertNotIn(f"document_{self.branch_invoice.id}", page.text)
        page = self._get("/my/pay?select=overdue")
        self.assertIn(f"document_{self.branch_invoice.id}", page.text)
        self.assertNotIn(f"document_{self.foreign.id}", page.text)

    def test_stores_what_was_chosen_and_goes_on(self):
        answer = self._open({self.invoice: "30.50", self.branch_invoice: "50"})
        remittance = self._get_remittances()
        self.assertEqual(answer.status_code, 303)
        self.assertURLEqual(answer.headers["Location"], f"/my/pay/{remittance.id}")
        self.assertEqual(remittance.amount_cash, 80.50)
        self.assertEqual(remittance.partner_id, self.customer)
        self.assertEqual(remittance.payer_id, self.buyer.partner_id)
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertEqual(self._get_figures(page, "to_pay"), ["80.50"])
        self.assertIn(f"/my/pay/{remittance.id}/transaction", page.text)

    def test_same_form_twice_opens_one(self):
        key = "0123456789abcdef" * 2
        first = self._open({self.invoice: "30"}, key=key)
        second = self._open({self.invoice: "30"}, key=key)
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(len(self._get_remittances()), 1)

    def test_mistakes_keep_what_was_typed(self):
        for typed in ("0", "-5", "abc", "NaN", "1e5", "100.01", ""):
            with self.subTest(typed):
                answer = self._open({self.invoice: typed})
                self.assertEqual(answer.status_code, 422)
                self.assertIn(f'value="{typed}"', answer.text)
        self.assertFalse(self._get_remittances())

    def test_foreign_documents_are_refused_like_missing_ones(self):
        self.invoice.invalidate_recordset()
        missing = self.env["account.move"].browse(99999999)
        answers = [
            self._open({self.invoice: "10", document: "10"})
            for document in (self.foreign, missing)
        ]
        for answer in answers:
            self.assertEqual(answer.status_code, 422)
            self.assertIn("not open any more", answer.text)
        self.assertFalse(self._get_remittances())

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

    def test_list_of_payments_is_the_company_s(self):
        self._open({self.invoice: "30"})
        remittance = self._get_remittances()
        page = self._get("/my/payments")
        self.assertEqual(self._get_figures(page, "paid"), ["30.00"])
        self.assertIn("Not paid yet", page.text)
        self._pay(remittance)
        page = self._get("/my/payments?filterby=paid")
        self.assertIn(f"/my/pay/{remittance.id}/receipt", page.text)
        page = self._get(f"/my/payments?search={self.invoice.name}")
        self.assertEqual(self._get_figures(page, "paid"), ["30.00"])
        for person in (self.colleague, self.stranger):
            self._sign_in(person)
            page = self._get("/my/payments")
            self.assertEqual(self._get_figures(page, "paid"), [])

    def test_overdue_asks_for_what_is_overdue(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "half now",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 60)
                ],
            }
        )
        invoice = self._create_posted_invoice(100.0, days_overdue=-50, term=term)
        for query, amount in (("select=overdue", "50.00"), ("", "100.00")):
            page = html.fromstring(self._get(f"/my/pay?{query}").text)
            [field] = page.xpath(f"//input[@name='amount_{invoice.id}']")
            self.assertEqual(field.get("value"), amount)

    def test_core_pays_of_the_overdue_what_the_role_pays(self):
        self._create_posted_invoice(60.0, partner=self.branch, days_overdue=9)
        self._tailor(self.buyer, {"see_invoices": "branches", "pay": "company"})
        with patch.object(
            type(self.env["payment.transaction"]),
            "_get_processing_values",
            lambda transaction: {"reference": transaction.reference},
        ):
            answer = self.make_jsonrpc_request(
                "/invoice/transaction/overdue",
                self._prepare_payment_params(amount=100.0),
            )
        transaction = self.env["payment.transaction"].search(
            [("reference", "=", answer["reference"])]
        )
        self.assertEqual(transaction.invoice_ids, self.invoice)

    def test_own_draft_is_placed_before_it_is_paid(self):
        source = self._create_order()
        line = f"quantity_{source.order_line.id}"
        self._post(f"/my/orders/{source.id}/reorder", **{line: "1"})
        draft = self.env["sale.order"].search([("reorder_origin_id", "=", source.id)])
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                f"/my/orders/{draft.id}/transaction",
                self._prepare_payment_params(
                    access_token=draft._portal_ensure_token(), amount=draft.amount_total
                ),
            )
        self.assertFalse(draft.transaction_ids)

    def test_seller_switches_online_payment_off(self):
        self.env["ir.config_parameter"].set_param(
            "account_payment.enable_portal_payment", "False"
        )
        with mute_logger("odoo.http"):
            self.assertEqual(self._get("/my/pay").status_code, 403)
            self.assertEqual(self._open({self.invoice: "10"}).status_code, 403)
        self.assertNotIn('"/my/pay"', self._get("/my/invoices").text)
        # What was paid before stays in sight.
        self.assertEqual(self._get("/my/payments").status_code, 200)
        self.assertFalse(self._get_remittances())

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

    def test_core_overdue_page_leads_here(self):
        answer = self._get("/my/invoices/overdue")
        self.assertURLEqual(answer.headers["Location"], "/my/pay?select=overdue")
