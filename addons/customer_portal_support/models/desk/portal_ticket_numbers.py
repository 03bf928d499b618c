"""What staff sort tickets by, and what reports count: reckoned when it changes."""

from datetime import timedelta

from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.tools import babel_locale_parse

from ...const import TARGETS
from ...tools.working_time import measure
from ..portal_ticket import STAFF


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    solution_seconds = fields.Integer(
        "Time to solution",
        compute="_compute_solution_seconds",
        store=True,
        aggregator="avg",
        groups=STAFF,
        help="In working hours of the team, without the time that it waited for the"
        " customer.",
    )
    answer_due = fields.Boolean(
        "Customer waits for an answer",
        compute="_compute_answer_due",
        store=True,
        groups=STAFF,
        help="The customer wrote last.",
    )
    deadline_state = fields.Selection(
        [
            ("late", "Late"),
            ("soon", "Due soon"),
            ("fine", "In time"),
            ("stands", "Waits for the customer"),
        ],
        "Deadline is",
        compute="_compute_deadline_state",
        store=True,
        groups=STAFF,
        help="Late or due soon once somebody was told of it.",
    )
    deadline_text = fields.Char(
        "Next deadline", compute="_compute_deadline_text", groups=STAFF
    )

    @api.depends("solved_on", "pause_ids.start", "pause_ids.end")
    def _compute_solution_seconds(self):
        for ticket in self:
            ticket.solution_seconds = measure(
                ticket.team_id._get_hours,
                ticket.received_on,
                ticket.solved_on,
                ticket._get_pauses(),
            )

    @api.depends("customer_status", "last_customer_message_on", "last_staff_message_on")
    def _compute_answer_due(self):
        for ticket in self:
            asked, answered = (
                ticket.last_customer_message_on,
                ticket.last_staff_message_on,
            )
            ticket.answer_due = (
                ticket.customer_status in ("received", "in_progress")
                and bool(asked)
                and (not answered or answered < asked)
            )

    @api.depends(
        "customer_status",
        "next_deadline",
        "sla_ids.reached_on",
        "sla_ids.state",
        "sla_ids.warned_on",
    )
    def _compute_deadline_state(self):
        """Say how it stands by what the clock has told; see `portal.ticket.sla`."""
        for ticket in self:
            rows = ticket.sla_ids.filtered(
                lambda row: row.state in ("ongoing", "missed") and not row.reached_on
            )
            if ticket.customer_status == "waiting":
                ticket.deadline_state = "stands"
            elif ticket.customer_status in ("solved", "closed") or not rows:
                ticket.deadline_state = False
            elif "missed" in rows.mapped("state"):
                ticket.deadline_state = "late"
            else:
                told = any(row.warned_on for row in rows)
                ticket.deadline_state = "soon" if told else "fine"

    @api.depends("customer_status", "next_deadline", "pause_ids")
    def _compute_deadline_text(self):
        now = fields.Datetime.now()
        labels = dict(TARGETS)
        if self:
            kind = self.env["portal.ticket.sla"]._fields["kind"]
            labels = dict(kind._description_selection(self.env))
        for ticket in self:
            ticket.deadline_text = ticket._describe_deadline(now, labels)

    def _describe_deadline(self, now, labels):
        """Return what is to be reached next and in which time, by the clock."""
        if self.customer_status == "waiting":
            start = self.pause_ids.filtered(lambda pause: not pause.end)[:1].start
            return self.env._(
                "Waits for the customer: %s",
                self._describe_length(now - (start or now)),
            )
        deadline = self.next_deadline
        row = self.sla_ids.filtered(
            lambda target: not target.reached_on and target.deadline == deadline
        )[:1]
        if not deadline or not row or self.customer_status in ("solved", "closed"):
            return ""
        return self.env._(
            "%(target)s: %(when)s",
            target=labels[row.kind],
            when=self._describe_span(deadline - now),
        )

    @api.model
    def _describe_span(self, span):
        """Return "in 3 hours" or "2 days ago" in the reader's language."""
        if abs(span) < timedelta(minutes=1):
            return self.env._("now")
        return format_timedelta(
            span,
            add_direction=True,
            threshold=1.5,
            locale=self._get_babel_locale(),
        )

    @api.model
    def _describe_length(self, span):
        """Return "3 hours" in the reader's language."""
        return format_timedelta(span, locale=self._get_babel_locale())

    @api.model
    def _get_babel_locale(self):
        return babel_locale_parse(self.env.lang or "en_US")
