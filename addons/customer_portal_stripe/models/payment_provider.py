import time

from requests import exceptions as requests_errors

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.urls import urljoin

from odoo.addons.payment_stripe import const

from ..const import HANDLED
from ..exceptions import StripeRefusal
from ..tools.gateway import RETRIES, Gateway, is_signed

PAUSE = 0.5  # seconds before the same is asked again


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    stripe_event_cursor = fields.Char(
        "Last event read", readonly=True, copy=False, groups="base.group_system"
    )

    stripe_fee_account_id = fields.Many2one(
        "account.account",
        "Account for Stripe's fees",
        check_company=True,
        copy=False,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost'))]",
        help="What Stripe keeps of payments, and takes for a dispute, is booked here. "
        "If it is empty, it is booked by hand.",
    )

    stripe_multicapture = fields.Boolean(
        "Several captures",
        copy=False,
        help="Stripe has agreed to capture one authorisation several times "
        "(multicapture). Otherwise what is left is released with the first capture.",
    )

    stripe_user_id = fields.Many2one(
        "res.users",
        "Looks after what is not in order",
        domain="[('share', '=', False)]",
        copy=False,
        groups="base.group_system",
        help="Gets the activities about money at Stripe that belongs to no payment, "
        "and about payments that are not booked. If it is empty, the administrator "
        "does.",
    )

    def _compute_feature_support_fields(self):
        """Extend: a part of what was authorised can be captured."""
        result = super()._compute_feature_support_fields()
        stripe = self.filtered(lambda provider: provider.code == "stripe")
        stripe.support_manual_capture = "partial"
        return result

    @api.model
    def _get_stripe_accounts(self):
        """Return the accounts at Stripe that may be asked; in sudo."""
        return self.search(
            [
                ("code", "=", "stripe"),
                ("state", "!=", "disabled"),
                ("stripe_secret_key", "!=", False),
            ]
        )

    def _get_stripe_accountant(self):
        """Return who looks after what is not in order; in sudo."""
        return self.stripe_user_id or self.env.ref("base.user_admin")

    def _get_stripe_outstanding_account(self):
        """Return where money that Stripe has waits for the bank's statement."""
        lines = self.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == self
        )
        payments = self.env["account.payment"].new({"company_id": self.company_id.id})
        return lines.payment_account_id[:1] or payments._get_outstanding_account(
            "inbound"
        )

    def _get_stripe_gateway(self):
        """Return how we ask Stripe ourselves; in sudo."""
        self.ensure_one()
        return Gateway(
            self.stripe_secret_key,
            const.API_VERSION,
            base=self._get_stripe_api_base(),
            headers=self._get_stripe_extra_request_headers(),
        )

    def _get_stripe_api_base(self):
        """Return another address than Stripe's to ask, or None.

        Nothing says one here: `customer_portal_testing` does.
        """
        self.ensure_one()

    def _build_request_url(self, endpoint, *, is_proxy_request=False, **kwargs):
        """Extend: by the address of a stand-in, where there is one."""
        base = self.code == "stripe" and self._get_stripe_api_base()
        if base and not is_proxy_request:
            return urljoin(f"{base}/v1/", endpoint)
        return super()._build_request_url(
            endpoint, is_proxy_request=is_proxy_request, **kwargs
        )

    def _send_api_request(
        self, method, endpoint, *, reference=None, idempotency_key=None, **kwargs
    ):
        """Extend: what is lost is asked again, with the same key.

        Stripe answers as it did the first time, if it got that far.
        """
        if self.code != "stripe":
            return super()._send_api_request(
                method, endpoint, reference=reference, **kwargs
            )
        if endpoint == "webhook_endpoints" and kwargs.get("data"):
            # Core asks for fewer kinds of events than we handle.
            kwargs["data"] = {**kwargs["data"], "enabled_events[]": list(HANDLED)}
        repeats = RETRIES if idempotency_key else 0
        while True:
            try:
                answer = super()._send_api_request(
                    method,
                    endpoint,
                    reference=reference,
                    idempotency_key=idempotency_key,
                    **kwargs,
                )
            except ValidationError as error:
                if not repeats or not self._may_be_repeated(error):
                    raise
            else:
                self._end_doubt(reference)
                return answer
            repeats -= 1
            time.sleep(PAUSE)

    def _end_doubt(self, reference):
        """Forget that an answer was lost which has come now."""
        if reference:
            lost = self._find_asked_transaction(reference).filtered("outcome_unknown")
            lost.filtered(lambda tx: tx.state == "draft").outcome_unknown = False

    def _may_be_repeated(self, error):
        if isinstance(error, StripeRefusal) and error.may_be_repeated:
            return True
        reason = error.__context__
        if isinstance(reason, requests_errors.HTTPError):
            return reason.response is not None and reason.response.status_code >= 500
        return isinstance(
            reason, requests_errors.ConnectionError | requests_errors.Timeout
        )

    def _is_lost(self, error):
        """Extend: while another request with the same key is being carried out."""
        if self.env.context.get("stripe_takes_money") is False:
            return False
        return super()._is_lost(error) or (
            isinstance(error, StripeRefusal) and error.is_lost
        )

    def _parse_response_error(self, response):
        """Extend: raise the error with all that Stripe says of it.

        :raise StripeRefusal: always, for Stripe
        """
        if self.code != "stripe":
            return super()._parse_response_error(response)
        error = response.json().get("error") or {}
        message = self.env._(
            "The payment provider rejected the request.\n%s", error.get("message", "")
        )
        raise StripeRefusal(message, response.status_code, error)

    def _find_signing_provider(self, body, signature):
        """Return the Stripe account that a message comes from, or none; in sudo.

        One without a secret believes nobody.
        """
        providers = self.search(
            [("code", "=", "stripe"), ("stripe_webhook_secret", "!=", False)]
        )
        return next(
            (
                provider
                for provider in providers
                if is_signed(body, signature, provider.stripe_webhook_secret)
            ),
            self.browse(),
        )
