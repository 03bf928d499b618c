"""What Odoo does without us, which is why we do something.

Here our methods in the place of Odoo's are taken away, and its own answer. Where one of
these tests fails, Odoo has mended it, and we can do less. The names are those of the
tests of what is so with us, in `test_stripe_once` and `test_stripe_messages`.
"""

import contextlib
import inspect
from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.customer_portal.controllers.payment.core_routes import (
    CoreRoutesPortal,
)
from odoo.addons.customer_portal.controllers.payment.payment_method import (
    PaymentMethodPortal,
)
from odoo.addons.customer_portal_stripe.controllers.stripe import (
    PortalStripeController,
)

from ..stripe_standin import DROP_AFTER
from .stripe_case import SECRET, StripeCase

OURS = "odoo.addons.customer_portal"
MODELS = ("payment.transaction", "payment.provider")
CLASSES = ("PaymentTransaction", "PaymentProvider")  # of ours that extend them
CONTROLLERS = (CoreRoutesPortal, PaymentMethodPortal, PortalStripeController)
# How we reach the stand-in is no matter of what we protect.
KEPT = {"_build_request_url"}


class TestStripeStock(StripeCase):
    def setUp(self):
        super().setUp()
        self.enterContext(self._without_us())
        self.enterContext(
            mute_logger(
                "odoo.http",
                "odoo.addons.payment.models.payment_provider",
                "odoo.addons.payment.models.payment_transaction",
                "odoo.addons.payment_stripe.controllers.main",
                "odoo.addons.payment_stripe.models.payment_transaction",
            )
        )

    @contextlib.contextmanager
    def _without_us(self):
        """Let Odoo's methods answer where we have our own."""
        orders = [type(self.env[model]).mro() for model in MODELS]
        orders += [controller.mro() for controller in CONTROLLERS]
        taken = {
            (one, name): value
            for order in orders
            for one in order
            if one.__module__.startswith(OURS)
            and (one in CONTROLLERS or one.__name__ in CLASSES)
            for name, value in vars(one).items()
            if self._is_in_the_place_of_odoo_s(order, name, value)
        }
        try:
            for one, name in taken:
                delattr(one, name)
            self.env.registry.clear_cache("routing")
            yield
        finally:
            for (one, name), value in taken.items():
                setattr(one, name, value)
            self.env.registry.clear_cache("routing")

    @staticmethod
    def _is_in_the_place_of_odoo_s(order, name, value):
        return (
            inspect.isfunction(value)
            and name not in KEPT
            and any(
                name in vars(other)
                for other in order
                if other.__module__.startswith("odoo.")
                and not other.__module__.startswith(OURS)
            )
        )

    def _begin(self, invoice, **values):
        """Press the button of Odoo's page of an invoice."""
        params = self._prepare_payment_params(
            amount=values.pop("amount", invoice.amount_residual), **values
        )
        params["access_token"] = invoice._portal_ensure_token()
        return self.make_jsonrpc_request(f"/invoice/transaction/{invoice.id}", params)

    def test_w1_second_click_charges_again(self):
        token = self._save_card()
        values = {"flow": "token", "token_id": token.id}
        self.standin.faults.add(DROP_AFTER, "payment_intents$")
        first = self._begin(self.invoice, **values)
        self.assertEqual(self._find(first).state, "error")
        second = self._begin(self.invoice, **values)
        self.assertEqual(self._find(second).state, "done")
        self.assertEqual(self._get_charged(), [10000, 10000])

    def test_w2_two_tabs_pay_twice(self):
        first, second = self._begin(self.invoice), self._begin(self.invoice)
        for values in (first, second):
            self._confirm(values)
            self._come_back(values)
            self.assertEqual(self._find(values).state, "done")
        self.assertEqual(self._get_charged(), [10000, 10000])

    def test_w3_intent_of_another_payment_pays(self):
        first = self._begin(self.branch_invoice)
        self._confirm(first)
        self._come_back(first)
        second = self._begin(self._create_posted_invoice(50.0))
        self._come_back(second, self._find(first).provider_reference)
        self.assertEqual(self._find(second).state, "done")
        self.assertEqual(self._get_charged(), [5000])

    def test_w3_intent_of_another_payment_ends_one_under_way(self):
        first = self._begin(self.branch_invoice)
        pending = self._find(first)
        pending._set_pending()
        second = self._begin(self._create_posted_invoice(50.0))
        self._come_back(first, second["client_secret"].partition("_secret_")[0])
        self.assertEqual(self._find(first).state, "error")

    def test_w4_without_a_secret_everybody_is_believed(self):
        self.provider.stripe_webhook_secret = False
        values = self._begin(self.invoice)
        self._confirm(values)
        [event] = self._take_events("payment_intent.succeeded")
        event["data"]["object"]["id"] = "pi_forged"
        self.assertEqual(self._send(event, signature=""), 200)
        self.assertEqual(self._find(values).state, "done")

    def test_w5_amount_comes_from_the_browser(self):
        self._begin(self.invoice, amount=5000.0)
        [intent] = self.standin.find("payment_intent")
        self.assertEqual(intent["amount"], 500000)

    def test_w6_charge_that_broke_off_is_forgotten(self):
        token = self._save_card()

        def break_off(*_arguments):
            raise RuntimeError("the process ends here")

        transactions = type(self.env["payment.transaction"])
        with (
            patch.object(transactions, "_process", break_off),
            contextlib.suppress(Exception),
        ):
            self._begin(self.invoice, flow="token", token_id=token.id)
        self.assertEqual(self._get_charged(), [10000])
        self.assertFalse(
            self.env["payment.transaction"].search(
                [("provider_id", "=", self.provider.id)]
            )
        )

    def test_w12_dispute_is_not_heard_of(self):
        values = self._begin(self.invoice)
        self._confirm(values)
        self._come_back(values)
        self._book()
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.standin.open_dispute(self._find(values).provider_reference)
        for event in self._take_events():
            self._send(event)
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_w13_form_that_was_left_can_be_paid_for_ever(self):
        left = self._begin(self.invoice)
        self._confirm(left, "4000002760003184")
        paid = self._begin(self.invoice)
        self._confirm(paid)
        intent_id = left["client_secret"].partition("_secret_")[0]
        self.standin.authenticate(intent_id, accept=True)
        self.assertEqual(self._get_charged(), [10000, 10000])

    def test_w14_each_attempt_has_a_customer(self):
        self._begin(self.invoice)
        self._begin(self.branch_invoice)
        self.assertEqual(len(self.standin.find("customer")), 2)

    def test_w15_one_of_two_signatures_is_looked_at(self):
        values = self._begin(self.invoice)
        self._confirm(values)
        [event] = self._take_events("payment_intent.succeeded")
        self.assertEqual(self._send(event, secrets=[SECRET, "whsec_new"]), 403)
        self.assertEqual(self._find(values).state, "draft")
