"""Views that agents open, in their own rights and in those of a manager."""

from odoo.tests import Form, tagged

from .ticket_case import TicketCase


@tagged("post_install", "-at_install")
class TestViews(TicketCase):
    def test_agent_takes_a_call_and_sees_what_follows(self):
        self.env["portal.ticket.type"].search([]).team_id = False
        tickets = self.env["portal.ticket"].with_user(self.agent)
        form = Form(tickets.with_context(default_channel="phone"))
        form.subject = "By phone"
        form.partner_id = self.buyer.partner_id
        form.team_id = self.team
        ticket = form.save()
        self.assertEqual(ticket.portal_customer_id, self.customer)
        self.assertTrue(ticket.number)
        with Form(ticket) as form:
            form.priority = "3"
            form.user_id = self.agent
        self.assertEqual(ticket.priority, "3")

    def test_all_views_are_read_by_an_agent(self):
        for name, kinds in (
            (
                "portal.ticket",
                "kanban list form pivot graph calendar activity search",
            ),
            ("portal.ticket.team", "kanban list form"),
            ("portal.ticket.sla", "list search"),
            ("portal.ticket.reply", "list form"),
        ):
            model = self.env[name].with_user(self.agent)
            for kind in kinds.split():
                with self.subTest(name, kind=kind):
                    self.assertTrue(model.get_view(view_type=kind)["arch"])

    def test_saved_reply_opens_the_message(self):
        ticket = self._ask().with_user(self.agent)
        reply = self.env["portal.ticket.reply"].create(
            {"name": "Hello", "body": "<p>Dear {contact}</p>"}
        )
        wizard = self.env["portal.ticket.reply.wizard"].with_user(self.agent)
        action = wizard.create(
            {"ticket_id": ticket.id, "reply_id": reply.id}
        ).action_write()
        composer = self.env["mail.compose.message"].with_user(self.agent)
        message = composer.with_context(**action["context"]).create({})
        self.assertEqual(message.body, f"<p>Dear {self.buyer.name}</p>")
        message._action_send_mail()
        self.assertTrue(ticket.first_reply_on)

    def test_selected_tickets_are_merged_by_the_dialog(self):
        tickets = self._ask() | self._ask()
        wizard = self.env["portal.ticket.merge.wizard"].with_user(self.agent)
        form = Form(wizard.with_context(active_ids=tickets.ids))
        self.assertEqual(form.target_id, tickets[0])
        form.save().action_merge()
        self.assertEqual(tickets[1].end_reason, "merged")
        self.assertEqual(tickets[0].customer_status, "received")

    def test_board_shows_empty_stages(self):
        self._ask()
        tickets = self.env["portal.ticket"].with_user(self.agent)
        board = tickets.with_context(read_group_expand=True).web_read_group(
            [("team_id", "=", self.team.id)], ["stage_id"], ["__count"]
        )
        self.assertEqual(len(board["groups"]), 5)

    def test_dialog_of_merging_opens_in_the_browser(self):
        """A browser asks for the names of the tickets that are filled in."""
        tickets = self._ask() | self._ask()
        wizard = self.env["portal.ticket.merge.wizard"].with_user(self.agent)
        names = {"fields": {"display_name": {}}}
        opened = wizard.with_context(active_ids=tickets.ids).onchange(
            {}, [], {"ticket_ids": names, "target_id": names}
        )
        self.assertEqual(
            [command[1] for command in opened["value"]["ticket_ids"]], tickets.ids
        )

    def test_saved_reply_is_read_before_it_is_used(self):
        ticket = self._ask()
        reply = self.env["portal.ticket.reply"].create(
            {"name": "Hello", "body": "<p>Dear {contact}</p>"}
        )
        wizard = self.env["portal.ticket.reply.wizard"].with_user(self.agent)
        form = Form(wizard.with_context(default_ticket_id=ticket.id))
        form.reply_id = reply
        self.assertEqual(form.preview, f"<p>Dear {self.buyer.name}</p>")

    def test_menus_of_agents_managers_and_others(self):
        """Table: (menu, agent, manager); staff elsewhere have none."""
        manager = self._create_agent("manager")
        manager.group_ids |= self.env.ref(
            "customer_portal_support.group_ticket_manager"
        )
        clerk = self._create_agent("clerk")
        clerk.group_ids = self.env.ref("base.group_user")
        for name, agent_sees in (
            ("root", True),
            ("mine", True),
            ("unassigned", True),
            ("late", True),
            ("all", True),
            ("numbers", True),
            ("backlog", True),
            ("products", True),
            ("replies", True),
            ("tags", True),
            ("types", False),
            ("policies", False),
            ("stages", False),
            ("categories", False),
            ("teams_settings", False),
        ):
            menu = self.env.ref(f"customer_portal_support.menu_{name}")
            with self.subTest(name):
                self.assertEqual(
                    [
                        menu.id in menu.with_user(user)._visible_menu_ids()
                        for user in (self.agent, manager, clerk)
                    ],
                    [agent_sees, True, False],
                )
