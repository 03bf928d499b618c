"""Tickets among what the search of the portal finds."""

from odoo import api, models

from odoo.addons.customer_portal.tools.found import FoundGroup
from odoo.addons.customer_portal.tools.search import get_text_index

from ...const import OPEN


class PortalTicket(models.Model):
    _name = "portal.ticket"
    _inherit = ["portal.ticket", "portal.found.mixin"]

    _portal_subject_idx = models.Index(
        get_text_index("subject", "portal_customer_id IS NOT NULL")
    )

    _portal_found_order = "last_word_on desc, id desc"
    _portal_alike_field = "subject"

    @api.model
    def _get_portal_found_groups(self, user, customer):
        """Override: what the list of tickets has."""
        if not user._portal_can("see_tickets"):
            return []
        rights = user._get_portal_rights()
        return [
            FoundGroup(
                "tickets",
                self.env._("Tickets"),
                "fa-ticket",
                self._get_portal_domain(user, root=customer),
                rights.get_ids("see_tickets", customer.id)
                | rights.get_own_ids("see_tickets", customer.id),
                "/my/tickets",
            )
        ]

    def _prepare_portal_found_rows(self, words):
        """Override: with the status in words."""
        self.fetch(self._get_portal_row_fields())
        return [
            self._prepare_portal_found_row(
                row["id"],
                row["subject"],
                f"/my/tickets/{row['id']}",
                number=row["number"],
                badge=row["badge"],
                date=row["last_word_on"],
                kind=self.env._("Ticket"),
            )
            for row in self._prepare_portal_rows()
        ]

    def _get_portal_found_action(self, user):
        """Override: answer what waits for the person, or write more."""
        if self.customer_status not in OPEN:
            return None
        waits = self.customer_status == "waiting"
        return {
            "label": self.env._("Answer") if waits else self.env._("Write a message"),
            "url": f"/my/tickets/{self.id}#reply",
            "is_main": waits,
        }
