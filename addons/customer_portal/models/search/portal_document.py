from odoo import api, models

from ...tools.found import FoundGroup


class PortalDocument(models.Model):
    _name = "portal.document"
    _inherit = ["portal.document", "portal.found.mixin"]

    _portal_found_order = "added_on desc, id desc"
    _portal_alike_field = "name"

    @api.model
    def _get_portal_found_groups(self, user, customer):
        """Override: what the list of documents has."""
        if not user._portal_has_documents():
            return []
        return [
            FoundGroup(
                "documents",
                self.env._("Documents"),
                "fa-folder-open-o",
                self._get_portal_domain(user, root=customer),
                url="/my/documents?filterby=all",
            )
        ]

    def _prepare_portal_found_rows(self, words):
        """Override: with the status in words."""
        self.fetch(
            [
                "name",
                "kind_id",
                "file_name",
                "direction",
                "state",
                "valid_from",
                "valid_until",
                "added_on",
            ]
        )
        self.kind_id.fetch(["name"])
        return [
            self._prepare_portal_found_row(
                document.id,
                document.name,
                f"/my/documents/{document.id}",
                number=document.file_name or "",
                note=document.kind_id.name,
                badge=document._get_portal_badge(),
                date=document.added_on,
            )
            for document in self
        ]

    def _get_portal_found_action(self, user):
        """Override: take it along."""
        return {
            "label": self.env._("Download"),
            "url": f"/my/documents/{self.id}/download",
            "is_main": False,
        }
