from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_promises = fields.Boolean(
        related="company_id.portal_promises", readonly=False
    )
    portal_promise_days = fields.Integer(
        related="company_id.portal_promise_days", readonly=False
    )
    portal_promise_open = fields.Integer(
        related="company_id.portal_promise_open", readonly=False
    )
    portal_promise_times = fields.Integer(
        related="company_id.portal_promise_times", readonly=False
    )
