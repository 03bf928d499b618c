from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_dispute_grace_days = fields.Integer(
        related="company_id.portal_dispute_grace_days", readonly=False
    )
