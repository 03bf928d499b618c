"""A seller that reminds, and days that pass."""

from contextlib import nullcontext
from datetime import date, datetime, time, timedelta

from odoo.tests import HttpCase, freeze_time

from .common import PortalCommon

MONDAY = date(2036, 3, 10)
SHORT = {
    "Before it is due": "before",
    "First reminder": "first",
    "Second reminder": "second",
    "Last reminder": "last",
}


class ReminderMixin:
    """With the ready schedule: 3 days before, 7, 21 and 35 days after the due date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reminders = cls.env["portal.reminder"].sudo()
        cls.company.portal_reminders = True
        cls.company.portal_reminders_since = date(2035, 1, 1)
        cls.schedule = cls.env["portal.reminder.schedule"].search(
            [("company_id", "=", cls.company.id)]
        )
        cls.schedule.attaches_statement = False
        cls.before, cls.first, cls.second, cls.last = cls.schedule.level_ids.sorted(
            "days"
        )
        cls.customer.email = "office@northwind.example"

    @classmethod
    def _owe(cls, amount, due=MONDAY, **values):
        """Return a posted invoice that is due on a day."""
        with freeze_time(MONDAY - timedelta(days=30)):
            return cls._create_posted_invoice(
                amount, days_overdue=(cls.today - due).days, **values
            )

    def _run(self, day=MONDAY):
        """Run the scheduled action on a day, and return what it sent."""
        before = self.reminders.search([("state", "=", "sent")])
        cron = self.env.ref("customer_portal.cron_reminders")
        with freeze_time(datetime.combine(day, time(9))), self._as_scheduled():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        return self.reminders.search([("state", "=", "sent")], order="id") - before

    def _as_scheduled(self):
        """Return a context in which scheduled actions see what a test has made."""
        if isinstance(self, HttpCase):
            return nullcontext()
        return self.enter_registry_test_mode()

    def _tell(self, reminders):
        """Return what reminders say, short: [(level, total, documents)]."""
        return [
            (
                SHORT[reminder.level_id.name],
                reminder.amount_total,
                sorted(
                    reminder.line_ids.filtered("amount").mapped(
                        lambda line: line.move_id.name
                    )
                ),
            )
            for reminder in reminders
        ]

    def _levels(self, days):
        """Run on days after Monday, and return {day: [levels]} where mails went."""
        sent = {}
        for day in days:
            for one in self._run(MONDAY + timedelta(days=day)):
                sent.setdefault(day, []).append(SHORT[one.level_id.name])
        return sent

    def _mails(self):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("subject", "ilike", "overdue")], order="id")
        )


class ReminderCase(ReminderMixin, PortalCommon):
    pass
