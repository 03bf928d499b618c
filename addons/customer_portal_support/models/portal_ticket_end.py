"""The end of a ticket: solved, cancelled, closed after a while, and reopened."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import AT_ONCE, ENDED, OPEN


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    def action_solve(self):
        """Say that the tickets are solved; their customers are told.

        :raise AccessError: for those who may not change tickets
        """
        self.check_access("write")
        for ticket in self.filtered(lambda found: found.customer_status in OPEN):
            ticket._move_to("solved", "closed")

    def action_take(self):
        """Take the tickets oneself.

        :raise AccessError: for those who may not change tickets
        """
        self.check_access("write")
        self.write({"user_id": self.env.uid})

    def action_cancel(self):
        """Close the tickets without a solution: nobody needs one.

        :raise AccessError: for those who may not change tickets
        """
        self.check_access("write")
        self.filtered(lambda found: found.customer_status in OPEN)._end("cancelled")

    def action_reopen(self):
        """Work on the tickets again.

        :raise AccessError: for those who may not change tickets
        """
        self.check_access("write")
        self._reopen()

    def _end(self, reason):
        """Close tickets without a solution; the right to do it was asked.

        :param str reason: a key of END_REASONS
        :raise UserError: where the team has no stage for it
        """
        for ticket in self:
            stage = ticket.team_id._get_stage(["closed"])
            if not stage:
                raise UserError(self.env._("The team has no stage for what is closed."))
            ticket.write({"end_reason": reason, "stage_id": stage.id})

    def _reopen(self):
        """Take up again what waits for the customer or has ended."""
        for ticket in self.filtered(
            lambda found: found.customer_status in ("waiting", *ENDED)
        ):
            ticket._move_to("in_progress", "received")

    # ------------------------------------------------------------
    # Closed by themselves
    # ------------------------------------------------------------

    @api.model
    def _close_solved(self):
        """Close what was solved long ago, after the customer was told.

        It counts from the last word of the customer, or from the solution where that
        came later.
        """
        now = fields.Datetime.now()
        self._step_towards_end("warn", now)
        self._step_towards_end("close", now)

    @api.model
    def _step_towards_end(self, step, now):
        while tickets := self._hold_solved(step, now):
            for ticket in tickets:
                if step == "warn":
                    ticket.closing_warned_on = now
                    ticket._send_letter("ticket_closing", "mail_template_closing")
                    ticket._add_ticket_news("ticket_closing", repeats=True)
                else:
                    ticket._move_to("closed")
            if any(found.customer_status == "solved" for found in tickets) and (
                step == "close"
            ):
                break  # a team without a stage for it would come again and again
            remaining = AT_ONCE if len(tickets) == AT_ONCE else 0
            if not self.env["ir.cron"]._commit_progress(
                len(tickets), remaining=remaining
            ):
                break

    @api.model
    def _hold_solved(self, step, now):
        """Return the next solved tickets of all teams for a step, held meanwhile."""
        self.flush_model()
        self.env["portal.ticket.team"].flush_model()
        quiet = SQL("GREATEST(ticket.solved_on, ticket.last_customer_message_on)")
        day = SQL("INTERVAL '1 day'")
        if step == "warn":
            due = SQL(
                "team.warn_days > 0 AND ticket.closing_warned_on IS NULL"
                " AND %s + (team.close_days - team.warn_days) * %s <= %s",
                quiet,
                day,
                now,
            )
        else:
            due = SQL(
                "%(quiet)s + team.close_days * %(day)s <= %(now)s"
                " AND (team.warn_days = 0"
                " OR ticket.closing_warned_on + team.warn_days * %(day)s"
                " <= %(now)s)",
                quiet=quiet,
                day=day,
                now=now,
            )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ticket.id
                  FROM portal_ticket ticket
                  JOIN portal_ticket_team team ON team.id = ticket.team_id
                 WHERE ticket.customer_status = 'solved' AND team.close_days > 0
                   AND %s
                   AND EXISTS (SELECT FROM portal_ticket_stage stage
                                WHERE stage.customer_status = 'closed')
                 ORDER BY ticket.id
                 LIMIT %s
                   FOR UPDATE OF ticket SKIP LOCKED
                """,
                due,
                AT_ONCE,
            )
        )
        return self.browse(row[0] for row in rows)

    def _get_closing_day(self):
        """Return when a solved ticket closes by itself, or False."""
        team = self.team_id
        if self.customer_status != "solved" or not team.close_days:
            return False
        quiet = max(filter(None, (self.solved_on, self.last_customer_message_on)))
        closing = quiet + timedelta(days=team.close_days)
        if team.warn_days:
            warned = self.closing_warned_on or fields.Datetime.now()
            closing = max(closing, warned + timedelta(days=team.warn_days))
        return closing
