from odoo import fields, models


class PortalTicketTag(models.Model):
    _name = "portal.ticket.tag"
    _description = "Tag of tickets"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()

    _name_unique = models.Constraint("UNIQUE (name)", "This tag already exists.")
