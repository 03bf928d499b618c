"""The mail of a word: who gets it, how it looks, and what a reply to it finds."""

from odoo import models
from odoo.tools import is_html_empty
from odoo.tools.misc import get_lang

from ..const import LAST_WORDS
from ..tools.quoting import drop_quotes

LAYOUT = "customer_portal_support.mail_layout_word"
# Who knows what was written before: groups of `_notify_get_recipients_groups`.
KNOWING = ("ticket_page", "ticket_people")


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    # ------------------------------------------------------------
    # Who gets it
    # ------------------------------------------------------------

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Extend: a word goes to who takes part; following alone brings nothing.

        Whom staff address by name gets it as well, but no contact who has left, and
        no one who wants no such mails.
        """
        values = dict(msg_vals or {})
        ticket, message_sudo = self.sudo(), message.sudo()  # sudo: who takes part
        named = values.get("partner_ids", message_sudo.partner_ids.ids)
        people = ticket.env["res.partner"]
        if self._is_word(message_sudo):
            code = ticket._get_event_of_word(message_sudo)
            people = ticket._get_letter_people(code)[ticket]
            values["partner_ids"] = [*named, *people.ids]
            ticket._address_unknown_sender(message_sudo, values)
        recipients = super()._notify_get_recipients(message, values, **kwargs)
        taking_part = ticket.partner_id | ticket.participant_ids
        # Core names the author of what a customer's mail answers: nobody's choice.
        is_choice = not message_sudo.author_id.partner_share
        others = set(named) - set(taking_part.ids) if is_choice else ()
        return [
            found
            for found in recipients
            if not found["share"]
            or not found["id"]
            or found["id"] in others
            or found["id"] in people.ids
        ]

    def _is_word(self, message):
        """Return whether a message is a word that both sides read; in sudo."""
        comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        return (
            message.message_type in ("comment", "email")
            and message.subtype_id.id == comment_id
            and not message.is_internal
        )

    def _get_event_of_word(self, message):
        """Return the event by which people choose whether they get a word; in sudo."""
        return "ticket_answered" if self._is_ours(message) else "ticket_written"

    @staticmethod
    def _is_ours(message):
        """Return whether staff wrote a message; in sudo."""
        return bool(message.author_id) and not message.author_id.partner_share

    def _address_unknown_sender(self, message, values):
        """Send it also to a sender whom nobody knows, unless it is the own word."""
        sender = self._get_unknown_sender()
        named = self.env["res.partner"].browse(values["partner_ids"])
        known = {*named.mapped("email_normalized"), self._get_sender(message)}
        if sender and sender not in known:
            others = values.get("outgoing_email_to", message.outgoing_email_to)
            values["outgoing_email_to"] = ", ".join(filter(None, (others, sender)))

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Override: replies go to the address of the team."""
        teams = self.sudo().team_id  # sudo: the address of the team
        by_team = teams._notify_get_reply_to(default=default, author_id=author_id)
        return {
            ticket.id: by_team.get(ticket.sudo().team_id.id)  # sudo: the same
            for ticket in self
        }

    # ------------------------------------------------------------
    # How it looks
    # ------------------------------------------------------------

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Extend: who takes part is led to the page of the portal, if there is one."""
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        ticket = self.sudo()  # sudo: who takes part
        if not ticket:
            return groups
        people = ticket._get_people()
        with_page = people.filtered(ticket._has_page)
        sender = ticket._get_unknown_sender()
        button = {"url": ticket._get_mail_url(), "title": self.env._("Open the ticket")}
        own = [
            [
                "ticket_page",
                lambda found: found["share"] and found["id"] in with_page.ids,
                {"has_button_access": True, "button_access": button},
            ],
            [
                "ticket_people",
                lambda found: (
                    found["share"]
                    and (
                        found["id"] in people.ids
                        or (not found["id"] and found["email_normalized"] == sender)
                    )
                ),
                {"has_button_access": False},
            ],
        ]
        return [*own, *groups]

    def _notify_by_email_render_layout(
        self, message, recipients_group, msg_vals=False, render_values=None
    ):
        """Extend: customers get it in the layout of the portal.

        With what was written before, for who knows it.
        """
        name = recipients_group.get("notification_group_name")
        # sudo: what kind of message it is
        is_word = bool(self) and self._is_word(message.sudo())
        if is_word and name != "user":
            msg_vals = {**(msg_vals or {}), "email_layout_xmlid": LAYOUT}
            lang = (render_values or {}).get("lang") or get_lang(self.env).code
            # sudo: number and words of a ticket that its readers know
            ticket = self.with_context(lang=lang).sudo()
            words = ticket._get_words_before(message) if name in KNOWING else []
            render_values = {
                **(render_values or {}),
                "lang": lang,
                "ticket": ticket,
                "knows": name in KNOWING,
                # sudo: who wrote it
                "is_ours": ticket._is_ours(message.sudo()),
                "words": words,
            }
        return super()._notify_by_email_render_layout(
            message, recipients_group, msg_vals=msg_vals, render_values=render_values
        )

    def _get_words_before(self, message):
        """Return [(who, when, words)] of what was written before, the newest first.

        In sudo; each without what it quotes itself.
        """
        rows = [
            (word.author_id.name or word.email_from, word.date, word.body)
            for word in self._get_portal_messages(LAST_WORDS + 1)
            if word.id < message.id
        ][:LAST_WORDS]
        if len(rows) < LAST_WORDS and not is_html_empty(self.description):
            asker = self.partner_id.name or self.email_from
            rows.append((asker, self.received_on, self.description))
        zone = self.team_id._get_tz()
        return [
            (who, self._format_moment(when, zone), drop_quotes(words))
            for who, when, words in rows
        ]

    # ------------------------------------------------------------
    # What a reply finds
    # ------------------------------------------------------------

    def _message_compute_subject(self):
        """Override: as all mails about the ticket have it, so that they are one thread.

        Named by its number, it is found also by programs that lose the thread.
        """
        self.ensure_one()
        return f"Re: {self.number}: {self.subject}"

    def _notify_by_email_get_base_mail_values(
        self, message, recipients_data, additional_values=None
    ):
        """Extend: the mail refers to the first one and to the last ones."""
        values = super()._notify_by_email_get_base_mail_values(
            message, recipients_data, additional_values=additional_values
        )
        # sudo: what kind of message it is
        if self and self._is_word(message.sudo()):
            # sudo: ids of messages, for the headers of a mail
            before = self.sudo()._get_last_message_ids(before=message)
            own = (values.get("references") or "").split()
            values["references"] = " ".join(dict.fromkeys([*before, *own]))
        return values
