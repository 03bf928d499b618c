"""Schedules of reminders, those that were sent, and those that wait on the desk."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

from . import plan


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _load_reminders(self, today=None):
        """Remind customers as if they had been reminded for some months."""
        demo = self.with_context(demo_today=today or fields.Date.context_today(self))
        company = demo.env.company
        company.portal_reminders = True
        company.portal_reminders_since = demo._day(plan.REMINDERS_SINCE)
        usual = demo.env["portal.reminder.schedule"]._get_all(company)
        usual.needs_approval = True
        special = demo._create_special_schedule()
        # Nobody reads the attachments of mails that are not sent.
        schedules = usual | special
        schedules.attaches_statement = False
        for age in plan.REMINDER_AGES:
            demo._remind(age)
        schedules.attaches_statement = True
        demo._let_reminders_wait()

    def _create_special_schedule(self):
        name = "Key accounts"
        tag = self.env["res.partner.category"].create({"name": name})
        self._ref(plan.KEY_ACCOUNT).category_id = [Command.link(tag.id)]
        template = self._ref("mail_template_reminder_first")
        return self.env["portal.reminder.schedule"].create(
            {
                "name": name,
                "category_ids": [Command.set(tag.ids)],
                "needs_approval": True,
                "level_ids": [
                    Command.create(
                        {
                            "days": days,
                            "name": level,
                            "next_step": text,
                            "template_id": template.id,
                        }
                    )
                    for days, level, text in plan.KEY_ACCOUNT_LEVELS
                ],
            }
        )

    def _remind(self, age):
        """Send what was due on a day; the mails stay, and nobody gets them."""
        customers = self.env["res.partner"].union(
            *(self._ref(key) for key in plan.CUSTOMERS if key != plan.NOT_REMINDED)
        )
        company = self.env.company
        day = self._working_day(age)
        reminders = self.env["portal.reminder"].with_company(company)
        reminders._prepare_for(company, customers, day)
        waiting = reminders.search([("state", "=", "waiting")])
        if not waiting:
            return
        mails = self.env["mail.mail"]
        last = mails.search([], order="id desc", limit=1)
        waiting.write({"state": "approved", "decided_by_id": self.env.uid})
        waiting._send_of(company, day)
        waiting.write({"sent_on": self._moment(age)})
        mails.search([("id", ">", last.id)]).unlink()

    def _let_reminders_wait(self):
        """Make what waits for accounting today; one is on hold."""
        reminders = self.env["portal.reminder"]
        customers = self.env["res.partner"].union(*map(self._ref, plan.CUSTOMERS))
        reminders._prepare_for(self.env.company, customers, self._working_day(0))
        held = self._ref(plan.NOT_REMINDED)
        reminders.search(
            [("state", "=", "waiting"), ("partner_id", "=", held.id)]
        )._hold(plan.HOLD_REASON, False)

    def _working_day(self, age):
        """Return a day, or the last working day before it."""
        day = self._day(age)
        while not self.env.company._is_working_day(day):
            day -= timedelta(days=1)
        return day
