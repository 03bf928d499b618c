from odoo import fields, models
from odoo.fields import Domain

from ...const import OPEN
from ..portal_ticket import STAFF


class ResPartner(models.Model):
    _inherit = "res.partner"

    portal_ticket_count = fields.Integer(
        "Tickets", compute="_compute_portal_ticket_counts", groups=STAFF
    )
    portal_open_ticket_count = fields.Integer(
        "Open tickets", compute="_compute_portal_ticket_counts", groups=STAFF
    )

    def _compute_portal_ticket_counts(self):
        """Count what the reader may see, in as many queries for many contacts."""
        self.portal_ticket_count = self.portal_open_ticket_count = 0
        tickets = self.env["portal.ticket"]
        if not self.ids or not tickets.has_access("read"):
            return
        # sudo: which contact stands below which; tickets are counted in own rights
        below = self.sudo().with_context(active_test=False)
        below = below.search_fetch(Domain("id", "child_of", self.ids), ["parent_id"])
        groups = tickets._read_group(
            Domain("portal_customer_id", "in", below.ids)
            | Domain("partner_id", "in", below.ids),
            ["portal_customer_id", "partner_id", "customer_status"],
            ["__count"],
        )
        contacts = self.browse().concat(
            *(contact for *both, _status, _count in groups for contact in both)
        )
        above = contacts._get_ids_above()
        counted = {contact.id: contact for contact in self}
        for customer, asker, status, count in groups:
            for contact_id in (above[customer] | above[asker]) & counted.keys():
                contact = counted[contact_id]
                contact.portal_ticket_count += count
                if status in OPEN:
                    contact.portal_open_ticket_count += count

    def _get_ids_above(self):
        """Return {contact: its id and those above}; a query for each level."""
        # sudo: which contact stands above which, of tickets that the reader sees
        level, parents = self.sudo(), {}
        while level:
            level.fetch(["parent_id"])
            parents |= {contact.id: contact.parent_id.id for contact in level}
            known = level.browse(parents)
            level = level.parent_id - known
        above = {self.browse(): set()}
        for contact in self:
            above[contact], contact_id = set(), contact.id
            while contact_id and contact_id not in above[contact]:
                above[contact].add(contact_id)
                contact_id = parents[contact_id]
        return above

    def action_open_portal_tickets(self):
        """Open the tickets of the contact and of its people.

        :raise AccessError: for those who may not see the contact
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tickets"),
            "res_model": "portal.ticket",
            "view_mode": "list,kanban,form",
            "domain": list(
                Domain("portal_customer_id", "child_of", self.id)
                | Domain("partner_id", "child_of", self.id)
            ),
            "context": {"default_partner_id": self.id},
        }
