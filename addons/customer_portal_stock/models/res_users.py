from odoo import models

from odoo.addons.customer_portal.tools.tally import Tally


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_tallies(self):
        """Extend: the same, counted."""
        pickings = self.env["stock.picking"]
        return [
            *super()._get_portal_tallies(),
            Tally(
                "coming",
                "see_orders",
                pickings,
                pickings._get_coming_domain(),
                pickings._get_coming_day_sql,
            ),
        ]

    def _get_portal_coming(self, customer, limit):
        """Extend: deliveries to come, and those that left in the last days."""
        pickings = self.env["stock.picking"]
        return {
            "deliveries": (
                pickings._get_coming_query(customer, limit),
                lambda ids: pickings.browse(ids)._get_coming_items(),
            ),
            **super()._get_portal_coming(customer, limit),
        }
