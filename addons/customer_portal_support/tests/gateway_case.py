"""Handing mails to the gateway, from `tests/mails`, and replies to mails of ours."""

from pathlib import Path

from freezegun import freeze_time

from odoo.tools import mute_logger

from .mail_case import TicketMailCase

MAILS = Path(__file__).parent / "mails"
GATEWAY = "odoo.addons.mail.models.mail_thread"


class GatewayCase(TicketMailCase):
    def _receive(self, name, moment="2026-03-02 10:00:00", **holes):
        """Hand a mail to the gateway.

        :param name: of a file in `tests/mails`, or the bytes of a mail
        :param holes: what stands for `@name@`; `reference` is a Message-Id
        :return: the new tickets
        """
        content = name if isinstance(name, bytes) else read_mail(name)
        holes = {"to": self.address, "reference": "<none@northwind.example>", **holes}
        for hole, text in holes.items():
            content = content.replace(f"@{hole}@".encode(), text.encode())
        tickets = self.env["portal.ticket"].sudo()
        before = tickets.search([])
        with freeze_time(moment), mute_logger(GATEWAY):
            self.env["mail.thread"].sudo().message_process(None, content)
        return tickets.search([]) - before

    def _get_receipt(self, ticket):
        """Return the message of the mail that says that a ticket was received."""
        return self.env["mail.message"].search(
            [("model", "=", "portal.ticket"), ("res_id", "=", ticket.id)],
            order="id",
            limit=1,
        )

    def _reply(self, name, ticket, **holes):
        """Receive a mail as the reply to a ticket's receipt; return the new message."""
        messages = self.env["mail.message"]
        domain = [("model", "=", "portal.ticket"), ("res_id", "=", ticket.id)]
        before = messages.search(domain)
        made = self._receive(
            name, reference=self._get_receipt(ticket).message_id, **holes
        )
        self.assertFalse(made, "a reply makes no second ticket")
        return messages.search(domain) - before


def read_mail(name):
    """Return the bytes of a mail in `tests/mails`."""
    return (MAILS / f"{name}.eml").read_bytes()
