from odoo import fields, models


class PortalRemittanceLine(models.Model):
    _inherit = "portal.remittance.line"

    amount_short = fields.Monetary(
        "Left out",
        groups="base.group_user",
        help="What lacks of what was due; disputed, if the reason says so.",
    )
    dispute_id = fields.Many2one(
        "portal.dispute", ondelete="set null", groups="base.group_user"
    )
