"""Who has documents, what waits of them, and what an export of the own data holds."""

from odoo import models
from odoo.fields import Domain

from ...tools.archive import DataSection
from ...tools.tally import Tally


class ResUsers(models.Model):
    _inherit = "res.users"

    def _portal_has_documents(self):
        """Return whether the person may see or send documents."""
        return self._portal_can("see_documents") or self._portal_can("send_documents")

    def _get_portal_waiting(self, customer, limit):
        """Extend: what the seller asked for."""
        requests = self.env["portal.document.request"]
        return {
            **super()._get_portal_waiting(customer, limit),
            "document_requests": (
                requests._get_waiting_query(customer, limit),
                lambda ids: requests.browse(ids)._get_waiting_items(),
            ),
        }

    def _get_portal_tallies(self):
        """Extend: the same, counted."""
        requests = self.env["portal.document.request"]
        return [
            *super()._get_portal_tallies(),
            Tally(
                "waiting",
                "send_documents",
                requests,
                requests._get_waiting_state_domain(),
            ),
        ]

    def _get_portal_data_sections(self, own):
        """Extend: the documents that a person sees, and the own openings."""
        return [
            *super()._get_portal_data_sections(own),
            DataSection(
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
            ),
            DataSection(
                "document_openings",
                "portal.document.access",
                own,
                {
                    "date": "date",
                    "document": "document_id.name",
                    "version": "version_id.number",
                },
                is_own=True,
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
