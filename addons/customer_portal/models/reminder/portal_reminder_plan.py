"""What is due, to whom a reminder of it goes now, and with which level."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.fields import Command, Domain

from ...tools.reminder import Plan, Step, get_next, get_reached, take_off
from .portal_reminder import DONE, FOLLOWING, OPEN

ITEM_FIELDS = (
    "move_id",
    "partner_id",
    "currency_id",
    "date_maturity",
    "amount_residual",
    "amount_residual_currency",
    "no_followup",
)


class PortalReminder(models.Model):
    _inherit = "portal.reminder"

    @api.model
    def _prepare_for(self, company, customers, day):
        """Make the reminders of a day, and bring those up to date that wait.

        In sudo and once or often, with a constant number of queries: what was sent,
        skipped or waits already is not made again.

        :param company: the seller; what it is owed is looked at, and no more
        :param customers: commercial partners
        :return: how many were made
        """
        company_self = self.with_company(company)
        customers = customers.with_company(company)
        schedules = company_self._get_schedules_of(company, customers)
        resting = {one for one in set(schedules.values()) if one._rests(day)}
        awake = customers.filtered(
            lambda customer: schedules.get(customer) not in resting
        )
        plans = company_self._plan(company, schedules, awake, day)
        reminders = company_self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", awake.ids),
                ("state", "in", OPEN),
            ]
        )
        gone = reminders.browse()
        for reminder in reminders:
            plan = plans.pop((reminder.partner_id, reminder.currency_id), None)
            if reminder.state not in FOLLOWING:
                continue
            if plan:
                reminder._follow(plan, day)
            else:
                gone += reminder
        gone.unlink()
        following = (reminders - gone).filtered(lambda one: one.state in FOLLOWING)
        customers = following.partner_id.union(*(customer for customer, _ in plans))
        recipients = company_self._get_recipients_of(customers)
        made = company_self.create(
            [
                company_self._prepare_reminder(company, key, plan, day, recipients)
                for key, plan in plans.items()
            ]
        )
        following._set_recipients(recipients)
        (made | following)._find_next(day)
        (made | following.filtered(lambda one: one.state == "failed"))._let_go()
        return len(made)

    @staticmethod
    def _prepare_reminder(company, key, plan, day, recipients):
        """Return the values of a reminder.

        :param key: (customer, currency)
        :param dict recipients: of `_get_recipients_of`
        """
        customer, currency = key
        return {
            "company_id": company.id,
            "partner_id": customer.id,
            "currency_id": currency.id,
            "schedule_id": plan.schedule.id,
            "level_id": plan.step.level_id,
            "day": day,
            "state": "waiting",
            "is_old": plan.is_old,
            "amount_credit": plan.credit,
            "recipient_ids": [Command.set(recipients[customer].ids)],
            "line_ids": [Command.create(values) for values in plan.lines],
        }

    def _let_go(self):
        """Approve new reminders that nobody has to look at."""
        free = self.filtered(
            lambda one: not one.schedule_id.needs_approval and not one.is_old
        )
        lacking = free.filtered("lacks_address")
        lacking.write(
            {"state": "failed", "reason": self.env._("Nobody has an e-mail address.")}
        )
        (free - lacking).write({"state": "approved", "reason": False})

    def _follow(self, plan, day):
        """Take over what is due today; a level that accounting chose stays."""
        self.ensure_one()
        step = Step(self.level_id.days, self.level_id.id)
        lines = [dict(values) for values in plan.lines]
        if self.is_level_chosen and self.level_id.schedule_id == plan.schedule:
            for values in lines:
                if values["is_counted"]:
                    values |= {"level_id": step.level_id, "days": step.days}
        else:
            step = plan.step
        self.amount_credit = plan.credit
        if lines == [self._read_line(line) for line in self.line_ids]:
            return
        self.line_ids.unlink()
        self.write(
            {
                "schedule_id": plan.schedule.id,
                "level_id": step.level_id,
                "is_old": plan.is_old,
                "day": day,
                "line_ids": [Command.create(values) for values in lines],
            }
        )

    @staticmethod
    def _read_line(line):
        return {
            "item_id": line.item_id.id,
            "move_id": line.move_id.id,
            "date_due": line.date_due,
            "amount": line.amount,
            "amount_paused": line.amount_paused,
            "pause": line.pause,
            "level_id": line.level_id.id,
            "days": line.days,
            "is_counted": line.is_counted,
        }

    def _shrink(self, plan):
        """Leave out what was paid, or is paused, since this was approved.

        Nothing comes in that accounting has not seen. In sudo.

        :param plan: of today, or None when there is nothing to remind of
        """
        self.ensure_one()
        today = {values["item_id"]: values for values in plan.lines} if plan else {}
        self.amount_credit = plan.credit if plan else 0.0
        for line in self.line_ids:
            values = today.get(line.item_id.id)
            if not values:
                line.unlink()
                continue
            line.write(
                {
                    "is_counted": line.is_counted and values["amount"] > 0,
                    **{
                        name: values[name]
                        for name in ("amount", "amount_paused", "pause")
                    },
                }
            )
        if not any(line.is_counted for line in self.line_ids):
            self.line_ids.unlink()
            self.state = "cancelled"

    # ------------------------------------------------------------
    # The plan
    # ------------------------------------------------------------

    def _get_schedules_of(self, company, customers):
        """Return {customer: schedule} of those who are reminded at all."""
        schedules = self.env["portal.reminder.schedule"]._get_all(company)
        customers.fetch(["category_id", "portal_no_reminders"])
        chosen = {
            customer: schedules._choose(customer)
            for customer in customers
            if not customer.portal_no_reminders
        }
        return {customer: schedule for customer, schedule in chosen.items() if schedule}

    def _plan(self, company, schedules, customers, day):
        """Return what these customers are to be reminded of on a day.

        What waits for accounting counts as not sent. In sudo, with a constant number
        of queries, and in the company's own rights: nothing of another seller.

        :param dict schedules: of `_get_schedules_of`
        :return: {(customer, currency): Plan}
        """
        customers = customers.filtered(lambda customer: customer in schedules)
        if not customers:
            return {}
        steps = {
            schedule: schedule._get_steps() for schedule in set(schedules.values())
        }
        first = min((step.days for some in steps.values() for step in some), default=0)
        owed, credits_ = self._get_items(
            company, customers, day + timedelta(days=max(-first, 0))
        )
        done = self._get_done(owed.ids)
        last = self._get_last_days(company, customers)
        pauses = owed.move_id._get_reminder_pauses()
        plans = {}
        groups = owed.grouped(
            lambda item: (item.partner_id.commercial_partner_id, item.currency_id)
        )
        for key, items in groups.items():
            customer, _currency = key
            schedule = schedules[customer]
            sent = last.get(key)
            if sent and day < sent + timedelta(days=schedule.days_between):
                continue
            plan = Plan(schedule, credit=-credits_[key][0] if key in credits_ else 0.0)
            for values in self._prepare_lines(key, items, pauses):
                item = values.pop("item")
                del values["shares"]
                self._add_line(plan, item, values, steps[schedule], done, day)
            plan.lines = self._filtered_by_text(plan, day)
            is_enough = self._is_enough(plan, items, credits_.get(key, (0.0, 0.0)))
            plan.lines.sort(key=lambda values: (values["date_due"], values["item_id"]))
            if plan.step and is_enough:
                since = company.portal_reminders_since
                plan.is_old = any(
                    values["date_due"] < since and not done.get(values["item_id"])
                    for values in plan.lines
                    if since and values["amount"]
                )
                plans[key] = plan
        return plans

    def _get_items(self, company, customers, until):
        """Return the open items that are owed, and what there is in their favour.

        :param until: owed until this day
        :return: (account.move.line that are owed, the oldest first,
            {(customer, currency): (credits in the currency, and in the company's)})
        """
        lines = self.env["account.move.line"].with_context(
            allowed_company_ids=company.ids
        )
        moves = self.env["account.move"]
        domain = (
            Domain("partner_id.commercial_partner_id", "in", customers.ids)
            & Domain("company_id", "=", company.id)
            & Domain.custom(to_sql=moves._get_open_item_sql)
        )
        owed = lines.search_fetch(
            domain
            & Domain("amount_residual_currency", ">", 0)
            # A residue of exchange cannot be paid.
            & Domain("amount_residual", "!=", 0)
            & Domain("date_maturity", "<=", until),
            ITEM_FIELDS,
            order="date_maturity, id",
        )
        owed.partner_id.fetch(["commercial_partner_id"])
        credits_ = defaultdict(lambda: (0.0, 0.0))
        for partner, currency, amount, own in lines._read_group(
            domain & Domain("amount_residual_currency", "<", 0),
            ["partner_id", "currency_id"],
            ["amount_residual_currency:sum", "amount_residual:sum"],
        ):
            key = (partner.commercial_partner_id, currency)
            sums = credits_[key]
            credits_[key] = (sums[0] + amount, sums[1] + own)
        return owed, credits_

    def _get_done(self, item_ids):
        """Return {item id: {Step}} of what was sent or skipped of these items."""
        done = defaultdict(set)
        for item, level, days, _count in self.env["portal.reminder.line"]._read_group(
            [
                ("item_id", "in", item_ids),
                ("is_counted", "=", True),
                ("reminder_id.state", "in", DONE),
            ],
            ["item_id", "level_id", "days"],
            ["__count"],
        ):
            done[item.id].add(Step(days, level.id))
        return done

    def _get_last_days(self, company, customers):
        """Return {(customer, currency): day of the last reminder}."""
        rows = self._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", customers.ids),
                ("state", "=", "sent"),
            ],
            ["partner_id", "currency_id"],
            ["sent_day:max"],
        )
        return {(customer, currency): day for customer, currency, day in rows}

    def _prepare_lines(self, key, items, pauses):
        """Yield values of a line for each item: what of it is left, and what paused.

        Besides them item, and shares: [(Pause, amount)] of those that people read of.

        :param key: (customer, currency)
        :param items: what the customer owes, the oldest first
        :param dict pauses: of `_get_reminder_pauses`
        """
        customer, currency = key
        for move, own in items.grouped("move_id").items():
            amounts = own.mapped("amount_residual_currency")
            left, taken = take_off(
                amounts, pauses.get((move.id, customer.id, currency.id), ())
            )
            for item, amount, shares in zip(own, left, taken, strict=True):
                if item.no_followup:
                    continue
                shown = [share for share in shares if not share[0].is_hidden]
                codes = dict.fromkeys(pause.code for pause, _part in shown)
                yield {
                    "item": item,
                    "shares": shown,
                    "item_id": item.id,
                    "move_id": move.id,
                    "date_due": item.date_maturity,
                    "amount": currency.round(amount),
                    "amount_paused": currency.round(sum(part for _, part in shown)),
                    "pause": ",".join(codes) or False,
                }

    def _add_line(self, plan, item, values, steps, done, day):
        """Add what a reminder says of one item, if it says anything."""
        late = (day - item.date_maturity).days
        is_late = late > 0 and late >= plan.schedule.days_least
        step = None
        if values["amount"] and (late <= 0 or is_late):
            step = get_reached(steps, late, done.get(item.id, ()))
        if not (step or (is_late and (values["amount"] or values["pause"]))):
            return
        plan.lines.append(
            {
                **values,
                "level_id": step.level_id if step else False,
                "days": step.days if step else 0,
                "is_counted": bool(step),
            }
        )
        if step:
            plan.step = max(plan.step or step, step)

    @staticmethod
    def _filtered_by_text(plan, day):
        """Return the lines that fit the text: before it is due, nothing is overdue.

        It was reminded of, or is to be, with a level of its own.
        """
        if plan.step and plan.step.days <= 0:
            return [values for values in plan.lines if values["date_due"] >= day]
        return plan.lines

    @staticmethod
    def _is_enough(plan, items, credit):
        """Return whether what is due, less credits, is worth a reminder.

        :param items: what the customer owes
        :param credit: (in the currency, in the company's), negative
        """
        residuals = {
            item.id: (item.amount_residual_currency, item.amount_residual)
            for item in items
        }
        amount = own = 0.0
        for values in plan.lines:
            residual, residual_own = residuals[values["item_id"]]
            amount += values["amount"]
            own += residual_own * values["amount"] / residual
        schedule = plan.schedule
        currency = items.currency_id
        return (
            currency.compare_amounts(amount + credit[0], 0) > 0
            and schedule.currency_id.compare_amounts(
                own + credit[1], schedule.amount_least
            )
            >= 0
        )

    def _get_next_of(self, company, rule, planned, done, last_day):
        """Return (id of the level, day) of the next reminder of an invoice, or None.

        In sudo, and without a query where the days off are remembered.

        :param rule: a Rule
        :param planned: of `_prepare_lines`
        :param dict done: of `_get_done`
        :param last_day: of the last reminder in the currency, or None
        """
        first = company._get_accounting_day()
        if last_day:
            first = max(first, last_day + timedelta(days=rule.days_between))
        find = (
            company._get_working_day_finder()
            if rule.only_working_days
            else lambda one: one
        )
        found = [
            get_next(
                rule.steps,
                values["date_due"],
                done.get(values["item_id"], ()),
                self._get_first_day(rule, values["date_due"], first),
                find,
            )
            for values in planned
            if values["amount"] and values["date_due"]
        ]
        step, moment = min(
            filter(None, found), key=lambda one: (one[1], one[0]), default=(None, None)
        )
        return (step.level_id, moment) if step else None

    @staticmethod
    def _get_first_day(rule, due, first):
        """Return from when on an item is reminded of: not while it is hardly late."""
        if due < first:
            return max(first, due + timedelta(days=rule.days_least))
        return first
