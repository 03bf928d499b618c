"""The day of the next reminder reaches Odoo's follow-up of Enterprise."""

from datetime import timedelta

from odoo.addons.customer_portal.tests.reminder_case import MONDAY, ReminderCase


class TestFollowup(ReminderCase):
    def _get_day(self, company):
        return self.customer.sudo().with_company(company).followup_next_action_date

    def test_the_next_reminder_is_handed_over_for_its_company(self):
        other = self.setup_other_company()["company"]
        self._owe(100.0)
        self._run(MONDAY + timedelta(days=7))
        self.assertEqual(self._get_day(self.company), MONDAY + timedelta(days=21))
        self.assertFalse(self._get_day(other))

    def test_after_the_last_level_it_is_the_day_of_that(self):
        self._owe(100.0)
        self._run(MONDAY + timedelta(days=35))
        self.assertEqual(self._get_day(self.company), MONDAY + timedelta(days=35))
