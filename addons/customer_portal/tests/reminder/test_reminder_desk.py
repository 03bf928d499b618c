"""Accounting decides about reminders."""

from datetime import datetime, time, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user
from odoo.tools import mute_logger

from ..reminder_case import MONDAY, ReminderCase

WEEK = timedelta(days=7)


class TestReminderDesk(ReminderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env,
            login="clerk",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.schedule.needs_approval = True
        cls._owe(100.0)

    def _wait(self):
        """Return the reminder that waits, as the clerk sees it."""
        self.assertFalse(self._run(MONDAY + WEEK))
        return self.reminders.with_user(self.clerk).search([])

    def _decide(self, action, **values):
        """Fill in the dialog that a button opens."""
        wizards = self.env["portal.reminder.decision"].with_user(self.clerk)
        wizard = wizards.with_context(**action["context"]).create(
            {"reason": "They called", **values}
        )
        wizard.action_decide()

    def test_a_reminder_waits_and_is_approved(self):
        reminder = self._wait()
        self.assertEqual(reminder.state, "waiting")
        with freeze_time(MONDAY + WEEK):
            self.assertIn("7 days overdue", reminder.preview)
            self.assertNotIn("/pay/", reminder.preview)
        self.assertIn("100.00", reminder.preview_subject)
        reminder.action_approve()
        self.assertEqual(self._run(MONDAY + WEEK), reminder.sudo())
        self.assertEqual(reminder.decided_by_id, self.clerk)

    def test_a_reminder_that_waits_follows_what_is_due(self):
        reminder = self._wait()
        self._owe(50.0)
        self._run(MONDAY + 3 * WEEK)
        self.assertEqual(self._tell(reminder.sudo())[0][:2], ("second", 150.0))

    def test_a_skipped_level_is_not_sent_and_the_next_one_is(self):
        reminder = self._wait()
        self._decide(reminder.action_skip())
        self.assertEqual((reminder.state, reminder.reason), ("skipped", "They called"))
        self.schedule.needs_approval = False
        self.assertEqual(self._levels([7, 8, 14, 21]), {21: ["second"]})

    def test_a_held_one_stops_all_in_that_currency(self):
        reminder = self._wait()
        self._decide(reminder.action_hold(), until=MONDAY + 2 * WEEK)
        self.schedule.needs_approval = False
        self._owe(50.0, MONDAY + timedelta(days=1))
        self.assertEqual(self._levels([8, 14]), {})
        self.assertEqual(reminder.state, "held")
        # It waits again, with what is due by then.
        self._run(MONDAY + timedelta(days=15))
        self.assertEqual((reminder.state, reminder.amount_total), ("waiting", 150.0))

    def test_the_dialog_asks_why_and_of_whom(self):
        reminder = self._wait()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._decide(reminder.action_skip(), reason=False)
        with (
            freeze_time(MONDAY + WEEK),
            self.assertRaisesRegex(UserError, "still to come"),
        ):
            self._decide(reminder.action_hold(), until=MONDAY)
        self.assertEqual(reminder.state, "waiting")
        action = reminder.action_skip()
        reader = new_test_user(
            self.env, login="looker", groups="account.group_account_readonly"
        )
        for user in (reader, self.buyer):
            wizards = self.env["portal.reminder.decision"].with_user(user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                wizards.with_context(**action["context"]).create({"reason": "Mine"})
        self.assertEqual(reminder.state, "waiting")

    def test_a_dialog_that_was_open_too_long_decides_nothing(self):
        reminder = self._wait()
        action = reminder.action_skip()
        reminder.action_approve()
        [sent] = self._run(MONDAY + WEEK)
        with self.assertRaisesRegex(UserError, "in the meantime"):
            self._decide(action)
        self.assertEqual((sent.state, sent.reason), ("sent", False))

    def test_several_are_put_on_hold_together(self):
        self._owe(50.0, partner=self.other_customer)
        self.other_customer.email = "office@southwind.example"
        reminders = self._wait()
        self.assertEqual(len(reminders), 2)
        self._decide(reminders.action_hold())
        self.assertEqual(set(reminders.mapped("state")), {"held"})
        self.assertEqual(reminders.mapped("decided_by_id"), self.clerk)

    def test_another_level_is_chosen(self):
        self.assertFalse(self._run(MONDAY + 3 * WEEK))
        reminder = self.reminders.with_user(self.clerk).search([])
        self.assertEqual(reminder.level_id, self.second)
        reminder.level_id = self.first
        self._run(MONDAY + 3 * WEEK)
        reminder.action_approve()
        self.assertEqual(self._tell(self._run(MONDAY + 3 * WEEK))[0][0], "first")
        # The second comes at the next chance, and not the first again.
        self.schedule.needs_approval = False
        self.assertEqual(self._levels([22, 28]), {28: ["second"]})

    def test_what_was_overdue_before_is_looked_at_first(self):
        self.schedule.needs_approval = False
        self.company.portal_reminders_since = MONDAY + WEEK
        reminder = self._wait()
        self.assertTrue(reminder.is_old)
        self.assertEqual(reminder.state, "waiting")
        reminder.action_approve()
        # From then on nobody has to look.
        self.assertEqual(self._levels([7, 21]), {7: ["first"], 21: ["second"]})

    def test_two_windows_decide_once(self):
        reminder = self._wait()
        reminder.action_approve()
        with self.assertRaisesRegex(UserError, "in the meantime"):
            reminder.action_approve()

    def test_nothing_else_is_edited_by_hand(self):
        reminder = self._wait()
        for values in ({"state": "sent"}, {"body": "x"}, {"partner_id": 1}):
            with self.subTest(values), self.assertRaises(AccessError):
                reminder.write(values)
        reader = new_test_user(
            self.env, login="reader", groups="account.group_account_readonly"
        )
        seen = reminder.with_user(reader)
        for decide in (seen.action_approve, seen.action_skip, seen.action_release):
            with self.subTest(decide), self.assertRaises(AccessError):
                decide()
        for user in (self.buyer, reader):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.reminders.with_user(user).action_look_now()
        with self.assertRaises(AccessError):
            self.reminders.with_user(self.buyer).search([])

    def test_switching_on_makes_a_schedule_once(self):
        self.assertEqual(self.schedule.level_ids.mapped("days"), [-3, 7, 21, 35])
        self.company.portal_reminders = False
        self.company.portal_reminders = True
        schedules = self.env["portal.reminder.schedule"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(schedules, self.schedule)

    def test_a_level_that_was_sent_is_archived(self):
        self.schedule.needs_approval = False
        self._run(MONDAY + WEEK)
        self.first.unlink()
        self.assertFalse(self.first.active)
        self.last.unlink()
        self.assertFalse(self.last.exists())
        self.assertEqual(self.schedule.level_ids, self.before | self.second)

    def test_another_company_decides_about_its_own(self):
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            login="other_clerk",
            groups="account.group_account_invoice",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        reminder = self._wait().with_user(stranger)
        self.assertFalse(reminder.search([]))
        with self.assertRaises(AccessError):
            reminder.action_approve()
        with self.assertRaisesRegex(UserError, "switched off"):
            reminder.browse().action_look_now()

    def test_looking_now_finds_what_came_today(self):
        self.schedule.needs_approval = False
        self._run(MONDAY + WEEK)
        self._owe(70.0, partner=self.other_customer)
        self.other_customer.email = "office@southwind.example"
        self.assertFalse(self._run(MONDAY + WEEK))
        with freeze_time(datetime.combine(MONDAY + WEEK, time(10))):
            self.reminders.with_user(self.clerk).action_look_now()
        [reminder] = self._run(MONDAY + WEEK)
        self.assertEqual(reminder.amount_total, 70.0)

    def test_odoo_s_own_follow_up_goes_first(self):
        self.schedule.needs_approval = False
        with patch.object(type(self.company), "_has_followup", lambda _company: True):
            self.assertFalse(self._run(MONDAY + WEEK))
            self.company.portal_reminders_instead = True
            self.assertEqual(len(self._run(MONDAY + WEEK)), 1)

    def test_a_customer_that_is_forgotten_stands_in_no_mail(self):
        self.schedule.needs_approval = False
        [reminder] = self._run(MONDAY + WEEK)
        self.assertIn("Northwind", reminder.body)
        self.customer.sudo()._forget_former_values("Unknown")
        self.assertEqual((reminder.subject, reminder.body), (False, False))

    def test_a_branch_that_is_joined_gets_one_reminder(self):
        self._owe(20.0, partner=self.branch)
        self.branch.email = "north@northwind.example"
        self._wait()
        self.branch.is_company = False
        self._run(MONDAY + WEEK + timedelta(days=1))
        waiting = self.reminders.search([("state", "=", "waiting")])
        self.assertEqual(waiting.partner_id, self.customer)
