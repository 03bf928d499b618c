"""Who takes part in a ticket, and who of them gets its mails."""

from odoo import models
from odoo.tools import email_normalize


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    def _get_people(self):
        """Return who takes part: see `_get_people_of_each`; in sudo."""
        return self._get_people_of_each()[self]

    def _get_people_of_each(self):
        """Return {ticket: contacts} who take part; in sudo.

        The contact, the colleagues it is shared with, and those who may see it and
        have written on it. Who has left the customer takes part no more.
        """
        writers = self._get_writers()
        return {
            ticket: (ticket.partner_id | ticket.participant_ids).filtered(
                lambda person, ticket=ticket: (
                    person.active and ticket._is_of_customer(person)
                )
            )
            | writers[ticket]
            for ticket in self
        }

    def _get_writers(self):
        """Return {ticket: contacts} who may see it and have written on it; in sudo."""
        comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        domain = [
            ("model", "=", self._name),
            ("res_id", "in", self.ids),
            ("message_type", "in", ("comment", "email")),
            ("subtype_id", "=", comment_id),
            ("is_internal", "=", False),
            ("author_id.partner_share", "=", True),
        ]
        rows = self.env["mail.message"]._read_group(
            domain, ["res_id"], ["author_id:recordset"]
        )
        authors = dict(rows)
        nobody = self.env["res.partner"]
        return {
            ticket: authors.get(ticket.id, nobody).filtered(
                lambda person, ticket=ticket: (
                    person.active
                    and ticket._is_of_customer(person)
                    and ticket._has_page(person)
                )
            )
            for ticket in self
        }

    def _get_participants(self):
        """Return {ticket in sudo: with whom it is shared}."""
        # sudo: whom to tell of what is shared, whoever shares it
        return {ticket: ticket.participant_ids for ticket in self.sudo()}

    def _may_be_mailed(self, person):
        """Return whether the mails of the ticket are for somebody; in sudo.

        Whoever asks by mail is answered by mail. A person of the portal has to see the
        ticket there: with the access the mails end.
        """
        users = person.with_context(active_test=False).user_ids.filtered("share")
        if not users or (person == self.partner_id and self.channel != "portal"):
            return True
        return any(
            user.active and self._portal_allows(user, self._portal_code)
            for user in users
        )

    def _get_letter_people(self, code):
        """Return {ticket: contacts} who are told of an event by mails of tickets.

        They are those who want to be told at once; who wants a digest finds it there,
        and who wants no mails gets none. In sudo.

        :param str code: of a portal.notification.event
        """
        people = self._get_people_of_each()
        users = self.env["res.users"].union(
            *(found.user_ids.filtered("share") for found in people.values())
        )
        event = self.env["portal.notification.event"]._find(code)
        channels = event._get_channels(users) if event else {}
        silent = self.env["res.partner"].union(
            *(
                user.partner_id
                for user, values in channels.items()
                if values["mail"] != "now"
            )
        )
        return {
            ticket: (found - silent).filtered(
                lambda person, ticket=ticket: (
                    person.email and ticket._may_be_mailed(person)
                )
            )
            for ticket, found in people.items()
        }

    def _has_page(self, person=None):
        """Return whether somebody can open the ticket's page; in sudo.

        :param person: a contact, by default who gets the mail that is written
        """
        users = (person or self._get_mail_reader()).user_ids.filtered("share")
        return any(self._portal_allows(user, self._portal_code) for user in users)

    # ------------------------------------------------------------
    # The one who gets a mail of ours
    # ------------------------------------------------------------

    def _get_mail_reader(self):
        """Return to whom a mail is written: a contact, or none for an unknown sender.

        By default the contact of the ticket. In sudo.
        """
        reader_id = self.env.context.get("ticket_reader_id")
        if reader_id is None:
            return self.partner_id
        return self.env["res.partner"].browse(reader_id or [])

    def _get_mail_address(self):
        """Return the address of who gets a mail; in sudo."""
        return self._get_mail_reader().email_formatted or self.email_from or ""

    def _get_mail_lang(self):
        """Return the language of who gets a mail; in sudo."""
        company = self.company_id.partner_id
        return (self._get_mail_reader() or company).lang or self.env.lang

    def _get_unknown_sender(self):
        """Return the address of a sender whom nobody knows, or ""; in sudo."""
        return "" if self.partner_id else email_normalize(self.email_from) or ""
