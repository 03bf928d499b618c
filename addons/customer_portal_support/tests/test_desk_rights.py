"""Who of the staff may do what."""

from odoo import Command
from odoo.tests import tagged

from .ticket_case import TicketCase


@tagged("post_install", "-at_install")
class TestDeskRights(TicketCase):
    """Who of the staff may do what; nobody of a customer anything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_agent("manager")
        cls.manager.group_ids = [
            Command.link(cls.env.ref("customer_portal_support.group_ticket_manager").id)
        ]
        cls.clerk = cls._create_agent("clerk")
        cls.clerk.group_ids = [Command.set(cls.env.ref("base.group_user").ids)]

    def test_rights_on_what_reports_and_wizards_use(self):
        """Table: (model, agent, manager); staff elsewhere and customers nothing."""
        for name, agent, manager in (
            ("portal.ticket.report", "read", "read"),
            ("portal.ticket.backlog", "read", "read"),
            ("portal.ticket.make.wizard", "read write create", "read write create"),
            ("portal.ticket.team", "read", "read write create unlink"),
            ("portal.ticket", "read write create", "read write create unlink"),
        ):
            for user, allowed in ((self.agent, agent), (self.manager, manager)):
                self._check_rights(name, user, allowed)
            self._check_rights(name, self.clerk, "")
            if name != "portal.ticket":
                self._check_rights(name, self.buyer, "")
                # sudo: its company is not one of the test's
                visitor = self.env.ref("base.public_user").sudo()
                self._check_rights(name, visitor, "")

    def _check_rights(self, name, user, allowed):
        model = self.env[name].with_user(user)
        found = [
            operation
            for operation in ("read", "write", "create", "unlink")
            if model.has_access(operation)
        ]
        with self.subTest(name, user=user.login):
            self.assertEqual(found, allowed.split())
