"""What people are told of the goods of an order."""

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _is_shipment(self):
        """Return whether goods of an order go to the customer with it."""
        self.ensure_one()
        return (
            bool(self.sale_id)
            and self.location_dest_id.usage == "customer"
            and not self._is_portal_return()
        )

    def _add_shipped_news(self):
        """Write down that goods left; in sudo, of transfers that are done.

        What comes after them of the same order exists by now.
        """
        shipped = self.filtered(lambda picking: picking._is_shipment())
        orders_left = shipped.sale_id.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel") and picking._is_shipment()
            )
        ).sale_id
        partly = shipped.filtered(lambda picking: picking.sale_id in orders_left)
        partly._add_news("order_partly_shipped")
        (shipped - partly)._add_news("order_shipped")

    def _filtered_news(self, code):
        """Override: what has left; in sudo."""
        return self.filtered(lambda picking: picking.state == "done")

    def _prepare_news(self, code):
        """Override: the sentences; in sudo."""
        return {picking: picking._prepare_one_news(code) for picking in self}

    def _prepare_one_news(self, code):
        _ = self.env._
        order = self.sale_id
        if code == "order_partly_shipped":
            title = _("A part of order %s was shipped.", order.name)
        elif len(order.picking_ids.filtered(lambda one: one.state == "done")) > 1:
            title = _("The rest of order %s was shipped.", order.name)
        else:
            title = _("Order %s was shipped.", order.name)
        carrier = self._get_portal_carrier()
        detail = _("Delivery %s.", self.name)
        if carrier:
            detail = _(
                "Delivery %(name)s, by %(carrier)s.", name=self.name, carrier=carrier
            )
        return {"title": title, "detail": detail, "url": f"/my/orders/{order.id}"}

    def _prepare_many_news(self, code):
        """Override: one sentence about many; in sudo."""
        return {
            "title": self.env._("%s deliveries were shipped.", len(self)),
            "url": "/my/orders",
        }
