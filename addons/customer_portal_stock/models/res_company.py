from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    portal_stock_told = fields.Selection(
        [
            ("nothing", "Nothing"),
            ("presence", "In stock or not"),
            ("quantity", "Quantities"),
        ],
        "Stock that customers see",
        default="presence",
        required=True,
        groups="base.group_user",
        help=(
            "Before customers place a reorder. Lead times are told in any case. "
            "Quantities tell how much you sell to others."
        ),
    )
