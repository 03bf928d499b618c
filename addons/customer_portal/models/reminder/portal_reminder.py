"""A reminder of what a customer owes, and accounting's desk for it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

# Not sent, skipped or given up yet: a customer has one of them in a currency.
OPEN = ("waiting", "held", "approved", "failed")
# Made anew each day, with what is due then.
FOLLOWING = ("waiting", "failed")
# Its levels are done.
DONE = ("sent", "skipped")


class PortalReminder(models.Model):
    """One mail to a customer about all that is due in a currency to a company."""

    _name = "portal.reminder"
    _description = "Payment reminder"
    _inherit = ["portal.held.mixin"]
    _order = "day desc, id desc"
    _rec_name = "partner_id"

    # Who takes a customer over gets its papers.
    _portal_customer_fields = {"partner_id": None}

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    schedule_id = fields.Many2one(
        "portal.reminder.schedule",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    level_id = fields.Many2one(
        "portal.reminder.level",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('schedule_id', '=', schedule_id)]",
    )
    is_level_chosen = fields.Boolean("Level chosen by accounting", readonly=True)
    day = fields.Date("Since", required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("waiting", "To approve"),
            ("held", "On hold"),
            ("approved", "To be sent"),
            ("sent", "Sent"),
            ("skipped", "Skipped"),
            ("cancelled", "Nothing left to remind of"),
            ("failed", "Could not be sent"),
        ],
        "Status",
        required=True,
        readonly=True,
        index=True,
    )
    is_old = fields.Boolean(
        "Overdue before",
        readonly=True,
        help="Something of it was overdue before reminders were switched on.",
    )
    line_ids = fields.One2many("portal.reminder.line", "reminder_id", readonly=True)
    amount_total = fields.Monetary(
        "To pay", compute="_compute_amounts", store=True, readonly=True
    )
    amount_overdue = fields.Monetary(
        "Overdue", compute="_compute_amounts", store=True, readonly=True
    )
    amount_credit = fields.Monetary(
        "Open credits", readonly=True, help="What is open in the customer's favor."
    )
    days_late = fields.Integer(
        "Days overdue",
        compute="_compute_days_late",
        help="Of the oldest installment in it.",
    )
    recipient_ids = fields.Many2many(
        "res.partner", string="Recipients", readonly=True, copy=False
    )
    lacks_address = fields.Boolean(compute="_compute_lacks_address")
    held_until = fields.Date("On hold until", readonly=True)
    reason = fields.Char(readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_on = fields.Datetime("Decided on", readonly=True)
    sent_on = fields.Datetime("Sent on", readonly=True)
    sent_day = fields.Date(
        "Day", readonly=True, index=True, help="Of the company's books."
    )
    next_level_id = fields.Many2one(
        "portal.reminder.level", "Next level", readonly=True, ondelete="set null"
    )
    next_on = fields.Date("Next one", readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Html(
        "E-mail", readonly=True, sanitize=False, help="As it was sent, without keys."
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    preview_subject = fields.Char(compute="_compute_preview")

    _open_unique = models.UniqueIndex(
        "(company_id, partner_id, currency_id)"
        " WHERE state IN ('waiting', 'held', 'approved', 'failed')"
    )

    @api.depends("line_ids.amount", "line_ids.date_due", "day", "sent_day")
    def _compute_amounts(self):
        for reminder in self:
            day = reminder.sent_day or reminder.day
            lines = reminder.line_ids
            late = lines.filtered(lambda line, day=day: line.date_due < day)
            reminder.amount_total = sum(lines.mapped("amount"))
            reminder.amount_overdue = sum(late.mapped("amount"))

    @api.depends("line_ids")
    def _compute_days_late(self):
        for reminder in self:
            reminder.days_late = max(reminder.line_ids.mapped("days_late"), default=0)

    @api.depends("recipient_ids")
    def _compute_lacks_address(self):
        for reminder in self:
            reminder.lacks_address = not reminder.recipient_ids

    @api.depends("partner_id", "currency_id", "level_id")
    def _compute_display_name(self):
        for reminder in self:
            # sudo: which customer it is; accounting sees the reminder
            name = reminder.sudo().partner_id.display_name
            reminder.display_name = f"{name}, {reminder.level_id.name}"

    def _mail_get_companies(self, default=False):
        """Override: the seller to whom it is owed."""
        return {reminder.id: reminder.company_id for reminder in self}

    # ------------------------------------------------------------
    # The desk
    # ------------------------------------------------------------

    def write(self, vals):
        """Extend: by hand only the level is chosen, while it is not sent.

        :raise AccessError: for anything else
        """
        if not self.env.su:
            if set(vals) - {"level_id"}:
                raise AccessError(self.env._("Reminders cannot be edited by hand."))
            self._choose_level(
                self.env["portal.reminder.level"].browse(vals["level_id"])
            )
            return True
        return super().write(vals)

    def _choose_level(self, level):
        """Send another level than the one that was reached.

        :raise UserError: when it was sent already, or another schedule has it
        """
        self.check_access("write")
        for reminder in self.sudo():  # sudo: the right was checked
            if not reminder._take([*FOLLOWING, "held"]):
                raise UserError(
                    self.env._("%s is no longer waiting.", reminder.display_name)
                )
            if level.schedule_id != reminder.schedule_id:
                raise UserError(self.env._("Choose a level of the same schedule."))
            counted = reminder.line_ids.filtered("is_counted")
            before = self.env["portal.reminder.line"].sudo()  # sudo: as above
            if before.search_count(
                [
                    ("item_id", "in", counted.item_id.ids),
                    ("reminder_id", "!=", reminder.id),
                    ("is_counted", "=", True),
                    ("days", ">=", level.days),
                ],
                limit=1,
            ):
                raise UserError(
                    self.env._("This level, or a later one, was already sent.")
                )
            counted.write({"level_id": level.id, "days": level.days})
            reminder.write({"level_id": level.id, "is_level_chosen": True})

    def _decide(self, state, states, **values):
        """Set the state of those that are in one of some states, under lock.

        :raise AccessError: for those who may not decide
        :raise UserError: when somebody was quicker
        """
        self.check_access("write")
        reminders = self.sudo()  # sudo: the right to decide was just asked
        for reminder in reminders:
            if not reminder._take(states):
                raise UserError(
                    self.env._(
                        "%s was decided about in the meantime.", reminder.display_name
                    )
                )
        reminders.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "held_until": False,
                **values,
            }
        )

    def action_approve(self):
        """Send these reminders, on the next day on which mails go.

        :raise UserError: when nobody has an address
        """
        self._decide("approved", [*FOLLOWING, "held"], reason=False)
        self._check_recipients()
        self.env["portal.reminder.run"]._wake_up()

    def _check_recipients(self):
        # sudo: the right to decide was asked
        reminders = self.sudo()
        reminders._set_recipients(reminders._get_recipients_of(reminders.partner_id))
        if lacking := reminders.filtered("lacks_address")[:1]:
            raise UserError(
                self.env._(
                    "Nobody of %s has an e-mail address.",
                    lacking.partner_id.display_name,
                )
            )

    def action_release(self):
        """Take these off hold: the next run makes them anew."""
        self._decide("waiting", ["held"], reason=False)

    def action_skip(self):
        """Ask why these are not sent."""
        return self._ask_why("skip", self.env._("Skip"))

    def action_hold(self):
        """Ask why these are to wait."""
        return self._ask_why("hold", self.env._("Put on hold"))

    def _ask_why(self, decision, title):
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "portal.reminder.decision",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_decision": decision,
                "default_reminder_ids": [Command.set(self.ids)],
            },
        }

    def _skip(self, reason):
        """Do not send this level; the next one comes at its time."""
        self._decide("skipped", [*FOLLOWING, "held", "approved"], reason=reason)

    def _hold(self, reason, until):
        """Remind the customer of nothing in this currency, until a day or for good.

        :raise UserError: when the day is over
        """
        if until and until < max(
            company._get_accounting_day() for company in self.company_id
        ):
            raise UserError(self.env._("Choose a day that is still to come."))
        self._decide("held", [*FOLLOWING, "approved"], reason=reason, held_until=until)

    @api.model
    def action_look_now(self):
        """Look for what is due now, and not only in the next night.

        :raise UserError: when the company has not switched reminders on
        """
        self.check_access("write")
        company = self.env.company
        if not company._sends_reminders():
            raise UserError(
                self.env._(
                    "Reminders are switched off for %s. Switch them on in the settings "
                    "of the customer portal.",
                    company.name,
                )
            )
        self.env["portal.reminder.run"]._ask(company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Reminders are being prepared."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_documents(self):
        """Show the documents of this reminder."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Documents"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": Domain("id", "in", self.line_ids.move_id.ids),
            "context": {"create": False},
        }

    @api.model
    def _end_holds(self):
        """Take those off hold whose last day is over (scheduled)."""
        for company in self.env["res.company"]._get_reminding():
            self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "held"),
                    ("held_until", "<", company._get_accounting_day()),
                ]
            ).write({"state": "waiting", "held_until": False})
