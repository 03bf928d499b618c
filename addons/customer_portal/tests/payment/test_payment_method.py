from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import JsonRpcException
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from ..common import PortalHttpCommon


class TestPaymentMethod(PortalHttpCommon, PaymentHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls._create_portal_user("payer", cls.customer)
        cls.boss = cls._create_portal_user("boss", cls.customer)
        cls.boss.portal_membership_ids.role_id = cls.env.ref(
            "customer_portal.role_administrator"
        )
        cls.provider.allow_tokenization = True

    def setUp(self):
        super().setUp()
        self.token = self._create_token(
            partner_id=self.buyer.partner_id.id, payment_details="4242"
        )
        self.invoice = self._create_posted_invoice(100.0)
        self._sign_in(self.buyer)

    def _act(self, user, action, token=None):
        self._sign_in(user)
        token = token or self.token
        return self._post(f"/my/payment_method/{token.id}/{action}").status_code

    def _pays_with(self, user, token, remittance):
        """Return whether a person may begin a payment with a saved method."""
        self._sign_in(user)
        with (
            patch.object(type(token), "_is_over", lambda token: False),
            patch.object(
                type(self.env["payment.transaction"]),
                "_charge_with_token",
                lambda tx: None,
            ),
            patch.object(
                type(self.env["payment.transaction"]),
                "_get_processing_values",
                lambda transaction: {"reference": transaction.reference},
            ),
            mute_logger("odoo.http"),
        ):
            try:
                self.make_jsonrpc_request(
                    f"/my/pay/{remittance.id}/transaction",
                    {
                        "provider_id": self.provider.id,
                        "payment_method_id": self.payment_method_id,
                        "token_id": token.id,
                        "flow": "token",
                    },
                )
            except JsonRpcException:
                return False
        return True

    def test_shared_is_used_by_who_pays_for_the_company_and_by_nobody_else(self):
        remittance = self._open_remittance({self.invoice: 10.0}, self.payer)
        self.assertFalse(self._pays_with(self.payer, self.token, remittance))
        self.assertEqual(self._act(self.buyer, "share"), 303)
        self.assertEqual(self.token.portal_customer_id, self.customer)
        self._sign_in(self.payer)
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertIn("4242", page.text)
        self.assertNotIn(self.token.provider_ref, page.text)
        self.assertTrue(self._pays_with(self.payer, self.token, remittance))
        self.assertEqual(remittance.sudo().transaction_ids.token_id, self.token)
        foreign = self._create_posted_invoice(10.0, partner=self.other_customer)
        theirs = self._open_remittance({foreign: 10.0}, self.stranger)
        self.assertFalse(self._pays_with(self.stranger, self.token, theirs))
        branch = self._create_posted_invoice(10.0, partner=self.branch)
        own = self._open_remittance({branch: 10.0}, self.colleague)
        self.assertFalse(self._pays_with(self.colleague, self.token, own))

    def test_odoo_s_routes_take_no_method_of_a_colleague(self):
        values = self._prepare_payment_params(
            access_token=self.invoice._portal_ensure_token(),
            amount=100.0,
            token_id=self.token.id,
            flow="token",
        )
        for is_shared in (False, True):
            if is_shared:  # for remittances of the customer, not for any invoice
                self.token._share(self.customer)
            for user in (self.payer, self.stranger, None):
                self._sign_in(user)
                with (
                    self.subTest(user and user.login, is_shared=is_shared),
                    self.assertRaises(JsonRpcException),
                    mute_logger("odoo.http"),
                ):
                    self.make_jsonrpc_request(
                        f"/invoice/transaction/{self.invoice.id}", values
                    )
        self.assertFalse(self.invoice.transaction_ids)

    def _pay_invoice(self, user, **values):
        """Begin to pay the invoice on Odoo's route; return whether it was begun."""
        self._sign_in(user)
        transactions = self.env["payment.transaction"]
        known = transactions.search([])
        with (
            patch.object(
                type(transactions), "_get_processing_values", lambda transaction: {}
            ),
            mute_logger("odoo.http"),
            suppress(JsonRpcException),
        ):
            self.make_jsonrpc_request(
                f"/invoice/transaction/{self.invoice.id}",
                self._prepare_payment_params(
                    access_token=self.invoice._portal_ensure_token(),
                    amount=100.0,
                    **values,
                ),
            )
        return bool(transactions.search([]) - known)

    def test_odoo_s_routes_take_only_what_odoo_s_page_offers(self):
        other_method = self.payment_method.copy({"provider_ids": False})
        for user in (self.buyer, None):
            with self.subTest(user and user.login):
                for change, put_back in (
                    ({"is_published": False}, {"is_published": True}),
                    ({"maximum_amount": 99.0}, {"maximum_amount": 0.0}),
                    (
                        {"available_currency_ids": [Command.set(self.eur.ids)]},
                        {"available_currency_ids": [Command.clear()]},
                    ),
                ):
                    self.provider.write(change)
                    self.assertFalse(self._pay_invoice(user), change)
                    self.provider.write(put_back)
                self.assertFalse(
                    self._pay_invoice(user, payment_method_id=other_method.id)
                )
                self.assertFalse(self._pay_invoice(user, is_validation=True))
        self.assertTrue(self._pay_invoice(None))

    def test_card_is_saved_without_paying_anything(self):
        page = self._get("/my/payment_method")
        context = self._get_payment_context(page)
        values = self._prepare_payment_params(
            amount=None,
            currency_id=None,
            partner_id=self.buyer.partner_id.id,
            access_token=context["access_token"],
            is_validation=True,
            tokenization_requested=True,
            landing_route="/my/payment_method",
        )
        with (
            patch.object(
                type(self.provider), "_get_validation_amount", lambda provider: 0.0
            ),
            patch.object(
                type(self.env["payment.transaction"]),
                "_get_processing_values",
                lambda transaction: {"reference": transaction.reference},
            ),
        ):
            answer = self.make_jsonrpc_request("/payment/transaction", values)
            for wrong in ({"flow": "token"}, {"is_validation": False}):
                with (
                    self.subTest(wrong),
                    self.assertRaises(JsonRpcException),
                    mute_logger("odoo.http"),
                ):
                    self.make_jsonrpc_request("/payment/transaction", values | wrong)
        transaction = self.env["payment.transaction"].search(
            [("reference", "=", answer["reference"])]
        )
        self.assertEqual(transaction.operation, "validation")
        self.assertEqual(transaction.partner_id, self.buyer.partner_id)

    def test_w6_charge_that_breaks_off_waits_to_be_verified(self):
        remittance = self._open_remittance({self.invoice: 10.0})
        transactions = type(self.env["payment.transaction"])

        def break_off(transaction):
            raise OSError("no answer")

        with (
            patch.object(transactions, "_send_payment_request", break_off),
            mute_logger("odoo.addons.customer_portal.models"),
            patch.object(
                transactions, "_get_processing_values", lambda transaction: {}
            ),
        ):
            self.make_jsonrpc_request(
                f"/my/pay/{remittance.id}/transaction",
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.payment_method_id,
                    "token_id": self.token.id,
                    "flow": "token",
                },
            )
        attempt = remittance.sudo().transaction_ids
        self.assertEqual((attempt.state, attempt.outcome_unknown), ("pending", True))
        self.assertEqual(remittance.state, "processing")
        self.assertFalse(self._pay_invoice(self.payer))
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertIn("do not pay again", page.text)
        self.assertNotIn("with your transfer", page.text)
        attempt.action_was_not_paid()
        self.assertTrue(self._pay_invoice(self.payer))

    def test_only_the_owner_shares_and_removes(self):
        for user in (self.payer, self.boss, self.stranger):
            for action in ("share", "unshare", "remove"):
                with self.subTest(user.login, action=action):
                    self.assertEqual(self._act(user, action), 404)
        self._sign_in(self.payer)
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.make_jsonrpc_request(
                "/payment/archive_token", {"token_id": self.token.id}
            )
        self.assertTrue(self.token.active)
        self.assertFalse(self.token.portal_customer_id)
        self.assertEqual(self._act(self.buyer, "remove"), 303)
        self.assertFalse(self.token.active)
        self.assertEqual(self._act(self.buyer, "remove"), 404)

    def test_owner_and_administrator_end_the_sharing(self):
        for user in (self.boss, self.buyer):
            self.token._share(self.customer)
            self.assertEqual(self._act(self.payer, "unshare"), 404)
            self.assertEqual(self._act(user, "unshare"), 303)
            self.assertFalse(self.token.portal_customer_id)
        log = self.env["portal.activity"].search(
            [("partner_id", "=", self.customer.id), ("user_id", "=", self.boss.id)]
        )
        self.assertIn("payment_method_unshared", log.mapped("action"))

    def test_sharing_ends_with_the_membership_and_with_the_right(self):
        self.token._share(self.customer)
        membership = self.buyer.portal_membership_ids
        tokens = self.env["payment.token"]
        self.assertEqual(tokens._get_shared_tokens(self.customer), self.token)
        role = membership.role_id
        membership.role_id = self.env.ref("customer_portal.role_viewer")
        self.env.invalidate_all()
        self.assertFalse(tokens._get_shared_tokens(self.customer))
        membership.role_id = role
        membership.state = "disabled"
        self.assertFalse(self.token.portal_customer_id)

    def test_list_tells_owner_last_use_and_end(self):
        self.token.portal_expires_on = self.today + timedelta(days=20)
        self.token._share(self.customer)
        for user, owner in ((self.buyer, "You"), (self.payer, self.buyer.name)):
            self._sign_in(user)
            page = self._get("/my/payment_method")
            with self.subTest(user.login):
                self.assertEqual(page.status_code, 200)
                for text in ("4242", owner, "Shared with", "Expires soon", "Never"):
                    self.assertIn(text, page.text)
                self.assertNotIn(self.token.provider_ref, page.text)
        remittance = self._open_remittance({self.invoice: 10.0})
        self._create_attempt(remittance, token_id=self.token.id)._set_done()
        self.assertNotIn("Never", self._get("/my/payment_method").text)
        for user in (self.stranger, self.colleague):
            self._sign_in(user)
            self.assertNotIn("4242", self._get("/my/payment_method").text)

    def test_expired_is_not_offered(self):
        self.token.portal_expires_on = self.today - timedelta(days=1)
        remittance = self._open_remittance({self.invoice: 10.0})
        self.assertNotIn("4242", self._get(f"/my/pay/{remittance.id}").text)
        self.assertIn("Expired", self._get("/my/payment_method").text)
