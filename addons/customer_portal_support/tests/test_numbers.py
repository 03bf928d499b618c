"""The numbers of tickets: a table of cases, and what reports make of them."""

from freezegun import freeze_time

from odoo.tests import tagged

from .ticket_case import MONDAY, TicketCase

NOW = "2026-03-16 09:00:00"  # a Monday, two weeks after most cases
# The desk works from nine to five in Brussels, that is from 8:00 to 16:00 UTC. Eight
# hours to the first reply, sixteen to the solution; the answer is expected after eight.
#
# (name, story, numbers); of a story (moment, what), of the numbers those that are not
# empty. What is not decided is empty, and no average counts it.
CASES = [
    (
        "one reply, solved an hour later",
        [("02 10:00", "reply"), ("02 11:00", "solved")],
        {
            "first_reply_hours": 1,
            "first_reply_clock_hours": 1,
            "solution_hours": 2,
            "solution_clock_hours": 2,
            "one_touch": 1,
            "was_reopened": 0,
            "expected_kept": 1,
            "response_kept": 1,
            "solution_kept": 1,
        },
    ),
    (
        "answered on the next morning: sixteen hours of the night do not count",
        [("03 10:00", "reply")],
        {
            "first_reply_hours": 9,
            "first_reply_clock_hours": 25,
            "expected_kept": 0,
            "response_kept": 0,
            "solution_kept": 0,
        },
    ),
    (
        "over a weekend",
        [("06 15:00", "reply"), ("09 09:00", "solved")],
        {
            "first_reply_hours": 38,
            "first_reply_clock_hours": 102,
            "solution_hours": 40,
            "solution_clock_hours": 168,
            "one_touch": 1,
            "was_reopened": 0,
            "expected_kept": 0,
            "response_kept": 0,
            "solution_kept": 0,
        },
    ),
    (
        "waited three hours for the customer: those do not count",
        [
            ("02 10:00", "reply"),
            ("02 10:00", "waiting"),
            ("02 13:00", "word"),
            ("02 14:00", "solved"),
        ],
        {
            "first_reply_hours": 1,
            "first_reply_clock_hours": 1,
            "solution_hours": 2,
            "solution_clock_hours": 5,
            "one_touch": 1,
            "was_reopened": 0,
            "expected_kept": 1,
            "response_kept": 1,
            "solution_kept": 1,
        },
    ),
    (
        "two replies",
        [("02 10:00", "reply"), ("02 11:00", "reply"), ("02 12:00", "solved")],
        {
            "first_reply_hours": 1,
            "first_reply_clock_hours": 1,
            "solution_hours": 3,
            "solution_clock_hours": 3,
            "one_touch": 0,
            "was_reopened": 0,
            "expected_kept": 1,
            "response_kept": 1,
            "solution_kept": 1,
        },
    ),
    (
        "reopened and solved again: the time while it was solved does not count",
        [
            ("02 10:00", "reply"),
            ("02 11:00", "solved"),
            ("02 13:00", "word"),
            ("02 14:00", "solved"),
        ],
        {
            "first_reply_hours": 1,
            "first_reply_clock_hours": 1,
            "solution_hours": 3,
            "solution_clock_hours": 5,
            "one_touch": 0,
            "was_reopened": 1,
            "expected_kept": 1,
            "response_kept": 1,
            "solution_kept": 1,
        },
    ),
    (
        "solved without a word: nobody was answered, the target was kept",
        [("02 11:00", "solved")],
        {
            "solution_hours": 2,
            "solution_clock_hours": 2,
            "one_touch": 0,
            "was_reopened": 0,
            "solution_kept": 1,
        },
    ),
    (
        "nobody has answered for two weeks: that is decided",
        [],
        {"expected_kept": 0, "response_kept": 0, "solution_kept": 0},
    ),
    ("cancelled at once: nothing is decided", [("02 10:00", "cancel")], {}),
    (
        "asked an hour ago: nothing is decided",
        [("16 08:00", "ask")],
        {},
    ),
]
MEASURES = (
    "first_reply_hours",
    "first_reply_clock_hours",
    "solution_hours",
    "solution_clock_hours",
    "one_touch",
    "was_reopened",
    "expected_kept",
    "response_kept",
    "solution_kept",
    "rating",
)


