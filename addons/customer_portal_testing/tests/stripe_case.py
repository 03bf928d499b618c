"""Odoo's Stripe, our glue, and the stand-in in the place of Stripe."""

import contextlib
import json
from unittest.mock import patch
from urllib.parse import urlencode

import requests

from odoo import Command
from odoo.tools import mute_logger

from odoo.addons.customer_portal.tests.payment.pay_case import PayCase

from ..models.payment_provider import PARAMETER
from ..stripe_standin import LATE, Standin, sign

SECRET = "whsec_test"
WEBHOOK = "/payment/stripe/webhook"


class StripeCase(PayCase):
    """The buyer of Northwind pays with Stripe; see `PayCase` for what is to pay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls._prepare_provider(
            "stripe",
            update_values={
                "is_published": True,
                "allow_tokenization": True,
                "stripe_publishable_key": "pk_test_1",
                "stripe_secret_key": "sk_test_1",
                "stripe_webhook_secret": SECRET,
            },
        )
        cls.card = cls.env.ref("payment.payment_method_card")
        cls.card.active = True
        cls.provider.payment_method_ids = [Command.link(cls.card.id)]
        cls.payment_method = cls.card
        cls.payment_method_id = cls.card.id

    def setUp(self):
        super().setUp()
        self.standin = self.enterContext(Standin())
        self.endpoint = self.standin.webhooks.add(WEBHOOK, [SECRET], policy=LATE)
        self.env["ir.config_parameter"].set_param(PARAMETER, self.standin.url)

    # ------------------------------------------------------------
    # The person
    # ------------------------------------------------------------

    def _choose(self, *invoices):
        """Choose what to pay, and return the remittance."""
        answer = self._open({one: str(one.amount_residual) for one in invoices})
        self.assertEqual(answer.status_code, 303, answer.text)
        return self._get_remittances()[:1]

    def _begin(self, remittance, flow="direct", **values):
        """Press the button of the form; return what the browser gets."""
        return self.make_jsonrpc_request(
            f"/my/pay/{remittance.id}/transaction",
            self._prepare_payment_params(flow=flow, **values),
        )

    def _begin_refused(self, remittance, **values):
        """Press it, and return the sentence of the refusal."""
        with (
            mute_logger("odoo.http"),
            contextlib.suppress(AssertionError),
        ):
            answer = self.url_open(
                f"/my/pay/{remittance.id}/transaction",
                data=json.dumps(
                    {"params": self._prepare_payment_params(**values)}
                ).encode(),
                headers={"Content-Type": "application/json"},
            ).json()
        self.assertIn("error", answer)
        return answer["error"]["data"]["message"]

    def _confirm(self, values, number="4242424242424242"):
        """Do what Stripe's script does with the form; return the intent or error."""
        secret = values["client_secret"]
        card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
        form = {f"payment_method_data[card][{key}]": one for key, one in card.items()}
        kind = "setup_intents" if secret.startswith("seti_") else "payment_intents"
        return requests.post(
            f"{self.standin.url}/v1/{kind}/{secret.partition('_secret_')[0]}/confirm",
            {**form, "payment_method_data[type]": "card", "client_secret": secret},
            headers={"Authorization": "Bearer pk_test_1"},
            timeout=5,
        ).json()

    def _come_back(self, values, intent_id=None):
        """Open the address that Stripe leads to."""
        own = values["client_secret"].partition("_secret_")[0]
        query = urlencode({"payment_intent": intent_id or own})
        return self._get(f"{values['return_url']}&{query}")

    def _pay_by_card(self, remittance, number="4242424242424242"):
        """Pay and come back; return the transaction."""
        values = self._begin(remittance)
        self._confirm(values, number)
        self._come_back(values)
        return self._find(values)

    def _save_card(self, number="4242424242424242"):
        """Return a saved card of the buyer, with its customer at Stripe."""
        customers = self.env["portal.stripe.customer"].sudo()
        customer = customers._get_reference(self.provider, self.buyer.partner_id)
        client = self.provider._get_stripe_gateway()._client
        card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
        method = client.payment_methods.create({"type": "card", "card": card})
        client.payment_methods.attach(method.id, {"customer": customer})
        return self._create_token(
            partner_id=self.buyer.partner_id.id,
            provider_ref=customer,
            stripe_payment_method=method.id,
        )

    def _charge(self, remittance, token):
        """Pay with a saved card; return the transaction."""
        with mute_logger(
            "odoo.addons.payment.models.payment_provider",
            "odoo.addons.customer_portal.models.payment.payment_transaction_outcome",
        ):
            return self._find(self._begin(remittance, flow="token", token_id=token.id))

    def _find(self, values):
        """Return the transaction of what the browser got."""
        self.env.invalidate_all()
        return (
            self.env["payment.transaction"]
            .sudo()
            .search([("reference", "=", values["reference"])])
        )

    def _book(self):
        """Book what was paid, as the scheduled action does, without its commits."""
        todo = self.env["payment.transaction"].sudo()
        for transaction in todo.search(
            [("state", "=", "done"), ("is_post_processed", "=", False)]
        ):
            transaction._post_process()
        self.env.flush_all()
        self.env.invalidate_all()

    def _run(self, model, method):
        """Do what a scheduled action does, without its commits."""
        cron = type(self.env["ir.cron"])
        self.env.flush_all()
        with patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 1.0):
            # nosemgrep: dynamic-attribute (a name of this file's tests)
            getattr(self.env[model].sudo(), method)()
        self.env.flush_all()
        self.env.invalidate_all()

    # ------------------------------------------------------------
    # Stripe
    # ------------------------------------------------------------

    def _get_charged(self):
        """Return what was charged at the stand-in, in the smallest unit."""
        charges = self.standin.find("charge", status="succeeded")
        return [charge["amount"] for charge in charges if charge["captured"]]

    def _take_events(self, *kinds):
        """Return the events that wait to be sent, and forget them."""
        held, self.endpoint.held = self.endpoint.held, []
        return [event for event in held if not kinds or event["type"] in kinds]

    def _send(self, event, secrets=(SECRET,), signature=None):
        """Send an event as Stripe does; return the HTTP status."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        if signature is None:
            signature = sign(body, secrets, self.standin.account.clock.now())
        headers = {"Content-Type": "application/json"}
        if signature:
            headers["Stripe-Signature"] = signature
        with mute_logger("odoo.addons.customer_portal_stripe.controllers.stripe"):
            answer = self.url_open(WEBHOOK, data=body, headers=headers)
        self.env.invalidate_all()
        return answer.status_code

    def _send_all(self, *kinds):
        """Send all that waits, and let it be handled."""
        for event in self._take_events(*kinds):
            self.assertEqual(self._send(event), 200)
        self._handle()

    def _handle(self):
        self._run("portal.stripe.event", "_handle_waiting")
