"""The numbers of tickets: one row a ticket, with what is not decided left empty."""

from odoo import fields, models
from odoo.tools import SQL

from ...const import CHANNELS, END_REASONS, PRIORITIES, STATUSES


class PortalTicketReport(models.Model):
    """One row for each ticket. Averages leave out what is empty: not decided yet."""

    _name = "portal.ticket.report"
    _description = "Numbers of tickets"
    _auto = False
    _order = "received_on desc, id desc"
    _rec_name = "ticket_id"
    _depends = {
        "portal.ticket": [
            "category_id",
            "channel",
            "closed_on",
            "company_id",
            "customer_status",
            "end_reason",
            "expected_reply_on",
            "first_reply_on",
            "first_reply_seconds",
            "is_complaint",
            "portal_customer_id",
            "priority",
            "product_id",
            "rating_last_value",
            "received_on",
            "reopened_count",
            "reply_count",
            "solution_seconds",
            "solved_on",
            "team_id",
            "type_id",
            "user_id",
        ],
        "portal.ticket.sla": ["kind", "state", "ticket_id"],
    }

    ticket_id = fields.Many2one("portal.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("portal.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", "Assigned to", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    type_id = fields.Many2one("portal.ticket.type", "Request type", readonly=True)
    category_id = fields.Many2one("portal.ticket.category", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    priority = fields.Selection(PRIORITIES, readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    customer_status = fields.Selection(STATUSES, "Status", readonly=True)
    end_reason = fields.Selection(END_REASONS, "Closed without solution", readonly=True)
    received_on = fields.Datetime("Received", readonly=True)
    first_reply_on = fields.Datetime("First reply", readonly=True)
    solved_on = fields.Datetime("Solved", readonly=True)
    first_reply_hours = fields.Float(
        "First reply, working hours", readonly=True, aggregator="avg"
    )
    first_reply_clock_hours = fields.Float(
        "First reply, hours by the clock", readonly=True, aggregator="avg"
    )
    solution_hours = fields.Float(
        "Solution, working hours",
        readonly=True,
        aggregator="avg",
        help="Without the time that the ticket waited for the customer.",
    )
    solution_clock_hours = fields.Float(
        "Solution, hours by the clock",
        readonly=True,
        aggregator="avg",
        help="From receipt to solution, nights and waiting included.",
    )
    one_touch = fields.Float(
        "Solved with one reply",
        readonly=True,
        aggregator="avg",
        help="Share of the solved tickets that took one reply and were never reopened.",
    )
    was_reopened = fields.Float(
        "Reopened",
        readonly=True,
        aggregator="avg",
        help="Share of the tickets that were solved once.",
    )
    rating = fields.Float(
        readonly=True, aggregator="avg", help="From 1 to 5; of those who rated."
    )
    expected_kept = fields.Float(
        "Expected answer kept",
        readonly=True,
        aggregator="avg",
        help="Share of the tickets where it is decided: answered, or late already.",
    )
    response_kept = fields.Float(
        "Target for first reply kept",
        readonly=True,
        aggregator="avg",
        help="Share of the targets that were met or missed; ongoing and cancelled ones"
        " do not count.",
    )
    solution_kept = fields.Float(
        "Target for solution kept",
        readonly=True,
        aggregator="avg",
        help="Share of the targets that were met or missed; ongoing and cancelled ones"
        " do not count.",
    )
    ticket_count = fields.Integer("Tickets", readonly=True, aggregator="sum")
    open_count = fields.Integer("Open now", readonly=True, aggregator="sum")
    solved_count = fields.Integer("Solved tickets", readonly=True, aggregator="sum")
    complaint_count = fields.Integer("Complaints", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT ticket.id,
                   ticket.id AS ticket_id,
                   1 AS ticket_count,
                   ticket.company_id,
                   ticket.team_id,
                   ticket.user_id,
                   ticket.portal_customer_id AS customer_id,
                   ticket.type_id,
                   ticket.category_id,
                   ticket.product_id,
                   ticket.priority,
                   ticket.channel,
                   ticket.customer_status,
                   ticket.end_reason,
                   ticket.received_on,
                   ticket.first_reply_on,
                   ticket.solved_on,
                   CASE WHEN ticket.first_reply_on IS NOT NULL
                        THEN ticket.first_reply_seconds / 3600.0
                        END AS first_reply_hours,
                   EXTRACT(EPOCH FROM ticket.first_reply_on - ticket.received_on)
                   / 3600.0 AS first_reply_clock_hours,
                   CASE WHEN ticket.solved_on IS NOT NULL
                        THEN ticket.solution_seconds / 3600.0
                        END AS solution_hours,
                   EXTRACT(EPOCH FROM ticket.solved_on - ticket.received_on)
                   / 3600.0 AS solution_clock_hours,
                   CASE WHEN ticket.solved_on IS NOT NULL
                        THEN (COALESCE(ticket.reply_count, 0) = 1
                              AND COALESCE(ticket.reopened_count, 0) = 0)::int
                        END AS one_touch,
                   CASE WHEN ticket.solved_on IS NOT NULL OR ticket.reopened_count > 0
                        THEN (COALESCE(ticket.reopened_count, 0) > 0)::int
                        END AS was_reopened,
                   NULLIF(ticket.rating_last_value, 0) AS rating,
                   CASE WHEN ticket.first_reply_on <= ticket.expected_reply_on THEN 1
                        WHEN COALESCE(ticket.first_reply_on, ticket.solved_on,
                                      ticket.closed_on, %(now)s::timestamp)
                             > ticket.expected_reply_on THEN 0
                        END AS expected_kept,
                   CASE response.state WHEN 'met' THEN 1 WHEN 'missed' THEN 0
                        END AS response_kept,
                   CASE solution.state WHEN 'met' THEN 1 WHEN 'missed' THEN 0
                        END AS solution_kept,
                   (ticket.customer_status IN ('received', 'in_progress', 'waiting'))
                   ::int AS open_count,
                   (ticket.solved_on IS NOT NULL)::int AS solved_count,
                   COALESCE(ticket.is_complaint, FALSE)::int AS complaint_count
              FROM portal_ticket ticket
         LEFT JOIN portal_ticket_sla response
                ON response.ticket_id = ticket.id AND response.kind = 'response'
         LEFT JOIN portal_ticket_sla solution
                ON solution.ticket_id = ticket.id AND solution.kind = 'resolution'
            """,
            now=fields.Datetime.now(),
        )

    def action_open_ticket(self):
        """Open the ticket behind a row.

        :raise AccessError: for those who may not see it
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "portal.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
        }
