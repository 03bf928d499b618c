"""Targets of tickets: made, moved, paused, met, missed, told."""

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .ticket_case import TicketCase


@tagged("post_install", "-at_install")
class TestClock(TicketCase):
    def test_new_ticket_has_its_deadlines(self):
        ticket = self._ask()
        self.assertEqual(self._read_target(ticket), ("2026-03-03 09:00:00", "ongoing"))
        self.assertEqual(
            self._read_target(ticket, "resolution"), ("2026-03-04 09:00:00", "ongoing")
        )

    def test_holiday_of_the_company_moves_the_deadline(self):
        ticket = self._ask()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": "2026-03-02 23:00:00",
                "date_to": "2026-03-03 23:00:00",
            }
        )
        with freeze_time("2026-03-02 12:00:00"):
            self.env["portal.ticket"].sudo()._update_open_targets()
        self.assertEqual(self._read_target(ticket)[0], "2026-03-04 09:00:00")

    def test_ticket_without_fitting_policy_gets_its_target_when_it_moves(self):
        """The fault of others: what is triaged into a team never had a target."""
        other = self._create_team("Triage")
        ticket = self._ask(team_id=other.id)
        self.assertFalse(ticket.sla_ids)
        with freeze_time("2026-03-02 12:00:00"):
            ticket.team_id = self.team
        self.assertEqual(self._read_target(ticket), ("2026-03-03 09:00:00", "ongoing"))
        with freeze_time("2026-03-02 13:00:00"):
            ticket.team_id = other
        self.assertFalse(ticket.sla_ids)

    def test_team_with_other_hours_has_another_deadline(self):
        night = self._create_calendar("Europe/Brussels", 20, 24)
        other = self._create_team("Night", calendar_id=night.id)
        self.policy.team_ids |= other
        ticket = self._ask(team_id=other.id)
        # Four hours on Monday, four on Tuesday.
        self.assertEqual(self._read_target(ticket)[0], "2026-03-03 23:00:00")

    def test_priority_and_class_of_customer_decide(self):
        fast = self.policy.copy(
            {"name": "Fast", "sequence": 1, "priority": "3", "response_hours": 1}
        )
        tag = self.env["res.partner.category"].create({"name": "Gold"})
        gold = self.policy.copy(
            {
                "name": "Gold",
                "sequence": 2,
                "customer_tag_ids": [Command.set(tag.ids)],
                "response_hours": 4,
            }
        )
        ticket = self._ask()
        steps = []
        with freeze_time("2026-03-02 09:30:00"):
            for change in (
                lambda: self.customer.write({"category_id": [Command.link(tag.id)]}),
                lambda: ticket.write({"priority": "3"}),
                lambda: ticket.write({"priority": "1"}),
                lambda: self.customer.write({"category_id": [Command.clear()]}),
            ):
                change()
                target = self._get_target(ticket)
                steps.append((target.policy_id, self._read_target(ticket)[0]))
        self.assertEqual(
            steps,
            [
                (gold, "2026-03-02 13:00:00"),
                (fast, "2026-03-02 10:00:00"),
                (gold, "2026-03-02 13:00:00"),
                (self.policy, "2026-03-03 09:00:00"),
            ],
        )

    def test_changed_policy_holds_for_open_tickets(self):
        ticket = self._ask()
        with freeze_time("2026-03-02 10:00:00"):
            self.policy.response_hours = 2
        self.assertEqual(self._read_target(ticket)[0], "2026-03-02 11:00:00")
        with freeze_time("2026-03-02 10:00:00"):
            self.policy.response_hours = 0
        self.assertFalse(self._get_target(ticket))

    def test_our_answer_meets_the_target_not_a_stage(self):
        ticket = self._ask()
        self._move(ticket, "in_progress", "2026-03-02 10:00:00")
        self.assertEqual(self._read_target(ticket)[1], "ongoing")
        self._answer(ticket, "2026-03-02 11:00:00")
        target = self._get_target(ticket)
        self.assertEqual((target.state, target.used_hours), ("met", 2.0))
        self.assertEqual(ticket.first_reply_seconds, 2 * 3600)

    def test_note_of_staff_is_no_answer(self):
        ticket = self._ask()
        with freeze_time("2026-03-02 10:00:00"):
            ticket.with_user(self.agent).message_post(
                body="Ask the warehouse.", subtype_xmlid="mail.mt_note"
            )
        self.assertFalse(ticket.first_reply_on)
        self.assertEqual(ticket.customer_status, "received")

    def test_late_answer_misses_it_for_good(self):
        ticket = self._ask()
        self._answer(ticket, "2026-03-03 09:01:00")
        self.assertEqual(self._read_target(ticket)[1], "missed")
        with freeze_time("2026-03-03 10:00:00"):
            ticket.priority = "0"
            self.policy.response_hours = 100
        self.assertEqual(self._read_target(ticket)[1], "missed")

    def test_clock_stands_while_it_waits_for_the_customer(self):
        ticket = self._ask()
        self._move(ticket, "waiting", "2026-03-02 10:00:00")
        self.assertEqual(self._read_target(ticket, "resolution"), (False, "ongoing"))
        self._answer(ticket, "2026-03-05 10:00:00", author=self.buyer)
        self.assertEqual(ticket.customer_status, "in_progress")
        # One hour was used; three working days are given back.
        self.assertEqual(
            self._read_target(ticket, "resolution"), ("2026-03-09 09:00:00", "ongoing")
        )

    def test_solved_in_time_is_met_and_reopening_takes_it_back(self):
        ticket = self._ask()
        self._answer(ticket, "2026-03-02 10:00:00")
        self._move(ticket, "solved", "2026-03-02 15:00:00")
        self.assertEqual(self._read_target(ticket, "resolution")[1], "met")
        self._move(ticket, "in_progress", "2026-03-09 09:00:00")
        self.assertFalse(ticket.solved_on)
        self.assertEqual(ticket.reopened_count, 1)
        # Six of sixteen hours were used before it was solved.
        self.assertEqual(
            self._read_target(ticket, "resolution"), ("2026-03-10 11:00:00", "ongoing")
        )
        self.assertEqual(self._read_target(ticket)[1], "met")

    def test_cancelled_is_not_met(self):
        ticket = self._ask()
        with freeze_time("2026-03-02 10:00:00"):
            ticket.action_cancel()
        self.assertFalse(ticket.solved_on)
        self.assertEqual(
            {self._read_target(ticket, kind)[1] for kind in ("response", "resolution")},
            {"cancelled"},
        )

    def test_cancelled_when_it_was_too_late_is_missed(self):
        ticket = self._ask()
        with freeze_time("2026-03-06 10:00:00"):
            ticket.action_cancel()
        self.assertEqual(self._read_target(ticket)[1], "missed")

    def test_solved_without_a_word_is_no_first_reply(self):
        ticket = self._ask()
        self._move(ticket, "solved", "2026-03-02 10:00:00")
        self.assertEqual(self._read_target(ticket)[1], "cancelled")
        self.assertEqual(self._read_target(ticket, "resolution")[1], "met")

    def test_warning_and_escalation_come_once_to_named_people(self):
        ticket = self._ask(user_id=self.agent.id)
        self.policy.escalation_user_ids = self.second_agent
        self.assertEqual(self._read_target(ticket)[1], "ongoing")
        targets = self.env["portal.ticket.sla"].sudo()
        told = []
        for moment in (
            "2026-03-02 15:59:00",
            "2026-03-03 08:01:00",
            "2026-03-03 08:10:00",
            "2026-03-03 09:01:00",
            "2026-03-03 09:10:00",
        ):
            seen = self.env["mail.message"].search([]).ids
            with freeze_time(moment):
                targets._watch()
            messages = self.env["mail.message"].search(
                [("id", "not in", seen), ("message_type", "=", "user_notification")]
            )
            told.append((messages.partner_ids, self._read_target(ticket)[1]))
        nobody = self.env["res.partner"]
        self.assertEqual(
            told,
            [
                (nobody, "ongoing"),
                (self.agent.partner_id, "ongoing"),
                (nobody, "ongoing"),
                (self.second_agent.partner_id, "missed"),
                (nobody, "missed"),
            ],
        )

    def test_lead_is_told_where_nobody_is_named(self):
        self._ask()
        seen = self.env["mail.message"].search([]).ids
        with freeze_time("2026-03-03 09:01:00"):
            self.env["portal.ticket.sla"].sudo()._watch()
        messages = self.env["mail.message"].search(
            [("id", "not in", seen), ("message_type", "=", "user_notification")]
        )
        self.assertEqual(messages.partner_ids, self.lead.partner_id)

    def test_write_leaves_the_dictionary_of_its_caller(self):
        ticket = self._ask()
        values = {"stage_id": self.team._get_stage(["solved"]).id}
        kept = dict(values)
        ticket.write(values)
        self.assertEqual(values, kept)
