"""The target of one ticket: when it is to be reached, and whether it was."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import AT_ONCE, TARGETS


class PortalTicketSla(models.Model):
    _name = "portal.ticket.sla"
    _description = "Target of a ticket"
    _order = "deadline, id"

    ticket_id = fields.Many2one(
        "portal.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(TARGETS, "Target", required=True, readonly=True)
    policy_id = fields.Many2one(
        "portal.sla.policy", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    team_id = fields.Many2one(related="ticket_id.team_id", store=True)
    hours = fields.Float("Working hours", readonly=True)
    deadline = fields.Datetime(
        readonly=True, help="Empty while the ticket waits for the customer."
    )
    warn_on = fields.Datetime("Warning due", readonly=True)
    reached_on = fields.Datetime("Reached", readonly=True)
    used_hours = fields.Float("Used", readonly=True, help="Working hours, less pauses.")
    state = fields.Selection(
        [
            ("ongoing", "Ongoing"),
            ("met", "Met"),
            ("missed", "Missed"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="ongoing",
    )
    warned_on = fields.Datetime("Warned", readonly=True)
    escalated_on = fields.Datetime("Escalated", readonly=True)

    _ticket_unique = models.UniqueIndex("(ticket_id, kind)")
    _deadline_index = models.Index("(deadline) WHERE escalated_on IS NULL")
    _warn_index = models.Index("(warn_on) WHERE warned_on IS NULL")

    # ------------------------------------------------------------
    # Warn and escalate
    # ------------------------------------------------------------

    @api.model
    def _watch(self):
        """Warn of what will soon be missed, and tell of what was; each once.

        Two workers hold different rows, and what somebody else is changing waits for
        the next time.
        """
        now = fields.Datetime.now()
        # The first answer decides: who is told that it is missed is not warned too.
        self._tell_portion("escalated_on", "deadline", now)
        self._tell_portion("warned_on", "warn_on", now)

    @api.model
    def _tell_portion(self, told, due, now):
        while rows := self._hold_due(told, due, now):
            for row in rows:
                row[told] = now
                if told == "escalated_on":
                    row._escalate()
                else:
                    row._warn()
            remaining = AT_ONCE if len(rows) == AT_ONCE else 0
            if not self.env["ir.cron"]._commit_progress(len(rows), remaining=remaining):
                break

    @api.model
    def _hold_due(self, told, due, now):
        """Return the next rows whose moment has come, held by this transaction."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM portal_ticket_sla
                 WHERE %(due)s <= %(now)s AND %(told)s IS NULL
                   AND reached_on IS NULL AND state IN ('ongoing', 'missed')
                 ORDER BY %(due)s, id
                 LIMIT %(limit)s
                   FOR UPDATE SKIP LOCKED
                """,
                due=SQL.identifier(due),
                told=SQL.identifier(told),
                now=now,
                limit=AT_ONCE,
            )
        )
        return self.browse(row[0] for row in rows)

    def _warn(self):
        """Tell who has the ticket, else the lead, that a target is near."""
        ticket = self.ticket_id
        self._notify(
            ticket.user_id or ticket.team_id.user_id,
            lambda env: env._("%s: a target is near", ticket.display_name),
        )

    def _escalate(self):
        """Tell the people of the policy, else the lead, that a target was missed."""
        ticket = self.ticket_id
        self.state = "missed"
        self.warned_on = self.warned_on or self.escalated_on
        self._notify(
            self.policy_id.escalation_user_ids or ticket.team_id.user_id,
            lambda env: env._("%s: a target was missed", ticket.display_name),
        )

    def _notify(self, users, make_subject):
        """Tell staff something about a target, each in the own language."""
        for user in users.filtered("active"):
            row = self.with_context(lang=user.lang)
            labels = dict(row._fields["kind"]._description_selection(row.env))
            ticket = row.ticket_id
            ticket.message_notify(
                partner_ids=user.partner_id.ids,
                subject=make_subject(row.env),
                body=row.env._(
                    "%(target)s: %(moment)s",
                    target=labels[row.kind],
                    moment=ticket._format_moment(row.deadline, user.tz),
                ),
                email_layout_xmlid="mail.mail_notification_light",
            )
