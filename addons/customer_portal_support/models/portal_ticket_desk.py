"""Order at the desk of staff: merge, split, duplicates, saved replies."""

from odoo import models
from odoo.exceptions import UserError

from ..const import OPEN

DOCUMENTS = ("order_id", "invoice_id", "payment_id", "product_id")


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    def _merge_into(self, target):
        """Continue these tickets in another one, with all that was written.

        :raise UserError: for a ticket of another customer, or one that is closed
        """
        target.ensure_one()
        if target in self or target.customer_status not in OPEN:
            raise UserError(self.env._("Choose an open ticket that stays."))
        self._check_same_customer(target)
        for ticket in self:
            ticket.message_change_thread(target)
            # sudo: who sees it and what it is about come along
            target_sudo, ticket_sudo = target.sudo(), ticket.sudo()
            target_sudo.participant_ids |= ticket_sudo.participant_ids | (
                ticket_sudo.partner_id - target_sudo.partner_id
            )
            for name in DOCUMENTS:
                target_sudo[name] = target_sudo[name] or ticket_sudo[name]
            target_sudo._message_log(
                body=self.env._(
                    "%(number)s was merged into this ticket: %(subject)s",
                    number=ticket.number,
                    subject=ticket.subject,
                )
            )
            ticket.duplicate_of_id = target
            ticket.with_context(portal_no_ticket_mails=True)._end("merged")

    def _mark_duplicate(self, original):
        """Close these tickets as duplicates of another one, of whomever it is."""
        original.ensure_one()
        if original in self:
            raise UserError(self.env._("A ticket is no duplicate of itself."))
        for ticket in self:
            ticket.duplicate_of_id = original
            ticket._end("duplicate")

    def _split(self, messages, subject):
        """Return a new ticket that begins with some messages of this one.

        Replies to those messages come to the new ticket from now on.

        :raise UserError: without a message of this ticket
        """
        self.ensure_one()
        own = messages.filtered(
            lambda message: message.model == self._name and message.res_id == self.id
        )
        if not own:
            raise UserError(self.env._("Choose messages of this ticket."))
        first = own.sorted("id")[0]
        ticket = self.with_context(portal_no_ticket_mails=True).create(
            {
                "subject": subject or self.subject,
                "description": first.body,
                "partner_id": self.partner_id.id,
                "participant_ids": self.participant_ids.ids,
                "team_id": self.team_id.id,
                "type_id": self.type_id.id,
                "channel": self.channel,
                "received_on": first.date,
                "follows_id": self.id,
                **{name: self[name].id for name in DOCUMENTS},
            }
        )
        # sudo: messages move with their files; the right to write both was asked
        moved = own.sudo()
        moved.write({"res_id": ticket.id, "parent_id": False})
        moved.attachment_ids.filtered(
            lambda file: file.res_model == self._name and file.res_id == self.id
        ).res_id = ticket.id
        self._message_log(body=self.env._("Split off as %s.", ticket.display_name))
        return ticket

    def _check_same_customer(self, target):
        """Refuse to show one customer what another one wrote.

        A ticket of an unknown sender may join any.

        :raise UserError: for tickets of different customers
        """
        customers = self.portal_customer_id | target.portal_customer_id
        if len(customers) > 1:
            raise UserError(
                self.env._(
                    "These tickets belong to different customers. Mark one as duplicate"
                    " instead."
                )
            )
