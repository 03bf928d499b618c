from odoo import models
from odoo.fields import Domain

from ...tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: what the person agreed to, and asked to be deleted."""
        return [
            *super()._get_portal_data_sections(own),
            DataSection(
                "consents",
                "portal.consent",
                own,
                keys(
                    "title", "version", "text", "state", "answered_on", "withdrawn_on"
                ),
                is_own=True,
            ),
            DataSection(
                "deletion_requests",
                "portal.deletion.request",
                own,
                {"date": "create_date", **keys("state", "reason", "answer")},
                is_own=True,
            ),
        ]

    def _get_portal_data_files(self):
        """Return the files that a person sent: ir.attachment in sudo.

        A section to which people send files adds its own. Called in the person's
        rights.
        """
        author = Domain("author_id", "=", self.partner_id.id) & Domain(
            "message_type", "in", ("comment", "email")
        )
        # sudo: contacts may not read files as such; these are of the own messages
        return self.env["mail.message"].search(author).sudo().attachment_ids

    def _get_portal_data_papers(self):
        """Return the stored PDFs of documents one sees: ir.attachment in sudo.

        A section with such papers adds its own. Called in the person's rights.
        """
        return self.env["ir.attachment"].sudo()  # sudo: none yet
