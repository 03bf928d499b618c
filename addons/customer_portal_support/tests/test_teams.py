"""Numbers, assignment, teams, and what stands ready after the installation."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.customer_portal_support.const import STATUSES

from .ticket_case import TicketCase


@tagged("post_install", "-at_install")
class TestTeams(TicketCase):
    def test_each_company_numbers_its_own_tickets(self):
        other = self.env["res.company"].create({"name": "Second seller"})
        self.env.user.company_ids |= other
        team = self._create_team("Second", company_id=other.id, calendar_id=False)
        tickets = [self._ask(), self._ask(), self._ask(team_id=team.id)]
        first, second, foreign = (ticket.number for ticket in tickets)
        self.assertEqual(int(second[-5:]), int(first[-5:]) + 1)
        self.assertRegex(foreign, r"^T\d{2}-00001$")
        self.assertEqual(tickets[2].company_id, other)

    def test_in_turn_everybody_gets_one(self):
        self.team.assignment = "turn"
        users = [self._ask().user_id for _number in range(4)]
        self.assertEqual(
            users, [self.agent, self.second_agent, self.agent, self.second_agent]
        )

    def test_who_has_fewest_open_tickets_gets_the_next(self):
        self.team.assignment = "load"
        busy = [self._ask(user_id=self.agent.id) for _number in range(2)]
        self.assertEqual(self._ask().user_id, self.second_agent)
        self.assertEqual(self._ask().user_id, self.second_agent)
        self.assertEqual(self._ask().user_id, self.agent)
        for ticket in busy:
            ticket.action_solve()
        self.assertEqual(self._ask().user_id, self.agent)

    def test_who_has_left_gets_nothing(self):
        self.team.assignment = "turn"
        self.agent.active = False
        self.assertEqual(
            {self._ask().user_id for _number in range(2)}, {self.second_agent}
        )

    def test_people_of_a_team_may_open_tickets(self):
        clerk = new_test_user(self.env, login="clerk", groups="base.group_user")
        for values in ({"user_id": clerk.id}, {"member_ids": [(4, clerk.id)]}):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, "clerk.* cannot open tickets"),
            ):
                self.team.write(values)
        clerk.group_ids |= self.env.ref("customer_portal_support.group_ticket_agent")
        self.team.write({"user_id": clerk.id, "member_ids": [(4, clerk.id)]})

    def test_lead_who_lost_the_right_is_told_of_an_escalation(self):
        """The customer finds somebody; Odoo shows the lead what the task says."""
        ticket = self._ask()
        self.lead.group_ids = self.env.ref("base.group_user")
        self.assertFalse(ticket.with_user(self.lead).has_access("read"))
        ticket.sudo()._escalate(self.buyer, "Nobody answers.")
        [task] = ticket.activity_ids
        self.assertEqual(task.user_id, self.lead)
        self.assertIn("Nobody answers.", task.with_user(self.lead).note)

    def test_by_hand_nobody_gets_it(self):
        self.assertFalse(self._ask().user_id)

    def test_who_answers_first_takes_it(self):
        ticket = self._ask()
        self._answer(ticket, "2026-03-02 10:00:00", author=self.second_agent)
        self.assertEqual(ticket.user_id, self.second_agent)
        self.assertEqual(ticket.customer_status, "in_progress")

    def test_another_team_has_other_stages_and_members(self):
        stages = self.env["portal.ticket.stage"]
        other = self._create_team(
            "Repairs", member_ids=[Command.set(self.lead.ids)], assignment="turn"
        )
        special = stages.create(
            {
                "name": "On the bench",
                "sequence": 1,
                "customer_status": "in_progress",
                "team_ids": [Command.set(other.ids)],
            }
        )
        ours = stages.create(
            {
                "name": "At the desk",
                "sequence": 0,
                "customer_status": "in_progress",
                "team_ids": [Command.set(self.team.ids)],
            }
        )
        ticket = self._ask(user_id=self.agent.id)
        ticket._move_to("in_progress")
        self.assertEqual(ticket.stage_id, ours)
        ticket.team_id = other
        self.assertEqual((ticket.stage_id, ticket.user_id), (special, self.lead))

    def test_request_type_brings_team_and_priority(self):
        other = self._create_team("Returns")
        kind = self.env.ref("customer_portal_support.type_goods")
        kind.team_id = other
        ticket = self._ask(team_id=False, type_id=kind.id)
        self.assertEqual((ticket.team_id, ticket.priority), (other, "2"))

    def test_without_a_team_there_is_no_ticket(self):
        self.team.active = False
        with self.assertRaisesRegex(UserError, "Create a team"):
            self._ask(team_id=False)

    def test_choice_needs_what_can_be_chosen(self):
        kind = self.env.ref("customer_portal_support.type_other")
        with self.assertRaises(ValidationError):
            kind.field_ids = [Command.create({"name": "Which?", "kind": "choice"})]

    def test_installation_leaves_a_desk_that_works(self):
        team = self.env.ref("customer_portal_support.team_support").sudo()
        self.assertTrue(team.alias_name and team.member_ids)
        for status, _label in STATUSES:
            self.assertEqual(team._get_stage([status]).customer_status, status)
        types = self.env["portal.ticket.type"].search([("code", "!=", False)])
        self.assertEqual(len(types), 6)
        policies = self.env["portal.sla.policy"].with_context(active_test=False)
        shipped = policies.search([("id", "not in", self.policy.ids)])
        self.assertEqual(len(shipped), 2)

    def test_cards_count_what_the_team_has(self):
        self._ask()
        self._ask(user_id=self.agent.id).action_solve()
        self._ask(user_id=self.agent.id)
        self.assertEqual((self.team.open_count, self.team.unassigned_count), (2, 1))

    def test_members_who_follow_the_team_hear_of_new_tickets(self):
        self.team.message_subscribe(self.second_agent.partner_id.ids)
        tickets = self.env["portal.ticket"].with_context(tracking_disable=False)
        ticket = tickets.create({"subject": "New", "team_id": self.team.id})
        self.assertIn(self.second_agent.partner_id, ticket.message_partner_ids)
        self.assertNotIn(self.agent.partner_id, ticket.message_partner_ids)
