"""What is written on a ticket, and whose word moves it."""

from odoo import Command, fields, models
from odoo.tools import SQL

from ..tools.working_time import measure


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    def _creation_subtype(self):
        """Override: the members of the team hear of a new ticket.

        The words with which it begins stand in its description.
        """
        return self.env.ref("customer_portal_support.mt_ticket_new")

    def _message_post_after_hook(self, message, msg_vals):
        """Extend: an answer of ours stops the clock, one of the customer starts it."""
        self._hold()
        result = super()._message_post_after_hook(message, msg_vals)
        if self._is_word(message.sudo()):  # sudo: what kind of message it is
            # sudo: moments and clock are no one's to write
            self.sudo()._follow_word(message.sudo())
        elif message.message_type == "email" and not self.value_ids:
            # sudo: the same; the words of such an e-mail are the description
            self.sudo()._keep_mailed_files(message.sudo())
        return result

    def _keep_mailed_files(self, message):
        """Show the files of the e-mail that made the ticket on its page; in sudo.

        A picture within the text is there already.
        """
        if message.subtype_id != self._creation_subtype():
            return
        shown = self.description or ""
        self.value_ids = [
            Command.create(
                {
                    "label": self.env._("File"),
                    "text": file.name,
                    "res_model": file._name,
                    "res_id": file.id,
                }
            )
            for file in message.attachment_ids.sorted("id")
            if f"/web/image/{file.id}" not in shown
        ]

    def _hold(self):
        """Let people who write at the same time come one after the other.

        A real UPDATE: whoever waits for it fails to serialize, is run again by Odoo
        and sees what the first one did.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE portal_ticket SET write_date = write_date WHERE id = ANY(%s)",
                self.ids,
            ),
            log_exceptions=False,
        )

    def _follow_word(self, message):
        """Take note of a word that both sides read; in sudo."""
        if self._is_ours(message):
            self._follow_our_word(message)
        elif self._is_of_customer(message.author_id, self._get_sender(message)):
            self.last_customer_message_on = fields.Datetime.now()
            # Whoever reads the word needs no letter about what it does.
            self.with_context(portal_no_ticket_mails=True)._reopen()
        else:
            return
        self._add_news_of_word(message)

    def _follow_our_word(self, message):
        now = fields.Datetime.now()
        values = {"last_staff_message_on": now, "reply_count": self.reply_count + 1}
        if not self.first_reply_on:
            values["first_reply_on"] = now
            values["first_reply_seconds"] = measure(
                self.team_id._get_hours, self.received_on, now
            )
        author = message.author_id.user_ids.filtered(lambda user: not user.share)[:1]
        if not self.user_id and author in self.team_id.member_ids:
            values["user_id"] = author.id
        self.write(values)
        if self.customer_status == "received":
            self._move_to("in_progress")
