from odoo import fields, models

GRACE_DAYS = 7  # if the seller chose nothing


class ResCompany(models.Model):
    _inherit = "res.company"

    portal_dispute_grace_days = fields.Integer(
        "Days of grace",
        default=GRACE_DAYS,
        groups="base.group_user",
        help="So long no reminder is sent of what was refused of a dispute.",
    )

    _portal_dispute_grace_positive = models.Constraint(
        "CHECK(portal_dispute_grace_days >= 0)", "Days of grace cannot be negative."
    )
