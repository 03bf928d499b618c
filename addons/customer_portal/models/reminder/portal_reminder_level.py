from odoo import api, fields, models


class PortalReminderLevel(models.Model):
    """One step of a schedule, with its own mail."""

    _name = "portal.reminder.level"
    _description = "Level of reminders"
    _inherit = ["portal.remembered.mixin"]
    _order = "schedule_id, days, id"

    schedule_id = fields.Many2one(
        "portal.reminder.schedule", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="schedule_id.company_id", store=True)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True, help="Customers see it, too.")
    days = fields.Integer(
        "Days after the due date", required=True, help="Negative: before it."
    )
    template_id = fields.Many2one(
        "mail.template",
        "E-mail",
        required=True,
        ondelete="restrict",
        domain=[("model", "=", "portal.reminder")],
        default=lambda self: self.env.ref(
            "customer_portal.mail_template_reminder_first", raise_if_not_found=False
        ),
    )
    next_step = fields.Text(
        translate=True,
        help="What the e-mail says about what comes next. Without it: when the next "
        "reminder comes.",
    )

    _days_unique = models.UniqueIndex(
        "(schedule_id, days) WHERE active",
        "Two levels of a schedule cannot be on the same day.",
    )
    _days_bounds = models.Constraint(
        "CHECK (days BETWEEN -60 AND 365)",
        "A level is at most 60 days before and 365 days after the due date.",
    )

    def unlink(self):
        """Extend: what was sent keeps its level; such a level is archived."""
        used = self._get_used()
        used.write({"active": False})
        return super(PortalReminderLevel, self - used).unlink()

    def _get_used(self):
        """Return those of these levels that reminders have."""
        # sudo: also reminders of companies that this person does not see
        reminders = self.env["portal.reminder"].sudo()
        lines = self.env["portal.reminder.line"].sudo()  # sudo: as above
        own = [("level_id", "in", self.ids)]
        used = reminders.search(own).level_id | lines.search(own).level_id
        return self & used.sudo(False)  # sudo: back to the person's rights

    @api.depends("name", "days")
    def _compute_display_name(self):
        for level in self:
            level.display_name = level.name or ""
