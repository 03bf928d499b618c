from odoo import Command, api, fields, models


class PortalTicketMergeWizard(models.TransientModel):
    """Choose the ticket in which others go on, or of which they are duplicates."""

    _name = "portal.ticket.merge.wizard"
    _description = "Merge tickets"

    ticket_ids = fields.Many2many("portal.ticket", string="Tickets", required=True)
    target_id = fields.Many2one(
        "portal.ticket",
        "Ticket that stays",
        required=True,
        domain=[("customer_status", "in", ("received", "in_progress", "waiting"))],
    )

    @api.model
    def default_get(self, fields):
        """Extend: the tickets that were selected; the oldest stays."""
        values = super().default_get(fields)
        tickets = self.env["portal.ticket"].browse(
            self.env.context.get("active_ids") or []
        )
        values["ticket_ids"] = [Command.set(tickets.ids)]
        if len(tickets) > 1:
            values["target_id"] = min(tickets.ids)
        return values

    def action_merge(self):
        """Merge the others into the one that stays.

        :raise AccessError: for those who may not change tickets
        :raise UserError: for tickets of different customers
        """
        self.ensure_one()
        tickets = self.ticket_ids - self.target_id
        (tickets | self.target_id).check_access("write")
        tickets._merge_into(self.target_id)
        return self._open_target()

    def action_mark_duplicate(self):
        """Close the others as duplicates of the one that stays.

        :raise AccessError: for those who may not change tickets
        """
        self.ensure_one()
        tickets = self.ticket_ids - self.target_id
        tickets.check_access("write")
        tickets._mark_duplicate(self.target_id)
        return self._open_target()

    def _open_target(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "portal.ticket",
            "res_id": self.target_id.id,
            "view_mode": "form",
        }
