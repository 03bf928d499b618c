from odoo import api, models
from odoo.tools import ormcache


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: one more product may be freight."""
        carriers = super().create(vals_list)
        self.env.registry.clear_cache()
        return carriers

    def write(self, vals):
        """Extend: another product is freight."""
        result = super().write(vals)
        if "product_id" in vals:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Extend: its product is freight no more."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @ormcache()
    def _get_freight_products(self):
        """Return the ids of the products that carriers are booked with; remembered.

        Pages of orders ask for each line what it is.
        """
        # sudo: which products are freight, of every company
        carriers = self.sudo().with_context(active_test=False)
        found = carriers.search_fetch([("product_id", "!=", False)], ["product_id"])
        return frozenset(found.product_id.ids)
