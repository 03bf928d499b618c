from odoo import fields, models


class ResLang(models.Model):
    _inherit = "res.lang"

    portal_content_owner_id = fields.Many2one(
        "res.users",
        "Writes what people look for",
        domain=[("share", "=", False)],
        groups="base.group_user",
        help="Gets the to-dos of searches in this language in the customer portal.",
    )
