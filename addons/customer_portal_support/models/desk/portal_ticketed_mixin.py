from odoo import fields, models

from ..portal_ticket import STAFF


class PortalTicketedMixin(models.AbstractModel):
    """A document of a customer that tickets are about."""

    _name = "portal.ticketed.mixin"
    _description = "Document with tickets"

    portal_ticket_count = fields.Integer(
        "Tickets", compute="_compute_portal_ticket_count", groups=STAFF
    )

    def _compute_portal_ticket_count(self):
        tickets = self.env["portal.ticket"]
        counts = {}
        if tickets.has_access("read"):
            name = self._portal_ticket_field
            counts = dict(
                tickets._read_group([(name, "in", self.ids)], [name], ["__count"])
            )
        for paper in self:
            paper.portal_ticket_count = counts.get(paper, 0)

    def action_open_portal_tickets(self):
        """Open the tickets about the document.

        :raise AccessError: for those who may not see the document
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tickets"),
            "res_model": "portal.ticket",
            "view_mode": "list,kanban,form",
            "domain": [(self._portal_ticket_field, "=", self.id)],
            "context": {
                f"default_{self._portal_ticket_field}": self.id,
                "default_partner_id": self.partner_id.id,
            },
        }
