from odoo import api, models

from ...tools.found import FoundGroup


class PortalMembership(models.Model):
    _name = "portal.membership"
    _inherit = ["portal.membership", "portal.found.mixin"]

    _portal_found_order = "name, id"
    _portal_alike_field = "name"

    @api.model
    def _get_portal_found_groups(self, user, customer):
        """Override: the people, for who manages them."""
        if not user._portal_can("manage_people"):
            return []
        return [
            FoundGroup(
                "people",
                self.env._("People"),
                "fa-users",
                self._get_portal_domain(user, root=customer),
                url="/my/people?filterby=all",
            )
        ]

    def _prepare_portal_found_rows(self, words):
        """Override: names, addresses, and whether they have access."""
        self.fetch(["name", "email", "state", "expires_on", "is_undelivered"])
        return [
            self._prepare_portal_found_row(
                member.id,
                member.name or member.email or "",
                f"/my/people/{member.id}",
                number=member.email or "",
                badge=member._get_portal_badge(),
            )
            for member in self
        ]
