from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_page_picking_fields(self):
        """Extend: who brings it, and where it can be followed."""
        return [
            *super()._get_page_picking_fields(),
            "carrier_id",
            "carrier_tracking_ref",
        ]
