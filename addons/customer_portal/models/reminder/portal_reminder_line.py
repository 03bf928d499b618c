from odoo import fields, models


class PortalReminderLine(models.Model):
    """What a reminder says of one instalment."""

    _name = "portal.reminder.line"
    _description = "Installment of a reminder"
    _order = "date_due, id"

    reminder_id = fields.Many2one(
        "portal.reminder", required=True, ondelete="cascade", index=True
    )
    move_id = fields.Many2one(
        "account.move", "Document", required=True, ondelete="cascade", index=True
    )
    item_id = fields.Many2one(
        "account.move.line", "Installment", ondelete="set null", index=True
    )
    currency_id = fields.Many2one(related="reminder_id.currency_id")
    date_due = fields.Date("Due date", required=True)
    amount = fields.Monetary("To pay", help="What is open and not paused.")
    amount_paused = fields.Monetary("Left out")
    pause = fields.Char(help="Why it is left out: codes.")
    pause_label = fields.Char("Why", compute="_compute_pause_label")
    days_late = fields.Integer("Days overdue", compute="_compute_days_late")
    level_id = fields.Many2one(
        "portal.reminder.level",
        "Level reached",
        ondelete="set null",
        help="None: it is listed, and its next level is still to come.",
    )
    # What makes a second mail of a level impossible, also when schedules change.
    days = fields.Integer("Days of the level")
    is_counted = fields.Boolean()

    _item_days_unique = models.UniqueIndex("(item_id, days) WHERE is_counted")
    _item_level_unique = models.UniqueIndex("(item_id, level_id) WHERE is_counted")

    def _compute_pause_label(self):
        labels = self.env["account.move"]._get_reminder_pause_labels()
        for line in self:
            codes = (line.pause or "").split(",")
            line.pause_label = ", ".join(filter(None, map(labels.get, codes)))

    def _compute_days_late(self):
        days = {
            company: company._get_accounting_day()
            for company in self.reminder_id.company_id
        }
        for line in self:
            reminder = line.reminder_id
            day = reminder.sent_day or days[reminder.company_id]
            line.days_late = (day - line.date_due).days

    def _get_when(self):
        """Return since when it is overdue, or when it is due, in words."""
        _ = self.env._
        late = self.days_late
        near = {1: _("1 day overdue"), 0: _("due today"), -1: _("due tomorrow")}
        if late in near:
            return near[late]
        if late > 0:
            return _("%s days overdue", late)
        return _("due in %s days", -late)
