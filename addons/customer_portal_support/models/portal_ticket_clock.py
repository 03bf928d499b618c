"""Targets, and the answer that a customer can expect: arithmetic on working time."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import (
    AT_ONCE,
    ENDED,
    EXPECTED_DAYS,
    EXPECTED_LEAST,
    EXPECTED_SHARE,
    EXPECTED_STEP,
    OPEN,
    TARGETS,
)
from ..tools.working_time import measure, plan, round_up

HOUR = 3600


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    # ------------------------------------------------------------
    # Targets
    # ------------------------------------------------------------

    def _get_pauses(self):
        """Return the pauses as `tools.working_time` takes them; in sudo."""
        return [(pause.start, pause.end) for pause in self.pause_ids]

    def _update_targets(self):
        """Make the targets those of now: team, priority, customer and pauses; in sudo.

        What was reached stays as it was judged, until the ticket is reopened.
        """
        policies = self.env["portal.sla.policy"]._find_all()
        for ticket in self:
            fitting = policies.filtered(lambda policy, of=ticket: policy._fits(of))
            for kind, _label in TARGETS:
                ticket._update_target(kind, fitting[:1])

    def _update_target(self, kind, policy):
        row = self.sla_ids.filtered(lambda target: target.kind == kind)
        reached_on = self.first_reply_on if kind == "response" else self.solved_on
        if row.reached_on and row.reached_on == reached_on:
            return
        hours = policy._get_target_hours(kind)
        if not hours:
            row.unlink()
            return
        values = self._judge_target(hours, reached_on)
        values |= {"policy_id": policy.id, "hours": hours, "reached_on": reached_on}
        values["warn_on"] = self._plan_warning(hours, policy.warning_hours)
        if not row:
            self.env["portal.ticket.sla"].create(
                {"ticket_id": self.id, "kind": kind, **values}
            )
            return
        if row.deadline != values["deadline"]:
            # Who was told of another moment is told of this one too.
            values |= {"warned_on": False, "escalated_on": False}
        row.write(values)

    def _judge_target(self, hours, reached_on):
        """Return deadline, used hours and state of a target; in sudo."""
        start, pauses = self.received_on, self._get_pauses()
        get_hours = self.team_id._get_hours
        deadline = plan(get_hours, start, hours * HOUR, pauses)
        has_ended = self.customer_status in ENDED
        ended_on = self.solved_on or self.closed_on or fields.Datetime.now()
        until = reached_on or (ended_on if has_ended else fields.Datetime.now())
        is_late = bool(deadline) and deadline < until
        if is_late:
            state = "missed"
        elif reached_on:
            state = "met"
        else:
            state = "cancelled" if has_ended else "ongoing"
        used = measure(get_hours, start, until, pauses)
        return {"deadline": deadline, "used_hours": used / HOUR, "state": state}

    def _plan_warning(self, hours, before):
        """Return when to warn of a target, or False; in sudo."""
        if not before or before >= hours:
            return False
        seconds = (hours - before) * HOUR
        return plan(
            self.team_id._get_hours, self.received_on, seconds, self._get_pauses()
        )

    @api.model
    def _update_open_targets(self):
        """Reckon the deadlines of all open tickets again: holidays may be new."""
        tickets = self.search(Domain("customer_status", "in", OPEN), order="id")
        for start in range(0, len(tickets), AT_ONCE):
            part = tickets[start : start + AT_ONCE]
            part._update_targets()
            left = len(tickets) - start - len(part)
            self.env["ir.cron"]._commit_progress(len(part), remaining=left)

    # ------------------------------------------------------------
    # Expected answer
    # ------------------------------------------------------------

    def _promise(self):
        """Store when the customer can expect the first answer; in sudo."""
        target = self.sla_ids.filtered(lambda row: row.kind == "response")
        moment, basis = self._get_expected_reply(
            self.team_id, self.type_id, self.received_on, target.hours
        )
        self.write({"expected_reply_on": moment, "expected_basis": basis})

    @api.model
    def _get_expected_reply(self, team, kind, moment, target_hours=0.0):
        """Return when a first answer can be expected, and what says so; in sudo.

        :param team: who will answer
        :param kind: the request type, or none
        :param moment: when it is asked, UTC
        :param float target_hours: the target for the first reply, working hours
        :return: (moment rounded up, or None; a key of `expected_basis`)
        """
        seconds = self._measure_first_replies(team, kind, moment)
        basis = "measured"
        if seconds is None and target_hours:
            seconds, basis = target_hours * HOUR, "policy"
        if seconds is None:
            return self._get_next_working_day_end(team, moment), "calendar"
        expected = plan(team._get_hours, moment, seconds)
        if not expected:
            return self._get_next_working_day_end(team, moment), "calendar"
        return round_up(expected, EXPECTED_STEP), basis

    @api.model
    def _measure_first_replies(self, team, kind, moment):
        """Return the working seconds in which most first replies came; None for few."""
        pair = (team.id, kind.id or None)
        return self._measure_replies([pair], moment).get(pair)

    @api.model
    def _measure_replies(self, pairs, moment):
        """Return {pair: working seconds in which most first replies came}, in sudo.

        A pair with few replies is left out.

        :param pairs: of (team id, type id or None)
        :param moment: until when, UTC
        """
        if not pairs:
            return {}
        self.flush_model()
        teams, kinds = (list(ids) for ids in zip(*pairs, strict=True))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT asked.team_id, asked.type_id, COUNT(*),
                       PERCENTILE_DISC(%(share)s)
                           WITHIN GROUP (ORDER BY ticket.first_reply_seconds)
                  FROM UNNEST(%(teams)s::int[], %(types)s::int[])
                       AS asked (team_id, type_id)
                  JOIN portal_ticket ticket
                    ON ticket.team_id = asked.team_id
                   AND ticket.type_id IS NOT DISTINCT FROM asked.type_id
                 WHERE ticket.received_on >= %(since)s
                   AND ticket.received_on < %(until)s
                   AND ticket.first_reply_on IS NOT NULL
                   AND ticket.channel != 'staff'
                 GROUP BY asked.team_id, asked.type_id
                """,
                share=EXPECTED_SHARE,
                teams=teams,
                types=kinds,
                since=moment - timedelta(days=EXPECTED_DAYS),
                until=moment,
            )
        )
        return {
            (team_id, type_id): seconds
            for team_id, type_id, count, seconds in rows
            if count >= EXPECTED_LEAST
        }

    @api.model
    def _get_next_working_day_end(self, team, moment):
        """Return when the first working day after today's ends; None without hours."""
        zone = self.with_context(tz=team._get_tz())
        today = fields.Datetime.context_timestamp(zone, moment).date()
        hours = team._get_hours(moment, moment + timedelta(days=60))
        by_day = {}
        for _start, end in hours:
            day = fields.Datetime.context_timestamp(zone, end).date()
            by_day[day] = max(end, by_day.get(day, end))
        return min((end for day, end in by_day.items() if day > today), default=None)
