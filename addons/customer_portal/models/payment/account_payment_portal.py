from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    # The list of payments searches by customer; core has no index on it.
    _portal_partner_idx = models.Index(
        "(partner_id, date DESC) WHERE partner_type = 'customer'"
    )

    def _get_portal_method(self):
        """Return how it was paid, as the customer knows it; nothing for "by hand"."""
        line = self.payment_method_line_id
        return "" if line.code == "manual" else line.name or ""
