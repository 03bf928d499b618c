"""The answer that a customer can expect: told before, stored, kept or missed."""

from freezegun import freeze_time

from odoo.tests import tagged

from .ticket_case import TicketCase, at


@tagged("post_install", "-at_install")
class TestExpected(TicketCase):
    def _ask_before(self, count, hours, **values):
        """Create tickets of the weeks before, answered after so many hours."""
        for number in range(count):
            ticket = self._ask(f"2026-02-{2 + number % 5:02} 08:00:00", **values)
            ticket.write(
                {
                    "first_reply_on": ticket.received_on,
                    "first_reply_seconds": hours[number % len(hours)] * 3600,
                }
            )

    def _expect(self, moment="2026-03-02 09:00:00", hours=0.0, kind=None, team=None):
        kind = kind or self.env["portal.ticket.type"]
        return self.env["portal.ticket"]._get_expected_reply(
            team or self.team, kind, at(moment), hours
        )

    def test_without_history_it_is_the_target(self):
        ticket = self._ask()
        self.assertEqual(
            (ticket.expected_reply_on, ticket.expected_basis),
            (at("2026-03-03 09:00"), "policy"),
        )

    def test_without_target_it_is_the_end_of_the_next_working_day(self):
        # Brussels closes at 16:00 UTC in winter.
        for moment, expected in (
            ("2026-03-02 09:00:00", "2026-03-03 16:00"),
            ("2026-03-06 20:00:00", "2026-03-09 16:00"),
            ("2026-03-07 23:30:00", "2026-03-09 16:00"),
        ):
            with self.subTest(moment):
                self.assertEqual(self._expect(moment), (at(expected), "calendar"))

    def test_team_that_never_works_promises_nothing(self):
        closed = self._create_calendar("UTC", 9, 17, days="")
        team = self._create_team("Closed", calendar_id=closed.id)
        self.assertEqual(self._expect(team=team, hours=4), (None, "calendar"))

    def test_nineteen_replies_say_nothing_twenty_do(self):
        self._ask_before(19, [1])
        self.assertEqual(self._expect(hours=8)[1], "policy")
        self._ask_before(1, [1])
        self.assertEqual(self._expect(hours=8), (at("2026-03-02 10:00"), "measured"))

    def test_four_of_five_were_as_fast(self):
        self._ask_before(20, [1, 2, 3, 4, 7])
        self.assertEqual(self._expect(), (at("2026-03-02 13:00"), "measured"))

    def test_other_type_team_and_time_do_not_count(self):
        kind = self.env.ref("customer_portal_support.type_other")
        self._ask_before(20, [1], type_id=kind.id)
        other = self._create_team("Other")
        self.assertEqual(self._expect(kind=kind)[1], "measured")
        self.assertEqual(self._expect()[1], "calendar")
        self.assertEqual(self._expect(kind=kind, team=other)[1], "calendar")
        self.assertEqual(self._expect("2026-06-01 09:00:00", kind=kind)[1], "calendar")

    def test_it_is_rounded_up_to_a_quarter(self):
        self.assertEqual(
            self._expect("2026-03-02 09:01:10", hours=1)[0], at("2026-03-02 10:15")
        )

    def test_kept_or_missed_is_recorded(self):
        kept, missed, waiting = (self._ask() for _number in range(3))
        self._answer(kept, "2026-03-03 09:00:00")
        self._answer(missed, "2026-03-03 09:00:01")
        self.assertEqual(
            [ticket.expected_kept for ticket in (kept, missed, waiting)],
            ["kept", "missed", False],
        )

    def test_what_was_promised_does_not_move(self):
        ticket = self._ask()
        promised = ticket.expected_reply_on
        with freeze_time("2026-03-02 10:00:00"):
            ticket.priority = "3"
            self.policy.response_hours = 1
        self.assertEqual(ticket.expected_reply_on, promised)
