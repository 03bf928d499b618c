from odoo import models
from odoo.fields import Domain


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "portal.scoped.mixin"]

    _portal_code = "see_orders"

    def _get_portal_own_domain(self, user):
        """Extend: what was delivered for the person's own orders."""
        orders = self.env["sale.order"]._get_portal_own_domain(user)
        return super()._get_portal_own_domain(user) | Domain("sale_id", "any!", orders)

    def _get_portal_domain(self, user, code=None, root=None):
        """Extend: deliveries of the orders that the person reaches.

        Moreover those to the customer without an order; not what the customer sends
        us as a supplier.
        """
        orders = self.env["sale.order"]._get_portal_domain(
            user, code or self._portal_code, root
        )
        return Domain("sale_id", "any!", orders) | (
            super()._get_portal_domain(user, code, root)
            & Domain("sale_id", "=", False)
            & Domain("picking_type_id.code", "=", "outgoing")
        )
