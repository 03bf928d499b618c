"""What is written on a ticket: whose word moves it, who gets it, and its mails."""

from odoo import fields, models

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
        result = super()._message_post_after_hook(message, msg_vals)
        is_word = message.message_type in ("comment", "email")
        comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        if is_word and not message.is_internal and message.subtype_id.id == comment_id:
            # sudo: moments and clock are no one's to write
            self.sudo()._follow_word(message.sudo())
        return result

    def _follow_word(self, message):
        """Take note of a word that both sides read; in sudo."""
        if message.author_id and not message.author_id.partner_share:
            self._follow_our_word(message)
        elif self._is_of_customer(message.author_id, self._get_sender(message)):
            self.last_customer_message_on = fields.Datetime.now()
            self._reopen()

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

    # ------------------------------------------------------------
    # Who gets it
    # ------------------------------------------------------------

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Extend: followers from elsewhere get nothing.

        Who follows and has left the customer, or never was there, reads no further
        word; whom staff address by name does.
        """
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        # sudo: whose people they are
        ticket = self.sudo()
        named = (msg_vals or {}).get("partner_ids") or message.sudo().partner_ids.ids
        partners = ticket.env["res.partner"].browse(
            [found["id"] for found in recipients if found.get("id")]
        )
        own = partners.filtered(
            lambda partner: not partner.partner_share or ticket._is_of_customer(partner)
        )
        allowed = {*own.ids, *named, None, False}
        return [found for found in recipients if found.get("id") in allowed]

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Override: replies go to the address of the team."""
        teams = self.sudo().team_id  # sudo: the address of the team
        by_team = teams._notify_get_reply_to(default=default, author_id=author_id)
        return {
            ticket.id: by_team.get(ticket.sudo().team_id.id)  # sudo: the same
            for ticket in self
        }

    # ------------------------------------------------------------
    # Mails of the system
    # ------------------------------------------------------------

    def _send_to_contact(self, template):
        """Send a mail of ours to the contact, else the sender; in sudo.

        The message stays with the ticket, so that a reply finds it. It says that a
        program wrote it: no program answers.

        :param str template: the id of a template of this addon
        """
        self.ensure_one()
        contact = self.partner_id
        if contact and not self._is_of_customer(contact):
            return  # has left the customer
        if not (contact.email or self.email_from):
            return
        if self.env.context.get("portal_no_ticket_mails"):
            return
        self.env.ref(f"customer_portal_support.{template}").send_mail(
            self.id,
            email_values={
                "auto_delete": False,
                "headers": (
                    "{'Auto-Submitted': 'auto-generated',"
                    " 'X-Auto-Response-Suppress': 'All'}"
                ),
            },
            email_layout_xmlid="customer_portal.mail_layout",
        )

    def _get_reply_address(self):
        """Return the address to which a reply goes; in sudo."""
        return self._notify_get_reply_to()[self.id] or ""

    def _get_mail_url(self):
        """Return the whole address of the ticket's page, for a mail."""
        return f"{self.get_base_url()}/my/tickets/{self.id}"

    def _has_page(self):
        """Return whether the contact can open the ticket's page; in sudo."""
        users = self.partner_id.user_ids.filtered("share")
        return any(self._portal_allows(user, "see_tickets") for user in users)

    def _get_expected_text(self):
        """Return until when an answer is expected, in the contact's zone; in sudo."""
        return self._format_moment(self.expected_reply_on, self.partner_id.tz)

    def _get_closing_text(self):
        """Return when the ticket closes by itself, in the contact's zone; in sudo."""
        return self._format_moment(self._get_closing_day(), self.partner_id.tz)
