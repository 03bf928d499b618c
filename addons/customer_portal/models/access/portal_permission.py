from odoo import fields, models


class PortalPermission(models.Model):
    """Something that a role can allow; pages and rules ask for its code."""

    _name = "portal.permission"
    _description = "Permission in the portal"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    section_id = fields.Many2one(
        "portal.section",
        ondelete="restrict",
        help="Where this section is off, nobody has the permission.",
    )
    has_own = fields.Boolean(
        "Own documents",
        help=("The permission can be limited to a person's own documents."),
    )
    is_delegable = fields.Boolean(
        "For customers",
        default=True,
        help="A customer's administrators may use it in their own roles.",
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "A permission of that code exists already."
    )
