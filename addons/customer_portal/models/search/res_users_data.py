from odoo import models
from odoo.fields import Domain

from ...tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: what the person searched, as long as it is known who did."""
        searches = DataSection(
            "searches",
            "portal.search.log",
            own,
            {
                "customer": "partner_id.name",
                "language": "lang_id.name",
                **keys("date", "place", "first_words", "words", "found_count"),
                **keys("opened_count", "outcome"),
            },
            is_own=True,
        )
        opened = DataSection(
            "opened_results",
            "portal.search.opened",
            Domain("log_id.user_id", "=", self.id),
            {"search": "log_id.words", **keys("date", "title", "url")},
            is_own=True,
        )
        return [*super()._get_portal_data_sections(own), searches, opened]
