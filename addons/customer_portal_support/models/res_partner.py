from odoo import Command, models
from odoo.fields import Domain
from odoo.tools import email_split

from ..const import OPEN


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Extend: the targets of tickets follow the tags of their customer."""
        result = super().write(vals)
        if "category_id" in vals and self.ids:
            self._update_ticket_targets()
        return result

    def _forget_former_values(self, name):
        """Extend: where else tickets name the address; letters to it are deleted."""
        result = super()._forget_former_values(name)
        # sudo: staff have decided; see the caller
        tickets = self.env["portal.ticket"].sudo()
        own = tickets.search([("partner_id", "in", self.ids)])
        own.email_from = False
        shared = tickets.search([("participant_ids", "in", self.ids)])
        shared.participant_ids = [Command.unlink(partner.id) for partner in self]
        if email := self.email_normalized:
            self._forget_address_of_tickets(email)
        return result

    def _forget_address_of_tickets(self, email):
        # sudo: the same
        tickets = self.env["portal.ticket"].sudo()
        for ticket in tickets.search([("email_cc", "ilike", email)]):
            kept = [one for one in email_split(ticket.email_cc) if one != email]
            ticket.email_cc = ", ".join(kept) or False
        domain = Domain("model", "=", "portal.ticket")
        # sudo: the same
        mails = self.env["mail.mail"].sudo()
        mails.search(domain & Domain("email_to", "ilike", email)).unlink()
        # sudo: the same
        messages = self.env["mail.message"].sudo()
        for field in ("incoming_email_cc", "incoming_email_to"):
            named = messages.search(domain & Domain(field, "ilike", email))
            named[field] = False

    def _update_ticket_targets(self):
        # sudo: targets do not depend on who may see the tickets
        tickets = self.env["portal.ticket"].sudo()
        tickets.search(
            [
                ("portal_customer_id", "in", self.ids),
                ("customer_status", "in", OPEN),
            ]
        )._update_targets()
