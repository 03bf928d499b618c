from odoo import fields, models

from ..const import END_REASONS, STATUSES


class PortalTicketStep(models.Model):
    """When a ticket got a status, in the customer's words: its timeline."""

    _name = "portal.ticket.step"
    _description = "Status of a ticket"
    _order = "date, id"

    ticket_id = fields.Many2one(
        "portal.ticket", required=True, index=True, ondelete="cascade"
    )
    status = fields.Selection(STATUSES, required=True)
    reason = fields.Selection(END_REASONS)
    date = fields.Datetime(required=True)
