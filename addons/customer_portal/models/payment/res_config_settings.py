from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_short_payment_amount = fields.Monetary(
        related="company_id.portal_short_payment_amount",
        currency_field="currency_id",
        readonly=False,
    )
    portal_short_payment_percent = fields.Float(
        related="company_id.portal_short_payment_percent", readonly=False
    )
