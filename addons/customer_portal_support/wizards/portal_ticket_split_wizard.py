from odoo import fields, models
from odoo.fields import Domain


class PortalTicketSplitWizard(models.TransientModel):
    """Choose the messages with which a new ticket begins."""

    _name = "portal.ticket.split.wizard"
    _description = "Split a ticket"

    ticket_id = fields.Many2one("portal.ticket", required=True)
    subject = fields.Char(required=True)
    message_ids = fields.Many2many(
        "mail.message",
        string="Messages",
        required=True,
        domain=lambda self: (
            Domain("model", "=", "portal.ticket")
            & Domain("message_type", "in", ("comment", "email"))
        ),
    )

    def action_split(self):
        """Make the new ticket, and open it.

        :raise AccessError: for those who may not change tickets
        :raise UserError: without a message of this ticket
        """
        self.ensure_one()
        self.ticket_id.check_access("write")
        ticket = self.ticket_id._split(self.message_ids, self.subject)
        return {
            "type": "ir.actions.act_window",
            "res_model": "portal.ticket",
            "res_id": ticket.id,
            "view_mode": "form",
        }
