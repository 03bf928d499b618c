from urllib.parse import urlsplit

from odoo import Command, api, models

PARAMETER = "customer_portal_testing.stripe_api_base"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SCRIPT = "https://js.stripe.com/v3/"
METHODS = ("ach_direct_debit", "card", "sepa_direct_debit")


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    def _get_stripe_api_base(self):
        """Extend: the stand-in, for a provider in test mode, on this machine only."""
        # sudo: a setting that staff do not read
        base = self.env["ir.config_parameter"].sudo().get_param(PARAMETER)
        if base and self.state == "test" and is_on_this_machine(base):
            return base.rstrip("/")
        return super()._get_stripe_api_base()

    def _get_stripe_script(self):
        """Return the address of Stripe's script for a form of these providers."""
        bases = [one._get_stripe_api_base() for one in self if one.code == "stripe"]
        return next((f"{base}/standin/stripe.js" for base in bases if base), SCRIPT)

    @api.model
    def _use_standin(self, base, secret):
        """Let the demo company take money at a stand-in that was started just now.

        It remembers nothing of the one before, so neither do we.

        :param str base: its address
        :param str secret: with which it signs
        """
        provider = self.env.ref("payment.payment_provider_stripe")
        methods = self.env["payment.method"].with_context(active_test=False)
        methods = methods.search([("code", "in", METHODS)])
        company = provider.company_id
        accounts = self.env["account.account"].with_company(company)
        expenses = accounts.search([("account_type", "=", "expense")], limit=1)
        provider.write(
            {
                "allow_tokenization": True,
                "capture_manually": False,  # debits are not authorised first
                "is_published": True,
                "payment_method_ids": [Command.set(methods.ids)],
                "state": "test",
                "stripe_event_cursor": False,
                "stripe_fee_account_id": expenses.id,
                "stripe_publishable_key": "pk_test_standin",
                # Every stand-in takes it.
                "stripe_secret_key": "sk_test_standin",  # nosec B105
                "stripe_webhook_secret": secret,
            }
        )
        methods.active = True  # which wants a provider
        # The customers of the demo live in America, and pay invoices in euro, too.
        methods.supported_country_ids = False
        self.env["ir.config_parameter"].set_param(PARAMETER, base)
        own = [("provider_id", "=", provider.id)]
        self.env["portal.stripe.customer"].search(own).unlink()
        self.env["payment.token"].search(own).active = False

    @api.model
    def _leave_standin(self):
        """Take no money at a stand-in that is not there any more."""
        if self.env["ir.config_parameter"].get_param(PARAMETER):
            self.env["ir.config_parameter"].set_param(PARAMETER, False)
            self.env.ref("payment.payment_provider_stripe").state = "disabled"


def is_on_this_machine(url):
    """Return whether an address leads to this machine, without a detour."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme == "http"
        and parts.hostname in LOOPBACK
        and not (parts.username or parts.password or parts.query or parts.fragment)
        and parts.path in ("", "/")
    )
