from odoo import fields, models


class PortalTicketCategory(models.Model):
    """What tickets are about, for the staff's figures."""

    _name = "portal.ticket.category"
    _description = "Category of tickets"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
