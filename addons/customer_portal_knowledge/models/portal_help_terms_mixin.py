from odoo import fields, models


class PortalHelpTermsMixin(models.AbstractModel):
    """A product, or a category of products, with terms that customers read."""

    _name = "portal.help.terms.mixin"
    _description = "Terms and returns"

    help_terms_id = fields.Many2one(
        "portal.help.article",
        "Terms and returns",
        domain=[("state", "=", "published")],
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help=(
            "Shown at the product while it is ordered, to those who may read the"
            " article. Without it, and without a text, that of the category counts."
        ),
    )
    help_terms_text = fields.Text(
        "Terms in words",
        translate=True,
        groups="base.group_user",
        help="Shown where there is no article, or the customer may not read it.",
    )
