from odoo import models

from ...tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: for whom the person works, and what the person did."""
        return [
            *super()._get_portal_data_sections(own),
            DataSection(
                "roles",
                "portal.membership",
                own,
                {
                    "company": "partner_id.name",
                    "role": "role_id.name",
                    "since": "create_date",
                    **keys("scope", "state", "has_order_limit", "order_limit"),
                    "currency": "currency_id.name",
                },
                is_own=True,
            ),
            DataSection(
                "activity",
                "portal.activity",
                own,
                {
                    "company": "partner_id.name",
                    "document": "document_name",
                    **keys("date", "action", "on_behalf_of", "detail"),
                },
                is_own=True,
            ),
        ]
