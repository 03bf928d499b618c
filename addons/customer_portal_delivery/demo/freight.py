from odoo import api, models


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _load_freight(self):
        """Let the freight of the demo orders be that of the carrier."""
        carrier = self._ref_freight()
        lines = self.env["sale.order.line"].search(
            [("product_id", "=", carrier.product_id.id)]
        )
        lines.is_delivery = True
        lines.order_id.filtered(
            lambda order: order.state in ("sent", "sale")
        ).carrier_id = carrier

    def _ref_freight(self):
        return self.env.ref("customer_portal_delivery.carrier_freight")
