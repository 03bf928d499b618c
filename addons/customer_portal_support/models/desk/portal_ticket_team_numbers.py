"""How a team does, beside what it wants: the last ninety days."""

from datetime import timedelta

from odoo import fields, models

DAYS = 90
# Of the report: what a card of a team shows.
MEASURES = (
    "first_reply_hours",
    "solution_hours",
    "one_touch",
    "was_reopened",
    "expected_kept",
    "response_kept",
    "solution_kept",
    "rating",
)


class PortalTicketTeam(models.Model):
    _inherit = "portal.ticket.team"

    wanted_first_reply_hours = fields.Float(
        "First reply, on average",
        default=4.0,
        help="Working hours. Elsewhere about 4 hours are usual.",
    )
    wanted_solution_hours = fields.Float(
        "Solution, on average",
        default=20.0,
        help="Working hours. Elsewhere about 20 hours are usual.",
    )
    wanted_one_touch = fields.Float(
        "Solved with one reply",
        default=0.39,
        help="Share of the solved tickets. Elsewhere about 39 % are usual.",
    )
    recent_first_reply = fields.Char(
        "First reply", compute="_compute_recent", help="Working hours, on average."
    )
    recent_solution = fields.Char(
        "Solution", compute="_compute_recent", help="Working hours, on average."
    )
    recent_one_touch = fields.Char("With one reply", compute="_compute_recent")
    recent_expected_kept = fields.Char(
        "Expected answer kept", compute="_compute_recent"
    )
    recent_rating = fields.Char("Rating", compute="_compute_recent")
    is_first_reply_good = fields.Boolean(compute="_compute_recent")
    is_solution_good = fields.Boolean(compute="_compute_recent")
    is_one_touch_good = fields.Boolean(compute="_compute_recent")

    def _compute_recent(self):
        numbers = self._read_recent_numbers()
        for team in self:
            found = numbers[team]
            first, solution, touch = (found[name] for name in MEASURES[:3])
            team.recent_first_reply = _write_hours(first)
            team.recent_solution = _write_hours(solution)
            team.recent_one_touch = _write_share(touch)
            team.recent_expected_kept = _write_share(found["expected_kept"])
            team.recent_rating = _write_rating(found["rating"])
            team.is_first_reply_good = (first or 0) <= team.wanted_first_reply_hours
            team.is_solution_good = (solution or 0) <= team.wanted_solution_hours
            team.is_one_touch_good = touch is None or touch >= team.wanted_one_touch

    def _read_recent_numbers(self):
        """Return {team: {measure: average}} of what came in the last ninety days.

        None where nothing is decided: nobody was answered, solved or asked.
        """
        since = fields.Datetime.now() - timedelta(days=DAYS)
        rows = self.env["portal.ticket.report"]._read_group(
            [("team_id", "in", self.ids), ("received_on", ">=", since)],
            ["team_id"],
            [f"{name}:avg" for name in MEASURES],
        )
        nothing = dict.fromkeys(MEASURES)
        found = {
            team: {
                name: None if value is False else value
                for name, value in zip(MEASURES, values, strict=True)
            }
            for team, *values in rows
        }
        return {team: found.get(team, nothing) for team in self}

    def action_open_numbers(self):
        """Open the numbers of the team.

        :raise AccessError: for those who may not see the team
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal_support.portal_ticket_report_action"
        )
        return {**action, "domain": [("team_id", "=", self.id)]}


def _write_hours(hours):
    if hours is None:
        return ""
    minutes = round(hours * 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def _write_share(share):
    return "" if share is None else f"{share:.0%}"


def _write_rating(rating):
    return "" if rating is None else f"{rating:.1f}"
