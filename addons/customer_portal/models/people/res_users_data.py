from odoo import models

from ...tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: where the person has signed in."""
        sessions = DataSection(
            "sessions",
            "res.device.log",
            own,
            keys(
                "platform",
                "browser",
                "ip_address",
                "country",
                "city",
                "first_activity",
                "last_activity",
                "revoked",
            ),
            is_own=True,
        )
        return [*super()._get_portal_data_sections(own), sessions]
