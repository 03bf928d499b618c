from odoo import models
from odoo.fields import Domain

from ...tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: what the person disputed, and wrote about disputes."""
        return [
            *super()._get_portal_data_sections(own),
            DataSection(
                "disputes",
                "portal.dispute",
                Domain("author_id", "=", self.id),
                {
                    "number": "name",
                    "invoice": "move_id.name",
                    "date": "create_date",
                    "reason": "reason_id.name",
                    "currency": "currency_id.name",
                    **keys("state", "text", "amount_disputed", "amount_accepted"),
                },
                is_own=True,
            ),
            DataSection(
                "events_of_disputes",
                "portal.dispute.event",
                own,
                {
                    "dispute": "dispute_id.name",
                    "date": "create_date",
                    **keys("kind", "text", "amount"),
                },
                is_own=True,
            ),
        ]

    def _get_portal_data_files(self):
        """Extend: the files that the person sent with disputes."""
        # sudo: contacts may not read files as such; these the person sent
        events_sudo = self.env["portal.dispute.event"].sudo()
        sent_sudo = events_sudo.search([("user_id", "=", self.id)])
        return super()._get_portal_data_files() | sent_sudo.attachment_ids
