"""A ticket that a person makes of an own message about an order or an invoice."""

from hashlib import sha256
from textwrap import shorten

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.mail import html_to_inner_content

from ..const import LONGEST_SUBJECT, QUOTED

USUAL = "other"
LONGEST_QUOTE = 100  # in the subject


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    source_message_id = fields.Many2one(
        "mail.message",
        "Made of the message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )

    @api.model
    def _find_own_message(self, user, message_id):
        """Return a message of a person that both sides see, in sudo; or none.

        :param int message_id: as a browser sent it, in the range of ids
        """
        # sudo: the person's own words; the paper is reached by its own rights
        messages = self.env["mail.message"].sudo()
        return messages.search(
            [
                ("id", "=", message_id),
                ("author_id", "=", user.partner_id.id),
                ("model", "in", list(QUOTED)),
                ("message_type", "=", "comment"),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
                ("is_internal", "=", False),
            ]
        )

    @api.model
    def _get_message_key(self, message):
        """Return the key of `portal.request` of what is made of a message."""
        return sha256(f"ticket of message {message.id}".encode()).hexdigest()[:32]

    @api.model
    def _choose_quoting_type(self, message, teams):
        """Return the type of a ticket that is made of a message, or none.

        :param dict teams: {type that the person is offered: its team}
        """
        _kind, code = QUOTED[message.model]
        by_code = {kind.code: kind for kind in teams}
        first = next(iter(teams), self.env["portal.ticket.type"])
        return by_code.get(code) or by_code.get(USUAL) or first

    @api.model
    def _open_of_message(self, message, record, user, kind, customer, company):
        """Return the ticket that quotes a message, with its files; in sudo.

        The caller has found the message and reached the paper. Staff who read the
        paper see where it goes on.
        """
        link = self._get_link_fields()[QUOTED[message.model][0]]
        words = shorten(
            html_to_inner_content(message.body), LONGEST_QUOTE, placeholder="…"
        )
        question = {
            "id": False,
            "kind": "file",
            "label": self.env._("Files"),
            "sequence": 99,
        }
        ticket = self._open(
            user,
            kind,
            customer,
            company,
            {
                "subject": f"{record.name}: {words}"[:LONGEST_SUBJECT],
                "source_message_id": message.id,
                link: record.id,
            },
            files=[(file.name, file.raw, question) for file in message.attachment_ids],
        )
        ticket.description = Markup("<blockquote>%s</blockquote>") % message.body
        record._message_log(
            body=self.env._("Continued in the ticket %s.", ticket.number),
            author_id=user.partner_id.id,
        )
        return ticket
