from odoo import models

from ...tools.tally import Tally


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_waiting(self, customer, limit):
        """Extend: quotations to decide, and drafts to finish."""
        orders = self.env["sale.order"]
        return {
            "orders": (
                orders._get_waiting_query(customer, limit),
                lambda ids: orders.browse(ids)._get_waiting_items(),
            ),
            **super()._get_portal_waiting(customer, limit),
        }

    def _get_portal_tallies(self):
        """Extend: the same, counted."""
        orders = self.env["sale.order"]
        return [
            *super()._get_portal_tallies(),
            *(
                Tally("waiting", code, orders, domain)
                for code, domain in orders._get_waiting_domains().items()
            ),
            Tally(
                "coming",
                "see_orders",
                orders,
                orders._get_coming_domain(),
                orders._get_coming_day_sql,
            ),
        ]

    def _get_portal_coming(self, customer, limit):
        """Extend: orders of which goods are to come."""
        orders = self.env["sale.order"]
        return {
            **super()._get_portal_coming(customer, limit),
            "coming_orders": (
                orders._get_coming_query(customer, limit),
                lambda ids: orders.browse(ids)._get_coming_items(),
            ),
        }
