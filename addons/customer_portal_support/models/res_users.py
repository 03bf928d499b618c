from odoo import models
from odoo.fields import Domain

from odoo.addons.customer_portal.tools.tally import Tally

ASKED = Domain("customer_status", "=", "waiting")


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_waiting(self, customer, limit):
        """Extend: tickets that go on once the person answers."""
        if not self.share:
            # Staff who look at the overview may have no right to tickets.
            return super()._get_portal_waiting(customer, limit)
        tickets = self.env["portal.ticket"]
        domain = tickets._get_portal_domain(self, "open_tickets", customer) & ASKED
        query = tickets._search(domain, order="last_word_on, id", limit=limit)
        return {
            **super()._get_portal_waiting(customer, limit),
            "tickets": (
                query,
                lambda ids: tickets.browse(ids)._prepare_waiting_items(),
            ),
        }

    def _get_portal_tallies(self):
        """Extend: the same, counted."""
        return [
            *super()._get_portal_tallies(),
            Tally("waiting", "open_tickets", self.env["portal.ticket"], ASKED),
        ]
