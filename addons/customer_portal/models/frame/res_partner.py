from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Extend: forget the zone of a company's books when its address has another."""
        result = super().write(vals)
        if "tz" in vals and self.ref_company_ids:
            self.env.registry.clear_cache()
        return result
