from unittest.mock import patch

from odoo import Command
from odoo.http import request
from odoo.tests import JsonRpcException

from odoo.addons.payment import utils as payment_utils

from ...controllers.payment.payment_method import PaymentMethodPortal
from ..again import run_twice
from ..role_case import RolesMixin
from .pay_case import PayCase


class TestCoreRoutes(RolesMixin, PayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product()

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

    def _begin(self, route, **values):
        """Return the error of Odoo's route, or nothing where a payment begins."""
        with patch.object(
            type(self.env["payment.transaction"]),
            "_get_processing_values",
            lambda transaction: {"reference": transaction.reference},
        ):
            try:
                self.make_jsonrpc_request(route, self._prepare_payment_params(**values))
            except JsonRpcException as error:
                return error.code or error
        return None

    def _get_cases(self):
        """Return [(route, values of a payment that is right)]."""
        partner = self.buyer.partner_id
        order = self._create_order(quantity=1.0, price=100.0, state="sent")
        return [
            (
                f"/invoice/transaction/{self.invoice.id}",
                {"amount": 100.0, "access_token": self.invoice._portal_ensure_token()},
            ),
            (
                f"/my/orders/{order.id}/transaction",
                {"amount": 100.0, "access_token": order._portal_ensure_token()},
            ),
            (
                "/payment/transaction",
                {
                    "amount": 100.0,
                    "currency_id": self.usd.id,
                    "partner_id": partner.id,
                    "access_token": payment_utils.generate_access_token(
                        partner.id, 100.0, self.usd.id, env=self.env
                    ),
                },
            ),
        ]

    def _get_not_offered(self):
        """Return {what is wrong: values}: ways to pay that no form shows a customer."""
        company = self.env["res.company"].create({"name": "Another seller"})
        elsewhere = self.env["payment.method"].create(
            {"name": "Elsewhere", "code": "elsewhere", "active": True}
        )
        low = self.provider.copy({"state": "test", "maximum_amount": 99.0})
        return {
            "not published": {
                "provider_id": self.provider.copy(
                    {"state": "test", "is_published": False}
                ).id
            },
            "switched off": {"provider_id": self.provider.copy().id},
            "of another company": {
                "provider_id": self.provider.copy(
                    {"state": "test", "company_id": company.id}
                ).id
            },
            "beyond its largest amount": {"provider_id": low.id},
            "a method of no provider": {"payment_method_id": elsewhere.id},
        }

    def test_people_and_visitors_pay_in_ways_that_are_offered(self):
        wrong = self._get_not_offered()
        for route, values in self._get_cases():
            for person in (self.buyer, None):
                self._sign_in(person)
                for name, choice in wrong.items():
                    with self.subTest(route, name=name, person=person):
                        self.assertTrue(self._begin(route, **values, **choice))
                if not person and "orders" in route:
                    continue  # the customer has people who sign: they pay
                with self.subTest(route, person=person):
                    with self.env.cr.savepoint() as savepoint:
                        self.assertIsNone(self._begin(route, **values))
                        savepoint.rollback()
                    self.env.invalidate_all()

    def test_brand_of_an_offered_method_is_offered(self):
        brand = self.env["payment.method"].create(
            {
                "name": "A brand",
                "code": "a_brand",
                "active": True,
                "primary_payment_method_id": self.payment_method_id,
            }
        )
        for route, values in self._get_cases():
            with self.subTest(route):
                values["payment_method_id"] = brand.id
                self.assertIsNone(self._begin(route, **values))

    def test_people_pay_what_is_open_and_once(self):
        (invoice, values), (order, order_values), _other = self._get_cases()
        for route, right in ((invoice, values), (order, order_values)):
            for amount in (0.0, -1.0, 100.01, 0.001):
                with self.subTest(route, amount=amount):
                    self.assertTrue(self._begin(route, **{**right, "amount": amount}))
            self.assertIsNone(self._begin(route, **right))
        self.assertTrue(self._begin(invoice, **values))
        self.assertEqual(len(self.invoice.transaction_ids), 1)

    def test_second_attempt_at_an_order_is_begun_at_once(self):
        """The form of a provider begins one each time that it is sent."""
        route, values = self._get_cases()[1]
        for _attempt in range(3):
            self.assertIsNone(self._begin(route, **values))

    def test_programs_begin_what_they_like(self):
        """Staff and other addons are as free as in stock Odoo; money is booked."""
        wrong = self._get_not_offered()
        del wrong["of another company"]
        for name, choice in wrong.items():
            for amount in (100.0, 250.0):
                for field, document in (
                    ("invoice_ids", self._create_posted_invoice(100.0)),
                    ("sale_order_ids", self._create_order(quantity=1.0, price=100.0)),
                ):
                    with self.subTest(name, amount=amount, field=field):
                        for attempt in ("first", "second"):
                            transaction = self._create_transaction(
                                "direct",
                                operation="offline",
                                reference=f"{name} {amount} {field} {attempt}",
                                amount=amount,
                                currency_id=self.usd.id,
                                partner_id=self.customer.id,
                                **{field: [Command.set(document.ids)]},
                                **choice,
                            )
                        self.assertEqual(transaction.state, "draft")

    def test_money_of_a_program_is_booked(self):
        invoice = self._create_posted_invoice(100.0)
        for number, amount in enumerate((60.0, 250.0)):
            transaction = self._create_transaction(
                "direct",
                operation="offline",
                reference=f"program {number}",
                amount=amount,
                currency_id=self.usd.id,
                partner_id=self.customer.id,
                invoice_ids=[Command.set(invoice.ids)],
            )
            transaction._set_done()
            transaction._post_process()
            self.assertEqual(transaction.payment_id.amount, amount)
        self.assertEqual(invoice.amount_residual, 0.0)
        items = transaction.payment_id.move_id.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        self.assertEqual(sum(items.mapped("amount_residual")), -210.0)

    def test_route_that_charges_at_its_end_charges_once(self):
        """As the shop does: the card is charged after the route's last check."""
        token = self._create_token(partner_id=self.buyer.partner_id.id)
        order = self._create_order(quantity=1.0, price=100.0, state="sent")
        create = PaymentMethodPortal._create_transaction
        charges, runs = [], []

        def create_and_charge(portal, **kwargs):
            runs.append(portal)
            request.update_context(delay_token_charge=True)
            transaction = create(portal, **kwargs)
            transaction._charge_with_token()
            return transaction

        with (
            patch.object(PaymentMethodPortal, "_create_transaction", create_and_charge),
            patch.object(
                type(self.env["payment.transaction"]),
                "_send_payment_request",
                lambda transaction: charges.append(transaction.id),
            ),
            run_twice(),
        ):
            self.make_jsonrpc_request(
                f"/my/orders/{order.id}/transaction",
                self._prepare_payment_params(
                    access_token=order._portal_ensure_token(),
                    amount=100.0,
                    flow="token",
                    token_id=token.id,
                ),
            )
        self.assertEqual(len(runs), 2)
        self.assertEqual(charges, order.transaction_ids.ids)
