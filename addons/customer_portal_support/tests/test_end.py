"""Solved tickets: told, closed after a while, reopened by a word of the customer."""

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .ticket_case import TicketCase


@tagged("post_install", "-at_install")
class TestEnd(TicketCase):
    def _close_at(self, *moments):
        for moment in moments:
            with freeze_time(moment):
                self.env["portal.ticket"].sudo()._close_solved()

    def _read_mails(self, ticket):
        mails = self.env["mail.mail"].search(
            [("model", "=", "portal.ticket"), ("res_id", "=", ticket.id)], order="id"
        )
        return [(mail.email_to, mail.body_html) for mail in mails]

    def test_closes_after_its_days_and_a_warning(self):
        ticket = self._ask()
        self._move(ticket, "solved", "2026-03-02 15:00:00")
        statuses = []
        for moment in (
            "2026-03-07 14:00:00",
            "2026-03-07 15:00:00",
            "2026-03-09 14:00:00",
            "2026-03-09 15:00:00",
        ):
            self._close_at(moment)
            statuses.append((bool(ticket.closing_warned_on), ticket.customer_status))
        self.assertEqual(
            statuses,
            [(False, "solved"), (True, "solved"), (True, "solved"), (True, "closed")],
        )
        self.assertTrue(ticket.solved_on and ticket.closed_on)

    def test_counts_from_the_last_word_of_the_customer(self):
        """The fault of others: a conversation one minute old was closed."""
        ticket = self._ask()
        self._move(ticket, "solved", "2026-03-02 15:00:00")
        self._answer(ticket, "2026-03-08 10:00:00", author=self.buyer)
        self.assertEqual(ticket.customer_status, "in_progress")
        self._move(ticket, "solved", "2026-03-08 10:01:00")
        self._close_at("2026-03-10 15:00:00", "2026-03-13 10:00:00")
        self.assertEqual(
            (ticket.customer_status, ticket.closing_warned_on), ("solved", False)
        )

    def test_nobody_is_closed_without_having_been_warned_in_time(self):
        ticket = self._ask()
        self._move(ticket, "solved", "2026-03-02 15:00:00")
        # The scheduled action did not run for a month.
        self._close_at("2026-04-02 15:00:00", "2026-04-03 15:00:00")
        self.assertEqual(ticket.customer_status, "solved")
        self._close_at("2026-04-04 15:00:00")
        self.assertEqual(ticket.customer_status, "closed")

    def test_all_teams_are_looked_at(self):
        """The fault of others: only the first team of a run was handled."""
        teams = [self.team, *(self._create_team(name) for name in ("A", "B"))]
        tickets = [self._ask(team_id=team.id) for team in teams]
        for ticket in tickets:
            self._move(ticket, "solved", "2026-03-02 15:00:00")
        self._close_at("2026-03-08 15:00:00", "2026-03-10 15:00:00")
        self.assertEqual({ticket.customer_status for ticket in tickets}, {"closed"})

    def test_team_that_closes_nothing(self):
        self.team.close_days = 0
        ticket = self._ask()
        self._move(ticket, "solved", "2026-03-02 15:00:00")
        self._close_at("2027-03-08 15:00:00", "2027-04-08 15:00:00")
        self.assertEqual(ticket.customer_status, "solved")

    def test_warning_comes_before_the_end(self):
        with self.assertRaises(ValidationError):
            self.team.write({"close_days": 2, "warn_days": 2})

    def test_colleague_reopens_too_a_stranger_does_not(self):
        """The fault of others: only the contact of the ticket reopened it."""
        for author, status in (
            (self._create_portal_user("second_buyer", self.customer), "in_progress"),
            (self.stranger, "solved"),
            # Of the branch: the ticket is the head office's.
            (self.colleague, "solved"),
        ):
            with self.subTest(author.login):
                ticket = self._ask()
                self._move(ticket, "solved", "2026-03-02 15:00:00")
                self._answer(ticket, "2026-03-03 10:00:00", author=author)
                self.assertEqual(ticket.customer_status, status)

    def test_mails_greet_the_contact_and_name_number_and_moment(self):
        """The fault of others: the mail to the customer greeted the agent."""
        self.buyer.partner_id.tz = "America/New_York"
        ticket = self._ask()
        self._move(ticket, "solved", "2026-03-02 15:00:00")
        self._close_at("2026-03-07 15:00:00")
        mails = self._read_mails(ticket)
        self.assertEqual(len(mails), 3)
        for address, body in mails:
            self.assertIn(self.buyer.email, address)
            self.assertIn(f"Dear {self.buyer.name},", body)
            self.assertIn(ticket.number, body)
            self.assertIn(f"/my/tickets/{ticket.id}", body)
        # Nine o'clock in Brussels is three in New York.
        self.assertIn("March 3, 2026, 4:00\u202fAM (America/New_York)", mails[0][1])

    def test_own_remark_of_staff_makes_no_mail(self):
        ticket = self._ask(channel="staff")
        self.assertFalse(self._read_mails(ticket))

    def test_mails_say_that_a_program_wrote_them(self):
        ticket = self._ask()
        [mail] = self.env["mail.mail"].search(
            [("model", "=", "portal.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertIn("'Auto-Submitted': 'auto-generated'", mail.headers)
        self.assertIn("'X-Auto-Response-Suppress': 'All'", mail.headers)
