from odoo import fields, models

from ..const import STATUSES


class PortalTicketStage(models.Model):
    """A step of the staff's work, and the word for it that the customer reads."""

    _name = "portal.ticket.stage"
    _description = "Stage of tickets"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    customer_status = fields.Selection(
        STATUSES,
        "What the customer reads",
        required=True,
        default="in_progress",
        help=(
            "Deadlines stand still where the ticket waits for the customer, and end "
            "where it is solved."
        ),
    )
    fold = fields.Boolean("Folded in the board")
    team_ids = fields.Many2many(
        "portal.ticket.team", string="Teams", help="If empty, all teams use it."
    )
    rotting_threshold_days = fields.Integer(
        "Stands out after days", help="Days in this stage. Zero: never."
    )
