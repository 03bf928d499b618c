from urllib.parse import urlsplit

from odoo import models

PARAMETER = "customer_portal_testing.stripe_api_base"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    def _get_stripe_api_base(self):
        """Extend: the stand-in, for a provider in test mode, on this machine only."""
        # sudo: a setting that staff do not read
        base = self.env["ir.config_parameter"].sudo().get_param(PARAMETER)
        if base and self.state == "test" and is_on_this_machine(base):
            return base.rstrip("/")
        return super()._get_stripe_api_base()


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
