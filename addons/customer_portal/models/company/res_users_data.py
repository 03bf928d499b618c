from odoo import models
from odoo.fields import Domain

from ...tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: the addresses one sees, and the changes that one asked for."""
        return [
            *super()._get_portal_data_sections(own),
            DataSection(
                "changes_of_company_data",
                "portal.company.change",
                own,
                {
                    "company": "partner_id.name",
                    "date": "create_date",
                    "answer": "told",
                    **keys("state", "note", "effective_date"),
                },
                is_own=True,
            ),
            DataSection(
                "addresses",
                "res.partner",
                Domain("type", "in", ("invoice", "delivery", "other")),
                {
                    **keys("name", "type", "street", "street2", "zip", "city"),
                    "country": "country_id.name",
                },
            ),
        ]
