from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    portal_short_payment_amount = fields.Monetary(
        "Smallest part payment",
        groups="base.group_user",
        help="In the company's currency; what of an invoice may be paid at least, when "
        "it is not all of it, nor an instalment. 0: any amount.",
    )
    portal_short_payment_percent = fields.Float(
        "Smallest part of an invoice",
        groups="base.group_user",
        help="In percent of what is open of the invoice. 0: any part.",
    )

    _portal_short_payment_sensible = models.Constraint(
        "CHECK (portal_short_payment_amount >= 0 AND portal_short_payment_percent"
        " BETWEEN 0 AND 100)",
        "The smallest part payment cannot be negative, nor more than 100 percent.",
    )
