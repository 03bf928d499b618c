from odoo import models

from ...tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: what the person promised to pay."""
        promises = DataSection(
            "promises",
            "portal.promise",
            own,
            {
                "made": "made_on",
                "customer": "partner_id.name",
                "amount": "amount",
                "currency": "currency_id.name",
                "promised_for": "day",
                **keys("state"),
            },
            is_own=True,
        )
        return [*super()._get_portal_data_sections(own), promises]
