"""Who reads what of tickets; the faults S1 to S6 that others have."""

from contextlib import suppress
from operator import methodcaller

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.customer_portal.tests.role_case import RolesMixin

from .ticket_case import TicketCase

CLOSED_MODELS = (
    "portal.sla.policy",
    "portal.ticket.category",
    "portal.ticket.pause",
    "portal.ticket.reply",
    "portal.ticket.return",
    "portal.ticket.sla",
    "portal.ticket.stage",
    "portal.ticket.step",
    "portal.ticket.tag",
    "portal.ticket.team",
    "portal.ticket.type",
    "portal.ticket.type.field",
    "portal.ticket.value",
)
BUTTONS = ("action_cancel", "action_reopen", "action_solve", "action_take")


@tagged("post_install", "-at_install")
class TestTicketAccess(RolesMixin, TicketCase):
    def _see_tickets(self, user):
        return self.env["portal.ticket"].with_user(user).search([])

    def test_scope_of_the_role_decides(self):
        own = self._ask()
        of_company = self._ask(
            partner_id=self._create_portal_user(
                "other_buyer", self.customer
            ).partner_id.id
        )
        of_branch = self._ask(partner_id=self.colleague.partner_id.id)
        foreign = self._ask(partner_id=self.stranger.partner_id.id)
        for scope, seen in (
            ("own", own),
            ("company", own | of_company),
            ("branches", own | of_company | of_branch),
        ):
            with self.subTest(scope):
                self._tailor(self.buyer, {"see_tickets": scope})
                self.assertEqual(
                    self._see_tickets(self.buyer).sorted("id"), seen.sorted("id")
                )
        self._tailor(self.buyer, {"see_orders": "branches"})
        self.assertFalse(self._see_tickets(self.buyer))
        self.assertEqual(self._see_tickets(self.stranger), foreign)

    def test_participant_sees_what_was_shared(self):
        reader = self._create_portal_user("reader", self.customer)
        self._tailor(reader, {"see_tickets": "own"})
        ticket = self._ask()
        self.assertFalse(self._see_tickets(reader))
        ticket.participant_ids = reader.partner_id
        self.assertEqual(self._see_tickets(reader), ticket)

    def test_ticket_is_shared_within_the_customer_only(self):
        ticket = self._ask()
        with self.assertRaisesRegex(Exception, "people of its customer only"):
            ticket.participant_ids = self.stranger.partner_id

    def test_following_opens_nothing(self):
        """S6: a followed contact opened the ticket to the whole other company."""
        ticket = self._ask()
        ticket.message_subscribe(self.stranger.partner_id.ids)
        self.assertFalse(self._see_tickets(self.stranger))

    def test_contact_who_leaves_sees_nothing_and_the_ticket_stays(self):
        ticket = self._ask()
        self.buyer.partner_id.parent_id = self.other_customer
        self.assertEqual(ticket.portal_customer_id, self.customer)
        self.assertNotIn(ticket, self._see_tickets(self.buyer))

    def test_nobody_of_a_customer_changes_a_ticket(self):
        """S1, S4: any contact closed any ticket, stages could be written."""
        ticket = self._ask()
        stage = self.team._get_stage(["closed"])
        changes = [
            lambda record: record.write({"stage_id": stage.id}),
            lambda record: record.write({"subject": "Mine"}),
            lambda record: record.write({"participant_ids": False}),
            lambda record: record.unlink(),
            lambda record: record.copy(),
            lambda record: stage.with_env(record.env).write({"name": "X"}),
            *(methodcaller(name) for name in BUTTONS),
        ]
        for user in (self.buyer, self.stranger):
            for number, change in enumerate(changes):
                with (
                    self.subTest(user=user.login, change=number),
                    self.assertRaises(AccessError),
                ):
                    change(ticket.with_user(user))
        self.assertEqual(ticket.customer_status, "received")
        self.assertEqual(ticket.subject, "Where is my bolt?")

    def test_desk_is_closed_to_people_of_customers(self):
        """S5: policies with their hours, and addresses of teams, could be read."""
        # sudo: its company is not one of the test's
        visitor = self.env.ref("base.public_user").sudo()
        for name in CLOSED_MODELS:
            for user in (self.buyer, visitor):
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(name, user=user.login, operation=operation):
                        model = self.env[name].with_user(user)
                        self.assertFalse(model.has_access(operation))

    def test_fields_of_staff_are_not_read(self):
        ticket = self._ask(user_id=self.agent.id, email_cc="x@elsewhere.example")
        names = self.env["portal.ticket"].with_user(self.buyer).fields_get()
        for name in (
            "duration_tracking",
            "email_cc",
            "glance_account",
            "pause_ids",
            "priority",
            "properties",
            "sla_ids",
            "stage_id",
            "tag_ids",
            "team_id",
            "user_id",
        ):
            with self.subTest(name):
                self.assertNotIn(name, names)
                with self.assertRaises(AccessError):
                    ticket.with_user(self.buyer).read([name])
        [row] = ticket.with_user(self.buyer).read(["number", "customer_status"])
        self.assertEqual(row["customer_status"], "received")

    def test_stranger_cannot_follow(self):
        ticket = self._ask()
        with suppress(AccessError):
            ticket.with_user(self.stranger).message_subscribe(
                self.stranger.partner_id.ids
            )
        self.assertNotIn(self.stranger.partner_id, ticket.message_partner_ids)

    def test_visitor_reads_nothing(self):
        self._ask()
        visitor = self.env["portal.ticket"].with_user(self.env.ref("base.public_user"))
        with self.assertRaises(AccessError):
            visitor.search([])

    def test_notes_of_staff_are_not_read(self):
        ticket = self._ask()
        note = ticket.with_user(self.agent).message_post(
            body="Careful with them.", subtype_xmlid="mail.mt_note"
        )
        word = self._answer(ticket, "2026-03-02 10:00:00")
        seen = self.env["mail.message"].with_user(self.buyer)
        self.assertEqual(seen.search([("id", "in", (note | word).ids)]), word)

    def test_other_company_of_the_seller_is_not_seen_by_agents(self):
        other = self.env["res.company"].create({"name": "Second seller"})
        team = self._create_team("Second", company_id=other.id, calendar_id=False)
        ticket = self._ask(team_id=team.id)
        self.assertNotIn(ticket, self._see_tickets(self.agent))
        self.assertFalse(
            self.env["portal.ticket.sla"]
            .with_user(self.agent)
            .search([("ticket_id", "=", ticket.id)])
        )

    def test_agent_works_without_other_rights(self):
        ticket = self._ask().with_user(self.agent)
        ticket.action_take()
        ticket.priority = "3"
        ticket.message_post(body="Soon.", subtype_xmlid="mail.mt_comment")
        ticket.action_solve()
        self.assertEqual(ticket.customer_status, "solved")
        self.assertEqual(ticket.user_id, self.agent)
        made = (
            self.env["portal.ticket"]
            .with_user(self.agent)
            .create(
                {
                    "subject": "By phone",
                    "partner_id": self.buyer.partner_id.id,
                    "team_id": self.team.id,
                    "channel": "phone",
                }
            )
        )
        self.assertTrue(made.sla_ids and made.expected_reply_on)

    def test_employee_without_the_group_sees_no_ticket(self):
        self._ask()
        employee = self._create_agent("employee")
        employee.group_ids = self.env.ref("base.group_user")
        with self.assertRaises(AccessError):
            self._see_tickets(employee)
