"""What both sides see of the reminders of an invoice, and what a run costs."""

from datetime import datetime, time, timedelta
from unittest.mock import patch

from lxml import html

from odoo.tests import freeze_time

from ...tools.reminder import Pause
from ..common import PortalHttpCommon
from ..reminder_case import MONDAY, ReminderMixin

WEEK = timedelta(days=7)


class TestReminderPage(ReminderMixin, PortalHttpCommon):
    def _read(self, invoice, user, day):
        """Return the texts of the section on the page of an invoice, or None."""
        with freeze_time(datetime.combine(day, time(9))):
            self._sign_in(user)
            page = html.fromstring(self._get(f"/my/invoices/{invoice.id}").text)
            found = page.xpath("//div[@name='reminders']//dd")
            self.env.invalidate_all()
        return [" ".join(fact.text_content().split()) for fact in found] or None

    def _see(self, invoice, day):
        """Return what accounting sees on the invoice."""
        with freeze_time(datetime.combine(day, time(9))):
            self.env.invalidate_all()
            return [
                invoice.portal_reminder_last,
                invoice.portal_reminder_next,
                invoice.portal_reminder_pause,
            ]

    def test_last_and_next_are_seen_by_both_sides(self):
        invoice = self._owe(100.0)
        self._run(MONDAY + WEEK)
        first = "First reminder, 03/17/2036"
        second = "Second reminder, 03/31/2036"
        day = MONDAY + WEEK
        self.assertEqual(self._read(invoice, self.buyer, day), [first, second])
        self.assertEqual(self._see(invoice, day), [first, second, ""])

    def test_what_was_listed_beside_others_says_no_level_of_theirs(self):
        self._owe(100.0, MONDAY - 2 * WEEK)
        invoice = self._owe(50.0, MONDAY + WEEK - timedelta(days=2))
        [reminder] = self._run(MONDAY + WEEK)
        self.assertEqual((reminder.level_id, reminder.amount_total), (self.second, 150))
        self.assertEqual(
            self._read(invoice, self.buyer, MONDAY + WEEK),
            ["03/17/2036", "First reminder, 03/24/2036"],
        )

    def test_the_page_forgets_what_staff_have_changed(self):
        invoice = self._owe(100.0)
        calendar = self.company.resource_calendar_id

        def read():
            return self._read(invoice, self.buyer, MONDAY + timedelta(days=1))

        self.assertEqual(read(), ["First reminder, 03/17/2036"])
        holiday = {
            "calendar_id": calendar.id,
            "date_from": "2036-03-17 00:00:00",
            "date_to": "2036-03-17 23:59:59",
        }
        leave = self.env["resource.calendar.leaves"].create(holiday)
        self.assertEqual(read(), ["First reminder, 03/18/2036"])
        leave.unlink()
        self.assertEqual(read(), ["First reminder, 03/17/2036"])
        # Nobody works on Mondays.
        calendar.attendance_ids.filtered(lambda one: one.dayofweek == "0").unlink()
        self.assertEqual(read(), ["First reminder, 03/18/2036"])
        self.first.days = 9
        self.assertEqual(read(), ["First reminder, 03/19/2036"])
        self.schedule.active = False
        self.assertIsNone(read())

    def test_before_it_is_due_the_next_one_is_seen(self):
        invoice = self._owe(100.0)
        self.assertEqual(
            self._read(invoice, self.buyer, MONDAY - 2 * WEEK),
            ["Before it is due, 03/07/2036"],
        )

    def test_what_pauses_it_is_seen(self):
        invoice = self._owe(100.0)
        remittance = self._open_remittance({invoice: 100.0})
        remittance.state = "processing"
        self.assertEqual(
            self._read(invoice, self.buyer, MONDAY), ["Payment under way $ 100.00"]
        )
        self.assertEqual(
            self._see(invoice, MONDAY),
            ["", "", "Payment under way $\N{NO-BREAK SPACE}100.00"],
        )

    def test_several_pauses_of_parts_are_told_apart(self):
        invoice = self._owe(100.0)
        key = (invoice.id, self.customer.id, invoice.currency_id.id)
        until = MONDAY + timedelta(days=2)
        pauses = {
            key: [Pause("announced", 30.0), Pause("under_way", 50.0, until=until)]
        }
        with patch.object(
            type(invoice), "_get_reminder_pauses", lambda *_, **__: pauses
        ):
            self.assertEqual(
                self._see(invoice, MONDAY),
                [
                    "",
                    "Before it is due, 03/10/2036",
                    "Bank transfer announced $\N{NO-BREAK SPACE}30.00, "
                    "Payment under way $\N{NO-BREAK SPACE}50.00 until 03/12/2036",
                ],
            )
            self.assertEqual(
                self._read(invoice, self.buyer, MONDAY)[1:],
                [
                    "Bank transfer announced $ 30.00",
                    "Payment under way $ 50.00 until 03/12/2036",
                ],
            )
            [reminder] = self._run(MONDAY + WEEK)
        self.assertEqual(reminder.amount_total, 20.0)
        line = reminder.line_ids
        self.assertEqual(line.amount_paused, 80.0)
        self.assertEqual(line.pause_label, "Bank transfer announced, Payment under way")

    def test_the_reason_of_staff_is_not_seen(self):
        invoice = self._owe(100.0)
        self.schedule.needs_approval = True
        self._run(MONDAY + WEEK)
        self.reminders.search([])._hold("Their boss is a friend", False)
        self._sign_in(self.buyer)
        page = self._get(f"/my/invoices/{invoice.id}").text
        self.assertIn("On hold", page)
        self.assertNotIn("friend", page)
        invoice.no_followup = True
        self.assertEqual(self._read(invoice, self.buyer, MONDAY), ["None planned"])

    def test_who_has_the_link_alone_sees_nothing_of_it(self):
        invoice = self._owe(100.0)
        self._run(MONDAY + WEEK)
        self._sign_in(None)
        page = self._get(invoice.get_portal_url())
        self.assertIn(invoice.name, page.text)
        self.assertNotIn("First reminder", page.text)

    def test_nothing_is_shown_where_they_are_off(self):
        invoice = self._owe(100.0)
        self.company.portal_reminders = False
        self.assertIsNone(self._read(invoice, self.buyer, MONDAY))

    def test_export_of_a_person_has_the_reminders_to_it(self):
        self._owe(100.0)
        self.env["portal.contact.function"].create(
            {
                "partner_id": self.customer.id,
                "function": "reminders",
                "contact_id": self.buyer.partner_id.id,
            }
        )
        self._run(MONDAY + WEEK)
        for user, count in ((self.buyer, 1), (self.colleague, 0)):
            sections = user.with_user(user)._get_portal_data_sections(None)
            [section] = [one for one in sections if one.name == "reminders"]
            found = self.reminders.search(section.domain)
            self.assertEqual(len(found), count)

    # ------------------------------------------------------------
    # What it costs
    # ------------------------------------------------------------

    def _count_run(self, customers, documents):
        """Return how many queries making and sending the reminders of a day takes."""
        with self.env.cr.savepoint() as savepoint:
            partners = self.env["res.partner"].create(
                [
                    {"name": f"C{n}", "is_company": True, "email": f"c{n}@c.example"}
                    for n in range(customers)
                ]
            )
            for partner in partners:
                for _ in range(documents):
                    self._owe(10.0, partner=partner)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            day = MONDAY + WEEK
            with freeze_time(datetime.combine(day, time(9))):
                self.reminders._prepare_for(self.company, partners, day)
                self.env.flush_all()
                made = self.env.cr.sql_log_count - before
                reminders = self.reminders.search([("state", "=", "approved")])
                self.assertEqual(len(reminders), customers)
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                reminders.with_company(self.company)._send_of(self.company)
                self.env.flush_all()
                sent = self.env.cr.sql_log_count - before
            savepoint.rollback()
        self.env.invalidate_all()
        return made, sent

    def test_a_portion_costs_the_same_for_many_documents_and_customers(self):
        self._count_run(1, 1)  # what is remembered
        few = self._count_run(2, 1)
        self.assertEqual(few, self._count_run(2, 8))
        self.assertEqual(few, self._count_run(12, 2))

    def test_facts_of_an_invoice_cost_the_same_among_many(self):
        invoice = self._owe(100.0)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time(datetime.combine(MONDAY + WEEK, time(9))):
                self.assertTrue(invoice.sudo()._get_reminder_facts()["next"])
            return self.env.cr.sql_log_count - before

        self._run(MONDAY + WEEK)
        count()  # what is remembered
        alone = count()
        for day in range(20):
            self._owe(10.0, MONDAY - timedelta(days=day))
        self._run(MONDAY + 2 * WEEK)
        self.assertLessEqual(count(), alone)
        self.assertLessEqual(alone, 12)

    def test_the_page_of_an_invoice_costs_two_queries_and_none_where_they_are_off(self):
        invoice = self._owe(100.0)
        costs = {}
        for is_on in (False, True):
            self.company.portal_reminders = is_on
            for _twice in range(2):  # what is remembered
                self._read(invoice, self.buyer, MONDAY)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self._get(f"/my/invoices/{invoice.id}")
                costs[is_on] = self.env.cr.sql_log_count - before
        with patch.object(type(invoice), "_get_reminder_facts", lambda *_, **__: None):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get(f"/my/invoices/{invoice.id}")
            without = self.env.cr.sql_log_count - before
        self.assertEqual(costs[False], without)
        # One of them for the days of grace after a dispute.
        self.assertLessEqual(costs[True], without + 3)
