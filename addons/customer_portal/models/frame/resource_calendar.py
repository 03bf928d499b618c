from odoo import models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        """Extend: forget the zone of a company's books with that of working hours."""
        result = super().write(vals)
        if "tz" in vals:
            self.env.registry.clear_cache()
        return result
