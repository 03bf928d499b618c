from odoo import models

from odoo.addons.customer_portal.tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: what the person has confirmed."""
        examples = DataSection(
            "examples", "portal.example", own, keys("name", "date", "state")
        )
        return [*super()._get_portal_data_sections(own), examples]
