"""Who has documents, and what an export of the own data holds of them."""

from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _portal_has_documents(self):
        """Return whether the person may see or send documents."""
        return self._portal_can("see_documents") or self._portal_can("send_documents")

    def _get_portal_data_sections(self, own):
        """Extend: the documents that a person sees, and the own openings."""
        return [
            *super()._get_portal_data_sections(own),
            (
                "documents",
                "portal.document",
                Domain.TRUE,
                {
                    "title": "name",
                    "kind": "kind_id.name",
                    "from": "direction",
                    "status": "state",
                    "file": "file_name",
                    "added": "added_on",
                    "valid_from": "valid_from",
                    "valid_until": "valid_until",
                },
                False,
            ),
            (
                "document_openings",
                "portal.document.access",
                own,
                {
                    "date": "date",
                    "document": "document_id.name",
                    "version": "version_id.number",
                },
                True,
            ),
        ]

    def _get_portal_data_files(self):
        """Extend: the files of documents that the person sent and still sees."""
        versions = self.env["portal.document.version"].search(
            [("document_id.direction", "=", "customer")]
        )
        # sudo: which of the seen ones are the person's own, and their files
        sent_sudo = versions.sudo().filtered(lambda version: version.user_id == self)
        return super()._get_portal_data_files() | sent_sudo._get_files()
