"""What was searched and read before somebody asked."""

from odoo import fields, models

from ..portal_ticket import STAFF


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    search_ids = fields.One2many(
        "portal.search.log", "ticket_id", "Searched before", groups=STAFF
    )
    opened_ids = fields.Many2many(
        "portal.search.opened",
        compute="_compute_opened_ids",
        string="Read before",
        groups=STAFF,
    )

    def _compute_opened_ids(self):
        for ticket in self:
            ticket.opened_ids = ticket.search_ids.opened_ids

    def _keep_searches(self, user):
        """Keep what a person searched within the window; in sudo.

        The searches say then that a ticket followed them.
        """
        logs = self.env["portal.search.log"]._get_asked_before(user)
        logs._end("ticket")
        logs.ticket_id = self
