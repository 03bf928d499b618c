"""What people are told of tickets at the bell, by `portal.news`."""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..const import OPEN

# An answer, and what it does to the ticket, are one thing.
TOGETHER = timedelta(minutes=10)


class PortalTicket(models.Model):
    _name = "portal.ticket"
    _inherit = ["portal.ticket", "portal.news.mixin"]

    # ------------------------------------------------------------
    # What happens
    # ------------------------------------------------------------

    def _add_ticket_news(self, code, **options):
        """Write down that something happened to tickets, if they are a customer's."""
        if self.env.context.get("portal_no_ticket_mails"):
            return
        self.filtered("portal_customer_id")._add_news(code, **options)

    def _add_news_of_status(self, before):
        """Write down another status; in sudo.

        :param str before: the former status, "" of a new ticket
        """
        status = self.customer_status
        if status == "waiting" and before:
            self._add_ticket_news("ticket_waiting", repeats=True)
        elif status == "solved" and before in OPEN:
            self._add_ticket_news("ticket_solved", repeats=True)

    def _add_news_of_word(self, message):
        """Write down a word that both sides read; in sudo."""
        code = self._get_event_of_word(message)
        if code == "ticket_answered" and self.customer_status == "waiting":
            code = "ticket_waiting"
        author = message.author_id.user_ids[:1]
        options = {"author": author} if author else {}
        self._add_ticket_news(code, repeats=True, **options)

    def _tell_participants(self, people):
        """Tell people at once that somebody shares the ticket with them; in sudo.

        :param people: contacts
        """
        users = people.user_ids.filtered("share")
        author, number = self.env.user, self.number
        self.env["portal.notice"]._tell(
            "ticket_shared",
            users.filtered(lambda user: self._portal_allows(user, self._portal_code)),
            self.portal_customer_id,
            f"/my/tickets/{self.id}",
            lambda env: env._(
                "%(name)s shared ticket %(number)s with you: %(subject)s",
                name=author.name,
                number=number,
                subject=self.subject,
            ),
        )

    # ------------------------------------------------------------
    # What is told
    # ------------------------------------------------------------

    def _filtered_news(self, code):
        """Override: what is still so; in sudo."""
        if code == "ticket_answered":
            return self - self._find_told_otherwise()
        status = {
            "ticket_waiting": "waiting",
            "ticket_solved": "solved",
            "ticket_closing": "solved",
        }.get(code)
        return self.filtered(
            lambda ticket: (
                ticket.end_reason not in ("merged", "duplicate")
                and (not status or ticket.customer_status == status)
            )
        )

    def _find_told_otherwise(self):
        """Return the tickets whose answer is told with what became of them; in sudo."""
        news = self.env["portal.news"].search_fetch(
            Domain("res_model", "=", self._name)
            & Domain("res_id", "in", self.ids)
            & Domain("code", "in", ("ticket_waiting", "ticket_solved"))
            & Domain("state", "in", ("waiting", "told")),
            ["res_id", "create_date"],
        )
        last = {}
        for row in news:
            last[row.res_id] = max(row.create_date, last.get(row.res_id, datetime_min))
        return self.filtered(
            lambda ticket: (
                ticket.last_staff_message_on
                and last.get(ticket.id, datetime_min)
                >= ticket.last_staff_message_on - TOGETHER
            )
        )

    def _prepare_news(self, code):
        """Override: the sentences; in sudo."""
        _ = self.env._
        sentences = {
            "ticket_received": _("We have received ticket %s."),
            "ticket_answered": _("We have answered ticket %s."),
            "ticket_written": _("Somebody of your company wrote on ticket %s."),
            "ticket_waiting": _("We wait for your answer on ticket %s."),
            "ticket_solved": _("Ticket %s is solved."),
            "ticket_closing": _("Ticket %s will be closed soon."),
        }
        return {
            ticket: {
                "title": sentences[code] % ticket.number,
                "detail": ticket.subject,
                "url": f"/my/tickets/{ticket.id}",
            }
            for ticket in self
        }

    def _get_news_knowers(self, code):
        """Override: only who takes part is told, not all who may see it; in sudo."""
        event = self.env["portal.notification.event"]._find(code)
        readers = self._get_portal_readers_by_record(event._get_codes())
        people = self._get_people_of_each()
        return {ticket: readers[ticket] - people[ticket].user_ids for ticket in self}

    def _get_mailed_people(self, code):
        """Override: who has the word, or a letter of ours; in sudo.

        That we wait for an answer is said by the question, where we wrote last.
        """
        letters = self._get_letter_people(code)
        if code != "ticket_waiting":
            return letters
        return {
            ticket: people
            for ticket, people in letters.items()
            if ticket.last_staff_message_on
            and ticket.last_staff_message_on
            >= (ticket.last_customer_message_on or ticket.received_on)
        }


datetime_min = fields.Datetime.to_datetime("1970-01-01 00:00:00")
