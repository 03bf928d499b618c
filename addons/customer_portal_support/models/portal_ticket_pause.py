from odoo import fields, models

from ..const import STATUSES


class PortalTicketPause(models.Model):
    """A time in which the seller had nothing to do for a ticket.

    Deadlines are planned around these, so that they come out the same whenever they are
    reckoned.
    """

    _name = "portal.ticket.pause"
    _description = "Time in which a ticket's clock stood"
    _order = "start, id"

    ticket_id = fields.Many2one(
        "portal.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    reason = fields.Selection(STATUSES, required=True, readonly=True)
    start = fields.Datetime(required=True, readonly=True)
    end = fields.Datetime(readonly=True)
