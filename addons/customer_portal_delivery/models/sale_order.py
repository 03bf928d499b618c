from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_page_fields(self):
        """Extend: what tells freight, and a pick-up point."""
        names, line_names = super()._get_page_fields()
        return [*names, "carrier_id", "pickup_location_data"], [
            *line_names,
            "is_delivery",
        ]

    def _get_portal_products_domain(self):
        """Extend: freight is nothing that one adds."""
        freight = self.env["delivery.carrier"]._get_freight_products()
        return super()._get_portal_products_domain() & Domain("id", "not in", freight)

    def _get_change_cutoff(self, until):
        """Extend: what is brought to a pick-up point has no address to correct."""
        reason = super()._get_change_cutoff(until)
        if not reason and self.pickup_location_data:
            return self.env._("This order goes to a pick-up point.")
        return reason

    def _get_change_addresses(self):
        """Extend: pick-up points belong to the order for which they were chosen."""
        return (
            super()
            ._get_change_addresses()
            .filtered(lambda partner: not partner.is_pickup_location)
        )

    def _recompute_freight(self):
        """Extend: rate the freight for the new address and what remains.

        As core's own dialog does it. What the carrier charges later, by its real
        cost, is not on the order yet.
        """
        super()._recompute_freight()
        carrier = self.carrier_id
        lines = self.order_line.filtered("is_delivery")
        if not carrier:
            return
        carrier = carrier.with_company(self.company_id)
        if not carrier.available_carriers(self.partner_shipping_id, self):
            raise UserError(
                self.env._(
                    "%s does not deliver to this address, or not what remains of the "
                    "order.",
                    carrier.name,
                )
            )
        if not lines or any(line.qty_invoiced for line in lines):
            return
        rate = carrier.rate_shipment(self)
        if not rate.get("success"):
            raise UserError(
                rate.get("error_message")
                or self.env._("%s names no freight for this address.", carrier.name)
            )
        self.set_delivery_line(carrier, rate["price"])
        self.recompute_delivery_price = False
