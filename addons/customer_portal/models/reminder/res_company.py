from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import ormcache
from odoo.tools.date_utils import end_of

SEARCHED_DAYS = 45  # for the next working day

# What `_sends_reminders` and `_get_days_off_in` remember.
FORGETTING = {"portal_reminders", "portal_reminders_instead", "resource_calendar_id"}


class ResCompany(models.Model):
    _inherit = "res.company"

    portal_reminders = fields.Boolean(
        "Payment reminders",
        groups="base.group_user",
        help="The portal reminds customers of what is due, by your schedule.",
    )
    portal_reminders_since = fields.Date(
        "Reminders since",
        readonly=True,
        groups="base.group_user",
        help="What was overdue before is sent only when accounting has approved it.",
    )
    portal_reminders_instead = fields.Boolean(
        "Instead of Odoo's follow-up",
        groups="base.group_user",
        help="Odoo's follow-up of Enterprise is installed. Two systems would remind "
        "customers twice: switch its automatic e-mails off, then choose this.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: a schedule is there when reminders are switched on."""
        companies = super().create(vals_list)
        companies.filtered("portal_reminders")._begin_reminders()
        return companies

    def write(self, vals):
        """Extend: likewise."""
        before = self.filtered("portal_reminders")
        result = super().write(vals)
        if FORGETTING & vals.keys():
            self.env.registry.clear_cache()
        if vals.get("portal_reminders"):
            (self - before)._begin_reminders()
        return result

    def _begin_reminders(self):
        for company in self:
            # sudo: who may change the company may begin with the offered schedule
            schedules = self.env["portal.reminder.schedule"].sudo()
            schedules._make_ready(company)
            company.portal_reminders_since = company._get_accounting_day()

    def _has_followup(self):
        """Return whether Odoo's own follow-up is there, which is in Enterprise."""
        return "account_followup.followup.line" in self.env

    @ormcache("self.id")
    def _sends_reminders(self):
        """Return whether the portal reminds customers of this company; remembered."""
        self.ensure_one()
        company = self.sudo()  # sudo: that the seller reminds is no secret
        return company.portal_reminders and (
            not company._has_followup() or company.portal_reminders_instead
        )

    @api.model
    def _get_reminding(self):
        """Return the companies that remind their customers; in sudo."""
        companies = self.search([("portal_reminders", "=", True)])
        return companies.filtered(lambda company: company._sends_reminders())

    # ------------------------------------------------------------
    # Working days
    # ------------------------------------------------------------

    def _get_days_off(self, first, last):
        """Return the days without work between two days, by the company's calendar."""
        days = [
            first + timedelta(days=count) for count in range((last - first).days + 1)
        ]
        # sudo: when the seller works
        calendar = self.sudo().resource_calendar_id
        if not calendar:
            return {day for day in days if day.weekday() > 4}
        # A day more on both sides, whatever the zone of the calendar.
        off = calendar._get_unusual_days(
            datetime.combine(first - timedelta(days=1), time.min),
            datetime.combine(last + timedelta(days=2), time.min),
            company_id=self,
        )
        return {day for day in days if off.get(fields.Date.to_string(day))}

    @ormcache("self.id", "first")
    def _get_days_off_in(self, first):
        """Return the days without work of the month that begins on a day.

        Remembered, for pages: they forecast, and who sends asks `_is_working_day`.
        """
        return frozenset(self._get_days_off(first, end_of(first, "month")))

    def _is_working_day(self, day):
        return not self._get_days_off(day, day)

    def _get_working_day_finder(self):
        """Return a function of a day: it, or the first working day after it."""

        def find(day):
            for count in range(SEARCHED_DAYS):
                later = day + timedelta(days=count)
                if later not in self._get_days_off_in(later.replace(day=1)):
                    return later
            return day

        return find
