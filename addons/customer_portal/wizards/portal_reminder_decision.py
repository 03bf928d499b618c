"""Why reminders are skipped, or put on hold."""

from odoo import fields, models


class PortalReminderDecision(models.TransientModel):
    _name = "portal.reminder.decision"
    _description = "Decision about reminders"

    decision = fields.Selection(
        [("skip", "Skip"), ("hold", "Put on hold")], required=True
    )
    reminder_ids = fields.Many2many("portal.reminder", required=True)
    reason = fields.Char(required=True)
    until = fields.Date(
        help="Until this day; without it, until somebody takes it off hold."
    )

    def action_decide(self):
        """Do it; the right is asked by the reminders.

        :raise UserError: when somebody was quicker
        """
        self.ensure_one()
        if self.decision == "skip":
            self.reminder_ids._skip(self.reason)
        else:
            self.reminder_ids._hold(self.reason, self.until)
        return {"type": "ir.actions.act_window_close"}
