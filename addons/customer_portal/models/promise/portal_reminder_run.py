from odoo import api, models


class PortalReminderRun(models.Model):
    _inherit = "portal.reminder.run"

    @api.model
    def _run_all(self):
        """Extend: promises are settled first, so that a broken one is reminded of."""
        self.env["portal.promise"]._settle_all()
        return super()._run_all()
