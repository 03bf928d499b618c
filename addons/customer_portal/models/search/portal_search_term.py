from odoo import fields, models
from odoo.tools import SQL

from .portal_search_report import COUNTED


class PortalSearchTerm(models.Model):
    """What is searched: one row for the same words of a language."""

    _name = "portal.search.term"
    _description = "Searched words"
    _auto = False
    _order = "searches desc, words"
    _rec_name = "words"
    _depends = {"portal.search.log": COUNTED}

    words = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lang_id = fields.Many2one("res.lang", "Language", readonly=True)
    searches = fields.Integer(readonly=True)
    empty = fields.Integer("Nothing found", readonly=True)
    unopened = fields.Integer("Nothing opened", readonly=True)
    refined = fields.Integer(readonly=True)
    tickets = fields.Integer("Ticket followed", readonly=True)
    answered = fields.Integer(readonly=True)
    decided = fields.Integer("Window over", readonly=True)
    answered_rate = fields.Float(
        "Answered (%)", readonly=True, aggregator=None, digits=(5, 1)
    )
    last_on = fields.Datetime("Last time", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT min(id) AS id, words, company_id, lang_id, count(*) AS searches,
                   sum(is_empty) AS empty, sum(is_unopened) AS unopened,
                   sum(is_refined) AS refined, sum(is_ticket) AS tickets,
                   sum(is_answered) AS answered, sum(is_decided) AS decided,
                   avg(answered_rate) AS answered_rate, max(date) AS last_on
              FROM (%s) AS report
          GROUP BY words, company_id, lang_id
            """,
            self.env["portal.search.report"]._table_query,
        )

    def action_open_searches(self):
        """Open the searches of these words."""
        self.ensure_one()
        self.check_access("read")
        return self.env["portal.search.report"]._open(
            [
                ("words", "=", self.words),
                ("company_id", "=", self.company_id.id),
                ("lang_id", "=", self.lang_id.id),
            ],
            self.words,
        )

    def action_give_todo(self):
        """Make these words a to-do of who writes the content, once."""
        self.check_access("read")
        signals = self.env["portal.search.signal"]
        for term in self:
            signals |= signals._ask_for_content(
                term.company_id, term.words, term.lang_id, term.searches
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("To write or to mend"),
            "res_model": signals._name,
            "view_mode": "list,form",
            "domain": [("id", "in", signals.ids)],
        }
