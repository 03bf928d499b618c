"""The mail gateway: what a mail makes of a ticket, and what makes nothing."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import (
    email_normalize,
    email_split,
    html2plaintext,
    plaintext2html,
)
from odoo.tools.mail import append_content_to_html

from odoo.addons.customer_portal.models.frame.ir_attachment import LARGEST_FILE

from ..const import LONGEST_SUBJECT, MOST_MAIL_FILES
from ..tools.incoming import (
    find_numbers,
    first_words,
    hide_links,
    is_automatic,
    is_enclosure_of_format,
    shorten_subject,
)

_logger = logging.getLogger(__name__)


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    # ------------------------------------------------------------
    # Which ticket
    # ------------------------------------------------------------

    @api.model
    def _redirect_mail(self, message, message_dict, route):
        """Return where a mail for tickets goes; False where it makes nothing.

        :param message: the email.message
        :param dict message_dict: what core read of it
        :param tuple route: model, thread, values, user and alias, as core found it
        """
        model, thread_id, values, user_id, alias = route
        # sudo: the gateway finds tickets, whoever writes
        ticket = self.sudo().browse(thread_id or []).exists()
        if not ticket:
            ticket = self._find_by_subject(message_dict)
        ticket = ticket._get_merged()
        if self._is_own_address(message_dict) or is_automatic(message):
            ticket._note_automatic(message_dict)
            _logger.info(
                "Mail %s was written by a program: no ticket, nothing reopened",
                message_dict.get("message_id"),
            )
            return False
        if (
            ticket
            and ticket._is_past_reopening()
            and ticket._is_of_customer(*self._find_sender(message_dict))
        ):
            values = {
                **(values or {}),
                "team_id": ticket.team_id.id,
                "follows_id": ticket.id,
            }
            return model, 0, values, user_id, alias
        return model, ticket.id or 0, values, user_id, alias

    @api.model
    def _find_sender(self, message_dict):
        """Return (partner, normalized address) of a mail; in sudo."""
        email = email_normalize(message_dict.get("email_from")) or ""
        # sudo: who wrote, for the gateway
        partners = self.env["res.partner"].sudo()
        partner = partners.browse(message_dict.get("author_id") or [])
        if not partner and email:
            partner = partners.search(
                [("email_normalized", "=", email)], order="id", limit=1
            )
        return partner, email

    @api.model
    def _get_sender(self, message):
        """Return the normalized address of a message."""
        return email_normalize(message.email_from) or ""

    @api.model
    def _find_by_subject(self, message_dict):
        """Return the ticket whose number a subject names, for people of its customer.

        Programs lose what a mail answers; a notice of the portal is no message of the
        ticket. In sudo.
        """
        # sudo: the gateway finds tickets, whoever writes
        tickets = self.sudo()
        numbers = find_numbers(message_dict.get("subject") or "")
        if not numbers:
            return tickets.browse()
        sender = self._find_sender(message_dict)
        found = tickets.search([("number", "in", numbers)], order="id desc")
        return found.filtered(lambda ticket: ticket._is_of_customer(*sender))[:1]

    @api.model
    def _is_own_address(self, message_dict):
        """Return whether a mail comes from one of our own addresses: a loop."""
        email = email_normalize(message_dict.get("email_from")) or ""
        # sudo: addresses of the seller
        aliases = self.env["mail.alias"].sudo()
        return bool(email) and bool(
            aliases.search_count(
                Domain("alias_full_name", "=", email)
                & Domain("alias_model_id.model", "=", self._name),
                limit=1,
            )
        )

    def _get_merged(self):
        """Return the ticket that this one was merged into, itself without one."""
        seen = self.browse()
        ticket = self
        while ticket.end_reason == "merged" and ticket not in seen:
            seen |= ticket
            ticket = ticket.duplicate_of_id or ticket
        return ticket

    def _is_past_reopening(self):
        """Return whether it was closed so long ago that a reply is a new one."""
        if self.customer_status != "closed" or not self.closed_on:
            return False
        end = self.closed_on + timedelta(days=self.team_id.reopen_days)
        return end < fields.Datetime.now()

    def _note_automatic(self, message_dict):
        """Show staff that a program answered; nothing else follows. In sudo."""
        if self:
            self._message_log(
                body=self.env._(
                    "Automatic reply from %(sender)s: %(subject)s",
                    sender=message_dict.get("email_from") or "?",
                    subject=message_dict.get("subject") or "",
                )
            )

    # ------------------------------------------------------------
    # What is kept of it
    # ------------------------------------------------------------

    @api.model
    def _clean_mail(self, message_dict, routes):
        """Return message and routes as tickets take them.

        Whom the sender had in copy gets no access and no mail: only our own people stay
        recipients. Files are held to the limits of the portal. Two addresses of ours in
        one mail make one ticket.
        """
        # sudo: who of the people in copy is ours
        partners = self.env["res.partner"].sudo()
        partners = partners.browse(message_dict.get("partner_ids") or [])
        ours = partners.filtered(lambda partner: not partner.partner_share)
        files, refused = self._sift_files(message_dict.get("attachments") or [])
        cleaned = {**message_dict, "partner_ids": ours.ids, "attachments": files}
        cleaned["subject"] = shorten_subject(
            message_dict.get("subject") or "", LONGEST_SUBJECT
        )
        cleaned["body"] = hide_links(message_dict.get("body") or "")
        if refused:
            cleaned["body"] = self._add_refused(cleaned["body"], refused)
        kept, has_new = [], False
        for route in routes:
            is_new = route[0] == self._name and not route[1]
            if not (is_new and has_new):
                kept.append(route)
            has_new = has_new or is_new
        return cleaned, kept

    @api.model
    def _sift_files(self, files):
        """Return (files that are kept, names of those that are not)."""
        attachments = self.env["ir.attachment"]
        kept, refused = [], []
        for file in files:
            name = attachments._clean_portal_name(file[0])
            content = file[1].encode() if isinstance(file[1], str) else file[1]
            if is_enclosure_of_format(name):
                continue
            extension = name.lower().rpartition(".")[2]
            if (
                len(kept) < MOST_MAIL_FILES
                and 0 < len(content) <= LARGEST_FILE
                and attachments._is_portal_type(extension, content)
                and not attachments._scan_portal_upload(name, content)
            ):
                kept.append(type(file)(name, content, file[2]))
            else:
                refused.append(name)
        return kept, refused

    @api.model
    def _add_refused(self, body, names):
        """Return a body that says which files were not taken."""
        sentence = self.env._("Files that were not accepted: %s", ", ".join(names))
        return append_content_to_html(body, sentence, plaintext=True)

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Override: a ticket of the sender's customer, with words as its subject.

        In the gateway's rights, as core calls it.
        """
        partner, _email = self._find_sender(msg_dict)
        is_ours = bool(partner) and not partner.partner_share
        body = msg_dict.get("body") or ""
        values = {
            "subject": msg_dict.get("subject")
            or first_words(html2plaintext(body))
            or self.env._("Without a subject"),
            "description": body,
            "email_from": msg_dict.get("email_from"),
            "email_cc": self._join_addresses("", msg_dict),
            "channel": "staff" if is_ours else "mail",
            **(custom_values or {}),
        }
        if partner and not is_ours:
            values["partner_id"] = partner.id
        # The receipt answers this mail, which is no message of the ticket yet.
        asked = self.with_context(ticket_message_id=msg_dict.get("message_id"))
        return asked.create(values).with_env(self.env)

    def message_update(self, msg_dict, update_vals=None):
        """Override: a reply; of somebody from elsewhere, for staff alone."""
        self._hold()
        if not self._is_from_both_sides(msg_dict):
            msg_dict["is_internal"] = True
            msg_dict["parent_id"] = False
        elif msg_dict.get("is_internal"):
            # The first mail is an internal message; who adds to the own one is heard.
            parents = self.env["mail.message"]
            parent = parents.browse(msg_dict.get("parent_id") or [])
            msg_dict["is_internal"] = not parent or self._is_ours(parent)
        copies = self._join_addresses(self.email_cc, msg_dict)
        self.write({"email_cc": copies, **(update_vals or {})})
        return True

    def _is_from_both_sides(self, message_dict):
        """Return whether a mail is of our people or the customer's."""
        partner, email = self._find_sender(message_dict)
        is_ours = bool(partner) and not partner.partner_share
        # sudo: whose ticket it is
        return is_ours or self.sudo()._is_of_customer(partner, email)

    @api.model
    def _join_addresses(self, known, message_dict):
        """Return the addresses in copy, as text, each once."""
        found = [
            email_normalize(address) or ""
            for text in (known or "", message_dict.get("cc") or "")
            for address in email_split(text)
        ]
        return ", ".join(dict.fromkeys(filter(None, found))) or False

    # ------------------------------------------------------------
    # What comes back
    # ------------------------------------------------------------

    def _message_receive_bounce(self, email, partner):
        """Extend: staff see that a mail did not arrive."""
        result = super()._message_receive_bounce(email, partner)
        for ticket in self.sudo():  # sudo: the gateway notes it, whoever it is
            ticket.bounced_on = fields.Datetime.now()
            ticket._message_log(
                body=plaintext2html(
                    self.env._("An e-mail to %s could not be delivered.", email)
                )
            )
        return result

    def _message_reset_bounce(self, email):
        """Extend: the address works again."""
        result = super()._message_reset_bounce(email)
        self.sudo().bounced_on = False  # sudo: the gateway notes it, whoever it is
        return result
