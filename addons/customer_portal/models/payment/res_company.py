from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    portal_short_payment_amount = fields.Monetary(
        "Smallest partial payment",
        groups="base.group_user",
        help=(
            "In the company's currency: the least that may be paid on an invoice, "
            "unless it is paid in full or by installment. 0: any amount."
        ),
    )
    portal_short_payment_percent = fields.Float(
        "Smallest partial payment of an invoice",
        groups="base.group_user",
        help="As a percentage of what is open on the invoice. 0: any part.",
    )

    _portal_short_payment_sensible = models.Constraint(
        "CHECK (portal_short_payment_amount >= 0 AND portal_short_payment_percent"
        " BETWEEN 0 AND 100)",
        "The smallest partial payment cannot be negative or more than 100 percent.",
    )
