from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    portal_content_owner_id = fields.Many2one(
        "res.users",
        "Writes what people look for",
        domain=[("share", "=", False)],
        groups="base.group_user",
        help="Gets the to-dos of searches, unless the language has somebody else.",
    )
