"""Who is answered where Stripe's messages, and those who paid, come in."""

from odoo.addons.customer_portal.tests.access_case import AccessCase

RETURN, WEBHOOK = "/payment/stripe/return", "/payment/stripe/webhook"


class TestStripeAccess(AccessCase):
    get_rows = {RETURN: ("/payment/status",) * 4}
    post_rows = {WEBHOOK: (403,) * 4}
    without_token = frozenset({WEBHOOK})  # a message has a signature
    parameters = {RETURN: ["reference", "payment_intent", "setup_intent"]}

    def _snapshot(self):
        self.env.invalidate_all()
        return self.env["portal.stripe.event"].sudo().search_count([])
