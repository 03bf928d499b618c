from datetime import timedelta

from odoo import api, fields, models


class PortalSearchFigures(models.TransientModel):
    """How many searches were answered, and by which sum that is said."""

    _name = "portal.search.figures"
    _description = "Figures of the search"

    first_day = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=30),
    )
    last_day = fields.Date(
        "To", required=True, default=lambda self: fields.Date.context_today(self)
    )
    searches = fields.Integer(compute="_compute_figures")
    solved = fields.Integer("Said to be solved", compute="_compute_figures")
    answered = fields.Integer("No ticket followed", compute="_compute_figures")
    nothing = fields.Integer("Nothing found, no ticket", compute="_compute_figures")
    ticket = fields.Integer("Ticket followed", compute="_compute_figures")
    waiting = fields.Integer("Still waiting", compute="_compute_figures")
    visitors = fields.Integer("Of visitors", compute="_compute_figures")
    empty = fields.Integer("Nothing found", compute="_compute_figures")
    unopened = fields.Integer("Nothing opened", compute="_compute_figures")
    refined = fields.Integer(compute="_compute_figures")
    formula = fields.Char("Answered without a ticket", compute="_compute_figures")

    def _compute_display_name(self):
        for figures in self:
            figures.display_name = self.env._("Figures of the search")

    def _get_domain(self):
        return [
            ("date", ">=", fields.Datetime.to_datetime(self.first_day)),
            (
                "date",
                "<",
                fields.Datetime.to_datetime(self.last_day) + timedelta(days=1),
            ),
        ]

    @api.depends("first_day", "last_day")
    def _compute_figures(self):
        for figures in self:
            figures.update(figures._prepare_figures())

    def _prepare_figures(self):
        """Return the figures of the days (of UTC), asked in one query."""
        reports = self.env["portal.search.report"]
        counts = dict.fromkeys(
            ("solved", "answered", "nothing", "ticket", "waiting", False), 0
        )
        sums = [0, 0, 0]
        days = self._get_domain() if self.first_day and self.last_day else [(0, "=", 1)]
        for outcome, count, *more in reports._read_group(
            days,
            ["outcome"],
            ["__count", "is_empty:sum", "is_unopened:sum", "is_refined:sum"],
        ):
            counts[outcome] += count
            sums = [had + number for had, number in zip(sums, more, strict=True)]
        visitors = counts.pop(False)
        return {
            **counts,
            "visitors": visitors,
            "searches": visitors + sum(counts.values()),
            "empty": sums[0],
            "unopened": sums[1],
            "refined": sums[2],
            "formula": self._describe_rate(**counts),
        }

    def _describe_rate(self, *, solved, answered, nothing, ticket, waiting):
        """Return the rate with the sum that makes it; `waiting` is left out of it."""
        decided = solved + answered + nothing + ticket
        if not decided:
            return self.env._("Nothing to say yet: %s still waiting", waiting)
        return self.env._(
            "(%(solved)s solved + %(answered)s without a ticket) ÷ %(decided)s = "
            "%(rate).1f %%",
            solved=solved,
            answered=answered,
            decided=decided,
            rate=100 * (solved + answered) / decided,
        )

    def action_open_rows(self):
        """Open the searches behind a figure, which the button names."""
        self.ensure_one()
        behind = {
            "searches": [],
            "visitors": [("outcome", "=", False)],
            "empty": [("is_empty", "=", 1)],
            "unopened": [("is_unopened", "=", 1)],
            "refined": [("is_refined", "=", 1)],
            "rate": [("is_decided", "=", 1)],
        }
        name = self.env.context.get("figure") or "searches"
        domain = behind.get(name, [("outcome", "=", name)])
        return self.env["portal.search.report"]._open(
            [*self._get_domain(), *domain], self.env._("Searches")
        )
