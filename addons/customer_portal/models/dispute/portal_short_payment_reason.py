from odoo import fields, models


class PortalShortPaymentReason(models.Model):
    """The same reasons serve what is paid less, and what is disputed."""

    _inherit = "portal.short.payment.reason"

    is_dispute = fields.Boolean(
        "Opens a dispute",
        default=True,
        help="What is not paid for this reason is disputed, and you decide about it.",
    )

    def _get_for_disputes(self):
        """Return the reasons that a dispute may have."""
        return self.search_fetch([("is_dispute", "=", True)], ["name", "needs_note"])
