from unittest.mock import patch

from odoo.tests import JsonRpcException

from ..role_case import RolesMixin
from .pay_case import PayCase


class TestCoreRoutes(RolesMixin, PayCase):
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

    def test_core_overdue_page_leads_here(self):
        answer = self._get("/my/invoices/overdue")
        self.assertURLEqual(answer.headers["Location"], "/my/pay?select=overdue")
