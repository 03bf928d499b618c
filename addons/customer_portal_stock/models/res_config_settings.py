from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_stock_told = fields.Selection(
        related="company_id.portal_stock_told", readonly=False
    )
