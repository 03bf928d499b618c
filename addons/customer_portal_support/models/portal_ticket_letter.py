"""The mails that the system writes about a ticket, each to one reader."""

from odoo import models

from ..const import LAST_WORDS, OPEN

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
ADDON = "customer_portal_support"


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    def _send_letter(self, code, template, besides=None):
        """Send a mail of ours to whoever takes part and wants it; in sudo.

        The messages stay with the ticket, so that a reply finds it. They say that a
        program wrote them: no program answers.

        :param str code: of the event by which people choose their mails
        :param str template: the id of a template of this addon
        :param besides: contacts who know it already
        """
        self.ensure_one()
        if self.env.context.get("portal_no_ticket_mails"):
            return
        people = self._get_letter_people(code)[self]
        if besides:
            people -= besides
        readers = people.ids
        if self._get_unknown_sender():
            readers = [False, *readers]
        for reader_id in readers:
            self._send_to_reader(template, reader_id)
        if readers:
            self.env["res.users"]._send_mails_soon()

    def _send_to_reader(self, template, reader_id):
        mail_template = self.env.ref(f"{ADDON}.{template}")
        mail_template.with_context(ticket_reader_id=reader_id).send_mail(
            self.id,
            email_values={
                "auto_delete": False,
                "headers": repr(HEADERS),
                "references": " ".join(self._get_last_message_ids()),
            },
            email_layout_xmlid="customer_portal.mail_layout",
        )

    def _get_last_message_ids(self, before=None):
        """Return the Message-Ids of the last words and mails, the oldest first.

        The first one leads them, by which programs of mail know the thread. In sudo.

        :param before: a message that comes after them
        """
        domain = [
            ("model", "=", self._name),
            ("res_id", "=", self.id),
            ("message_id", "!=", False),
            ("message_type", "in", ("comment", "email", "email_outgoing")),
            ("is_internal", "=", False),
        ]
        if before:
            domain.append(("id", "<", before.id))
        messages = self.env["mail.message"]
        last = messages.search_fetch(
            domain, ["message_id"], order="id desc", limit=LAST_WORDS
        )
        first = messages.search_fetch(domain, ["message_id"], order="id", limit=1)
        ids = (first | last.sorted("id")).mapped("message_id")
        return ids or list(filter(None, [self.env.context.get("ticket_message_id")]))

    # ------------------------------------------------------------
    # When
    # ------------------------------------------------------------

    def _send_letter_of_status(self, before):
        """Tell of another status, unless people know it by then; in sudo.

        :param str before: the former status
        """
        status, author = self.customer_status, self.env.user.partner_id
        if not before:
            return
        if status == "solved" and before in OPEN:
            self._send_letter("ticket_solved", "mail_template_solved", author)
        elif status == "closed" and not (before == "solved" and self._was_warned()):
            self._send_letter("ticket_closing", "mail_template_closed", author)
        elif before in ("solved", "closed") and status in OPEN:
            self._send_letter("ticket_solved", "mail_template_reopened", author)

    def _was_warned(self):
        """Return whether people were told that it closes by itself; in sudo."""
        return bool(self.closing_warned_on)

    # ------------------------------------------------------------
    # What they say
    # ------------------------------------------------------------

    def _get_reply_address(self):
        """Return the address to which a reply goes; in sudo."""
        return self._notify_get_reply_to()[self.id] or ""

    def _get_mail_url(self):
        """Return the whole address of the ticket's page, for a mail."""
        return f"{self.get_base_url()}/my/tickets/{self.id}"

    def _get_reader_zone(self):
        return self._get_mail_reader().tz or self.team_id._get_tz()

    def _get_expected_text(self):
        """Return until when an answer is expected, in the reader's zone; in sudo."""
        return self._format_moment(self.expected_reply_on, self._get_reader_zone())

    def _get_closing_text(self):
        """Return when the ticket closes by itself, in the reader's zone; in sudo."""
        return self._format_moment(self._get_closing_day(), self._get_reader_zone())

    def _get_reopen_days(self):
        """Return for how many days a reply reopens the closed ticket; in sudo."""
        return self.team_id.reopen_days if self.end_reason != "merged" else 0
