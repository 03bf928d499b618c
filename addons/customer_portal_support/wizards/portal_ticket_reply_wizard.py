from odoo import api, fields, models


class PortalTicketReplyWizard(models.TransientModel):
    """Choose a saved reply; it is read and changed before it is sent."""

    _name = "portal.ticket.reply.wizard"
    _description = "Use a saved reply"

    ticket_id = fields.Many2one("portal.ticket", required=True)
    team_id = fields.Many2one(related="ticket_id.team_id")
    reply_id = fields.Many2one(
        "portal.ticket.reply",
        "Saved reply",
        required=True,
        domain="['|', ('team_ids', '=', False), ('team_ids', '=', team_id)]",
    )

    preview = fields.Html(compute="_compute_preview")

    @api.depends("reply_id", "ticket_id")
    def _compute_preview(self):
        for wizard in self:
            reply = wizard.reply_id
            wizard.preview = reply._fill_in(wizard.ticket_id) if reply else ""

    def action_write(self):
        """Open the message with the text filled in.

        :raise AccessError: for those who may not change tickets
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": ticket._name,
                "default_res_ids": ticket.ids,
                "default_composition_mode": "comment",
                "default_subtype_xmlid": "mail.mt_comment",
                "default_partner_ids": ticket.partner_id.ids,
                "default_body": self.reply_id._fill_in(ticket),
            },
        }
