from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import ormcache

from ...tools.reminder import Rule, Step

# {days after the due date: mail template} of the schedule that is offered.
READY = {
    -3: "customer_portal.mail_template_reminder_before",
    7: "customer_portal.mail_template_reminder_first",
    21: "customer_portal.mail_template_reminder_second",
    35: "customer_portal.mail_template_reminder_last",
}


# What choosing and planning read.
PLAN_FIELDS = [
    "amount_least",
    "category_ids",
    "company_id",
    "days_between",
    "days_least",
    "is_usual",
    "level_ids",
    "needs_approval",
    "only_working_days",
]


class PortalReminderSchedule(models.Model):
    """When customers of one class are reminded, and of what not."""

    _name = "portal.reminder.schedule"
    _description = "Schedule of reminders"
    _inherit = ["portal.remembered.mixin"]
    _order = "company_id, is_usual, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    category_ids = fields.Many2many(
        "res.partner.category",
        string="Customers with one of these tags",
        help="The first schedule whose tag a customer has counts. Without tags it is "
        "for all other customers.",
    )
    is_usual = fields.Boolean("For all others", compute="_compute_is_usual", store=True)
    level_ids = fields.One2many("portal.reminder.level", "schedule_id", "Levels")
    amount_least = fields.Monetary(
        "Least amount",
        help="Nobody is reminded while less than this is due, after credits; in the "
        "company's currency.",
    )
    days_least = fields.Integer(
        "Least days overdue",
        help="What is overdue for less than this is left out of reminders.",
    )
    days_between = fields.Integer(
        "Days between two e-mails",
        default=7,
        help="A customer gets no other reminder in the same currency before that.",
    )
    only_working_days = fields.Boolean(
        "Only on working days",
        default=True,
        help="What falls on a day without work goes on the next working day of the "
        "company's calendar.",
    )
    needs_approval = fields.Boolean(
        "Accounting approves first",
        help="Each reminder waits under Invoicing > Customers > Reminders.",
    )
    attaches_statement = fields.Boolean(
        "Statement attached",
        default=True,
        help="As a PDF of what is open; otherwise the e-mail has a link to it.",
    )

    _usual_unique = models.UniqueIndex(
        "(company_id) WHERE is_usual AND active",
        "There is already a schedule for all other customers of this company.",
    )
    _bounds = models.Constraint(
        "CHECK (amount_least >= 0 AND days_least BETWEEN 0 AND 365"
        " AND days_between BETWEEN 1 AND 365)",
        "Amounts and days cannot be negative, and there is at least one day between "
        "two e-mails.",
    )

    @api.depends("category_ids")
    def _compute_is_usual(self):
        for schedule in self:
            schedule.is_usual = not schedule.category_ids

    @api.model
    def _make_ready(self, company):
        """Give a company that has no schedule the one that is offered; in sudo."""
        if self.with_context(active_test=False).search_count(
            [("company_id", "=", company.id)], limit=1
        ):
            return
        names = self._get_ready_names()
        schedule = self.create(
            {
                "name": self.env._("Usual schedule"),
                "company_id": company.id,
                "level_ids": [
                    fields.Command.create(
                        {
                            "days": days,
                            "name": names[days],
                            "template_id": self.env.ref(template).id,
                        }
                    )
                    for days, template in READY.items()
                ],
            }
        )
        for lang, _name in self.env["res.lang"].get_installed():
            names = self.with_context(lang=lang)._get_ready_names()
            for level in schedule.level_ids:
                level.with_context(lang=lang).name = names[level.days]

    def _get_ready_names(self):
        """Return what customers read of the levels of READY, in one language."""
        _ = self.env._
        return {
            -3: _("Before it is due"),
            7: _("First reminder"),
            21: _("Second reminder"),
            35: _("Last reminder"),
        }

    @api.model
    def _get_all(self, company):
        """Return the schedules of a company, those with tags first; in sudo."""
        return self.search_fetch([("company_id", "=", company.id)], PLAN_FIELDS)

    def _choose(self, customer):
        """Return which of these is for a customer, or none.

        :param self: of one company, those with tags first
        """
        tags = customer.category_id
        for schedule in self:
            if schedule.is_usual or schedule.category_ids & tags:
                return schedule
        return self.browse()

    @api.model
    @ormcache("company_id")
    def _get_rules(self, company_id):
        """Return the schedules of a company as Rules, in the order of `_get_all`.

        Remembered, for pages: they forecast, and who sends reads the schedules.
        """
        # sudo: when customers are reminded, which they may know
        company = self.env["res.company"].sudo().browse(company_id)
        schedules = self.sudo()._get_all(company)  # sudo: as above
        return tuple(
            Rule(
                frozenset(schedule.category_ids.ids),
                schedule.is_usual,
                schedule.days_between,
                schedule.days_least,
                schedule.only_working_days,
                tuple(schedule._get_steps()),
            )
            for schedule in schedules
        )

    def _get_steps(self):
        """Return the levels as Steps."""
        return [Step(level.days, level.id) for level in self.level_ids]

    def _rests(self, day):
        """Return whether no mail goes on a day."""
        return self.only_working_days and not self.company_id._is_working_day(day)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: also reminders of companies that this person does not see
        used = self.env["portal.reminder"].sudo()
        if used.search_count([("schedule_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("Reminders were sent by this schedule. Archive it instead.")
            )
