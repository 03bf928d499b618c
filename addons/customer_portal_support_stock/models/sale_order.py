from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _prepare_portal_delivery(self, picking):
        """Extend: whether one may ask for help with it; with what comes back: not."""
        row = super()._prepare_portal_delivery(picking)
        row["can_ask"] = not row["is_return"] and row["status"] != "cancel"
        return row
