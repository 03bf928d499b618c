"""Payments of customers are never sent to a stand-in."""

from odoo.tests import TransactionCase

from ..models.payment_provider import PARAMETER

STRIPE = "https://api.stripe.com/v1/charges"


class TestApiBase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stripe = cls.env.ref("payment.payment_provider_stripe")
        cls.stripe.write(
            {"stripe_publishable_key": "pk_test_1", "stripe_secret_key": "sk_test_1"}
        )

    def _ask(self, state, base):
        self.stripe.state = state
        self.env["ir.config_parameter"].set_param(PARAMETER, base)
        return self.stripe._build_request_url("charges")

    def test_provider_in_test_mode_asks_the_stand_in(self):
        for base in ("http://127.0.0.1:8420", "http://localhost:8420/"):
            with self.subTest(base):
                expected = f"{base.rstrip('/')}/v1/charges"
                self.assertEqual(self._ask("test", base), expected)
                self.assertEqual(
                    self.stripe._get_stripe_gateway()._base, base.rstrip("/")
                )

    def test_enabled_provider_asks_stripe(self):
        self.assertEqual(self._ask("enabled", "http://127.0.0.1:8420"), STRIPE)
        self.assertIsNone(self.stripe._get_stripe_gateway()._base)

    def test_no_other_machine_is_asked(self):
        for base in (
            "",
            "http://stand-in.example",
            "https://127.0.0.1:8420",
            "http://127.0.0.1@stand-in.example",
            "http://127.0.0.1.stand-in.example",
            "http://[::1",
            "http://127.0.0.1:8420/elsewhere",
            "//127.0.0.1:8420",
        ):
            with self.subTest(base):
                self.assertEqual(self._ask("test", base), STRIPE)
                self.assertIsNone(self.stripe._get_stripe_gateway()._base)
