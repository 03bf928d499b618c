from odoo import models
from odoo.fields import Domain

from ...tools.tally import Tally

ASKED = Domain("state", "=", "question")


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_waiting(self, customer, limit):
        """Extend: our questions about disputes."""
        disputes = self.env["portal.dispute"]
        domain = disputes._get_portal_domain(self, root=customer) & ASKED
        query = disputes._search(domain, order="id", limit=limit)
        return {
            **super()._get_portal_waiting(customer, limit),
            "disputes": (
                query,
                lambda ids: disputes.browse(ids)._prepare_waiting_items(),
            ),
        }

    def _get_portal_tallies(self):
        """Extend: the same, counted."""
        disputes = self.env["portal.dispute"]
        return [
            *super()._get_portal_tallies(),
            Tally("waiting", disputes._portal_code, disputes, ASKED),
        ]