@tagged("post_install", "-at_install")
class TestNumbers(TicketCase):
    def _tell(self, story, **values):
        """Return a ticket of Monday, nine o'clock, with which this happened."""
        start = MONDAY
        if story and story[0][1] == "ask":
            start, story = f"2026-03-{story[0][0]}:00", story[1:]
        ticket = self._ask(start, **values)
        for moment, what in story:
            moment = f"2026-03-{moment}:00"
            if what == "reply":
                self._answer(ticket, moment)
            elif what == "word":
                self._answer(ticket, moment, author=self.buyer)
            elif what == "cancel":
                with freeze_time(moment):
                    ticket.action_cancel()
            else:
                self._move(ticket, what, moment)
        return ticket

    def _read(self, domain, groups=()):
        self.env["portal.ticket.sla"].sudo()._watch()
        rows = (
            self.env["portal.ticket.report"]
            .with_user(self.agent)
            ._read_group(domain, groups, [f"{name}:avg" for name in MEASURES])
        )
        return rows if groups else rows[0]

    def _average(self, tickets):
        values = self._read([("ticket_id", "in", tickets.ids)])
        return {
            name: round(value, 4)
            for name, value in zip(MEASURES, values, strict=True)
            if value is not False and value is not None
        }

    def test_table_of_cases(self):
        for name, story, numbers in CASES:
            ticket = self._tell(story)
            with self.subTest(name), freeze_time(NOW):
                self.assertEqual(self._average(ticket), numbers)

    def test_averages_leave_out_what_is_not_decided(self):
        answered = self._tell([("02 10:00", "reply"), ("02 11:00", "solved")])
        fresh = self._tell([("16 08:00", "ask")])
        cancelled = self._tell([("02 10:00", "cancel")])
        with freeze_time(NOW):
            self.assertEqual(
                self._average(answered | fresh | cancelled), self._average(answered)
            )

    def test_open_tickets_and_complaints_are_counted(self):
        self._tell([])
        self._tell([("02 11:00", "solved")], is_complaint=True)
        rows = self.env["portal.ticket.report"]._read_group(
            [("team_id", "=", self.team.id)],
            [],
            ["ticket_count:sum", "open_count:sum", "complaint_count:sum"],
        )
        self.assertEqual(rows, [(2, 1, 1)])

    def test_rating_is_the_last_one(self):
        ticket = self._tell([("02 10:00", "reply")])
        silent = self._tell([("02 10:00", "reply")])
        self._rate(ticket, 1)
        self._rate(ticket, 5)
        with freeze_time(NOW):
            self.assertEqual(self._average(ticket | silent)["rating"], 5)

    def test_row_leads_to_its_ticket(self):
        ticket = self._tell([])
        row = self.env["portal.ticket.report"].with_user(self.agent)
        action = row.search([("ticket_id", "=", ticket.id)]).action_open_ticket()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("portal.ticket", ticket.id)
        )

    def test_backlog_of_a_week_is_what_was_open_at_its_end(self):
        self._tell([("03 10:00", "solved")])
        week_long = self._tell([("09 10:00", "solved")])
        open_now = self._tell([])
        with freeze_time(NOW):
            rows = self.env["portal.ticket.backlog"]._read_group(
                [("team_id", "=", self.team.id)],
                ["week:day"],
                ["ticket_id:recordset"],
            )
        self.assertEqual(
            [(str(day), tickets.sorted("id")) for day, tickets in rows],
            [
                ("2026-03-02", week_long | open_now),
                ("2026-03-09", open_now),
                ("2026-03-16", open_now),
            ],
        )

    def test_other_companies_are_not_counted(self):
        other = self.env["res.company"].create({"name": "Other"})
        team = self.env["portal.ticket.team"].create(
            {"name": "Far", "company_id": other.id}
        )
        ticket = self._ask(team_id=team.id)
        for name in ("portal.ticket.report", "portal.ticket.backlog"):
            found = self.env[name].with_user(self.agent)
            self.assertFalse(found.search([("ticket_id", "=", ticket.id)]))

    # ------------------------------------------------------------
    # A team beside what it wants
    # ------------------------------------------------------------

    def test_card_of_a_team_says_how_it_does(self):
        self._tell([("02 12:30", "reply"), ("02 14:00", "solved")])
        self._tell(
            [("02 10:00", "reply"), ("02 11:00", "reply"), ("02 12:00", "solved")]
        )
        self._tell([])
        with freeze_time("2026-03-02 15:00:00"):
            self.team.invalidate_recordset()
            card = self.team.with_user(self.agent)
            self.assertEqual(
                (
                    card.recent_first_reply,
                    card.recent_solution,
                    card.recent_one_touch,
                    card.recent_expected_kept,
                    card.recent_rating,
                ),
                ("2:15", "4:00", "50%", "100%", ""),
            )
            self.assertTrue(card.is_first_reply_good and card.is_one_touch_good)
            self.team.wanted_first_reply_hours = 2
            self.team.invalidate_recordset()
            self.assertFalse(card.is_first_reply_good)

    def test_card_of_an_idle_team_says_nothing(self):
        self.assertEqual(
            set(self.team._read_recent_numbers()[self.team].values()), {None}
        )
        self.assertEqual(self.team.recent_first_reply, "")

    # ------------------------------------------------------------
    # On the board
    # ------------------------------------------------------------

    def test_deadline_is_told_in_words_and_colours(self):
        ticket = self._ask()
        seen = []
        for moment in (
            "2026-03-02 14:00:00",
            "2026-03-03 08:30:00",
            "2026-03-03 10:00:00",
        ):
            with freeze_time(moment):
                self.env["portal.ticket.sla"].sudo()._watch()
                ticket.invalidate_recordset(["deadline_text"])
                seen.append((ticket.deadline_state, ticket.deadline_text))
        self._move(ticket, "waiting", "2026-03-03 10:00:00")
        with freeze_time("2026-03-05 10:00:00"):
            ticket.invalidate_recordset(["deadline_text"])
            seen.append((ticket.deadline_state, ticket.deadline_text))
        self._move(ticket, "solved", "2026-03-05 11:00:00")
        seen.append((ticket.deadline_state, ticket.deadline_text))
        self.assertEqual(
            seen,
            [
                ("fine", "First reply: in 19 hours"),
                ("soon", "First reply: in 30 minutes"),
                ("late", "First reply: 60 minutes ago"),
                ("stands", "Waits for the customer: 2 days"),
                (False, ""),
            ],
        )

    def test_whose_turn_it_is(self):
        ticket = self._ask()
        seen = [ticket.answer_due]
        self._answer(ticket, "2026-03-02 10:00:00")
        seen.append(ticket.answer_due)
        self._answer(ticket, "2026-03-02 11:00:00", author=self.buyer)
        seen.append(ticket.answer_due)
        self._move(ticket, "solved", "2026-03-02 12:00:00")
        seen.append(ticket.answer_due)
        self.assertEqual(seen, [True, False, True, False])

    def test_filters_of_the_board_narrow_each_other(self):
        """Filters side by side widen each other; a separator stands between these."""
        view = self.env.ref("customer_portal_support.portal_ticket_view_search")
        nodes = view._get_combined_arch().iter("filter", "separator")
        names = [node.get("name") or node.tag for node in nodes]
        for first, second in (("open", "mine"), ("mine", "ours"), ("ours", "late")):
            between = names[names.index(first) : names.index(second)]
            self.assertIn("separator", between)
