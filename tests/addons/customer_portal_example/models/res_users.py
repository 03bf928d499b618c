from odoo import models
from odoo.fields import Domain

from odoo.addons.customer_portal.tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_waiting(self, customer, limit):
        """Extend: what the person can confirm."""
        examples = self.env["portal.example"]
        domain = Domain("state", "=", "waiting") & examples._get_portal_domain(
            self, root=customer
        )
        query = examples._search(domain, order=examples._order, limit=limit)
        return {
            **super()._get_portal_waiting(customer, limit),
            "examples": (
                query,
                lambda ids: examples.browse(ids)._prepare_waiting_items(),
            ),
        }

    def _get_portal_data_sections(self, own):
        """Extend: what the person has confirmed."""
        examples = DataSection(
            "examples", "portal.example", own, keys("name", "date", "state")
        )
        return [*super()._get_portal_data_sections(own), examples]
