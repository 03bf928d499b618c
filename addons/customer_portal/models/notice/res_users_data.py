from odoo import models
from odoo.fields import Domain

from ...tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: what the person was told, and chose to be told."""
        return [
            *super()._get_portal_data_sections(own),
            DataSection(
                "notices",
                "portal.notice",
                own,
                {"date": "create_date", **keys("title", "detail", "url", "read_on")},
                is_own=True,
            ),
            DataSection(
                "notification_choices",
                "portal.notification.preference",
                own,
                {"event": "event_id.code", **keys("has_portal", "mail")},
                is_own=True,
            ),
            DataSection(
                "digest_choices",
                "portal.notification.digest",
                own,
                keys("period", "hour"),
                is_own=True,
            ),
            DataSection(
                "mails_of_the_company",
                "portal.contact.function",
                Domain("contact_id", "=", self.sudo().partner_id.id),  # sudo: own id
                {"company": "partner_id.name", **keys("function")},
                is_own=True,
            ),
        ]
