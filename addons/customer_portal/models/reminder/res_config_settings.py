from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_reminders = fields.Boolean(
        related="company_id.portal_reminders", readonly=False
    )
    portal_reminders_instead = fields.Boolean(
        related="company_id.portal_reminders_instead", readonly=False
    )
    portal_has_followup = fields.Boolean(compute="_compute_portal_has_followup")

    @api.depends("company_id")
    def _compute_portal_has_followup(self):
        for settings in self:
            settings.portal_has_followup = settings.company_id._has_followup()
