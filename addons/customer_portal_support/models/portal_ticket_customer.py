"""What people of the customer do with a ticket: write, end, escalate and share it."""

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import plaintext2html

from ..const import OPEN


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    escalated_on = fields.Datetime("Escalated", readonly=True, copy=False)
    escalated_to_id = fields.Many2one(
        "res.users",
        "Escalated to",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------

    def _can_be_answered_by(self, user):
        """Return whether a person who reads the ticket may write on it; in sudo.

        With the permission for it, and with whom it was shared.
        """
        return user.share and (
            user.partner_id in self.participant_ids
            or self._portal_allows(user, "open_tickets")
        )

    def _can_be_changed_by(self, user):
        """Return whether a person may end, reopen, escalate and share it; in sudo."""
        return user.share and self._portal_allows(user, "open_tickets")

    def _check_takes_words(self):
        """Refuse words where nobody would read them.

        :raise UserError: for a ticket that was merged, or closed long ago
        """
        if self.end_reason == "merged":
            raise UserError(
                self.env._("This ticket is continued in another one: write there.")
            )
        if self._is_past_reopening():
            raise UserError(
                self.env._(
                    "This ticket was closed too long ago to be reopened. Please open a "
                    "new one."
                )
            )

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    def _post_customer_word(self, user, text, files=()):
        """Write on a ticket for a person of the customer; the right to it was asked.

        In sudo. What waits or has ended is taken up again, see `_follow_word`.

        :param user: who writes
        :param str text: plain
        :param files: pairs of clean name and content, as `_read_files` gives them
        :return: the message
        :raise UserError: where the ticket takes no more words
        """
        self.ensure_one()
        self._check_takes_words()
        return self.with_context(
            mail_post_autofollow_author_skip=True,
            mail_post_autofollow=False,
            image_no_postprocess=True,
        ).message_post(
            body=plaintext2html(text),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=user.partner_id.id,
            attachments=list(files),
        )

    # ------------------------------------------------------------
    # The end
    # ------------------------------------------------------------

    def _solve_for_customer(self, user):
        """Take the ticket as solved, as its customer says; in sudo.

        :return: whether it was open
        """
        if self.customer_status not in OPEN:
            return False
        self._move_to("solved", "closed")
        self._note_for_staff(lambda env: env._("%s says that it is solved.", user.name))
        return True

    def _cancel_for_customer(self, user):
        """Close the ticket, which its customer no longer needs; in sudo.

        :return: whether it was open
        """
        if self.customer_status not in OPEN:
            return False
        self._end("cancelled")
        self._note_for_staff(lambda env: env._("%s cancelled it.", user.name))
        return True

    def _reopen_for_customer(self, user, text="", files=()):
        """Take up again what has ended, with what is still wrong; in sudo.

        :return: whether it had ended
        :raise UserError: where it was closed too long ago
        """
        has_ended = self.customer_status not in OPEN
        self._check_takes_words()
        if text or files:  # kept also where a colleague was faster
            self._post_customer_word(user, text, files)
        elif has_ended:
            self._reopen()
            self._note_for_staff(lambda env: env._("%s reopened it.", user.name))
        return has_ended

    def _note_for_staff(self, make_text):
        """Log who of the customer did something, in the language of who has it.

        :param callable make_text: takes an environment, returns the sentence
        """
        reader = self.user_id or self.team_id.user_id
        env = self.with_context(lang=reader.lang or self.env.lang).env
        self._message_log(body=make_text(env), author_id=self.env.user.partner_id.id)

    # ------------------------------------------------------------
    # Escalation
    # ------------------------------------------------------------

    def _get_escalation_lead(self):
        """Return to whom the ticket can be escalated now, or nobody; in sudo.

        To the lead of its team, once until we have written again.
        """
        lead = self.team_id.user_id
        is_offered = self.customer_status in OPEN and lead.active and not lead.share
        if not is_offered or self._is_escalated():
            return lead.browse()
        return lead

    def _is_escalated(self):
        """Return whether it was escalated since we wrote last."""
        answered = self.last_staff_message_on
        return bool(self.escalated_on) and not (
            answered and answered > self.escalated_on
        )

    def _escalate(self, user, reason):
        """Put the ticket before the lead of its team, with a reason; in sudo.

        :raise UserError: where it is there already, or cannot be
        """
        lead = self._get_escalation_lead()
        if not lead:
            raise UserError(
                self.env._("It was escalated already. You will get an answer here.")
                if self._is_escalated()
                else self.env._("This ticket cannot be escalated.")
            )
        self._post_customer_word(user, reason)
        self.write({"escalated_on": fields.Datetime.now(), "escalated_to_id": lead.id})
        env = self.with_context(lang=lead.lang).env
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=env._(
                "%(person)s escalates %(number)s", person=user.name, number=self.number
            ),
            note=plaintext2html(reason),
            user_id=lead.id,
        )

    # ------------------------------------------------------------
    # Sharing
    # ------------------------------------------------------------

    def _get_colleagues_to_share(self):
        """Return the people of the customer to whom the ticket can be shown; in sudo.

        Those who may see tickets at all, and are not there yet.

        :return: res.users
        """
        people = self.portal_customer_id._get_portal_people("see_tickets")
        circle = self._get_customer_circle()
        there = self.participant_ids | self.partner_id
        return people.filtered(
            lambda user: (
                user.partner_id not in there
                and user.partner_id.commercial_partner_id in circle
            )
        )

    def _get_participants_left(self):
        """Return with whom it was shared, and who works elsewhere now; in sudo."""
        circle = self._get_customer_circle()
        return self.participant_ids.filtered(
            lambda partner: partner.commercial_partner_id not in circle
        )

    def _share(self, colleague):
        """Show the ticket to a colleague, who follows it and is told; in sudo.

        :param colleague: a res.users of `_get_colleagues_to_share`
        """
        partner = colleague.partner_id
        self.participant_ids = [
            *(Command.unlink(left.id) for left in self._get_participants_left()),
            Command.link(partner.id),
        ]
        self.message_subscribe(partner.ids)

    def _unshare(self, partner):
        """Take a ticket back from a colleague; in sudo.

        :return: whether it was shared
        """
        if partner not in self.participant_ids:
            return False
        self.participant_ids = [Command.unlink(partner.id)]
        self.message_unsubscribe(partner.ids)
        return True
