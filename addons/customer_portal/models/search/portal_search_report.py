from odoo import api, fields, models
from odoo.tools import SQL

from .portal_search_log import OUTCOMES, PLACES

COUNTED = [
    "date",
    "company_id",
    "place",
    "words",
    "first_words",
    "lang_id",
    "segment_id",
    "partner_id",
    "outcome",
    "found_count",
    "opened_count",
    "refined_count",
]


class PortalSearchReport(models.Model):
    """The searches with what can be counted of them: one row for each."""

    _name = "portal.search.report"
    _description = "Searches"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "words"
    _depends = {"portal.search.log": COUNTED}

    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    place = fields.Selection(PLACES, readonly=True)
    words = fields.Char(readonly=True)
    first_words = fields.Char(readonly=True)
    lang_id = fields.Many2one("res.lang", "Language", readonly=True)
    segment_id = fields.Many2one("res.partner.category", "Customer tag", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True)
    found_count = fields.Integer("Results", readonly=True, aggregator="avg")
    opened_count = fields.Integer("Opened results", readonly=True)
    is_empty = fields.Integer("Nothing found", readonly=True)
    is_unopened = fields.Integer("Nothing opened", readonly=True)
    is_refined = fields.Integer("Refined", readonly=True)
    is_ticket = fields.Integer("Ticket followed", readonly=True)
    is_answered = fields.Integer("Answered", readonly=True)
    is_decided = fields.Integer("Window over", readonly=True)
    # Nothing, and no zero, where the window is open: an average leaves it out.
    answered_rate = fields.Float(
        "Answered without a ticket (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT id, date, company_id, place, words, first_words, lang_id, segment_id,
                   partner_id, outcome, found_count, opened_count,
                   (found_count = 0)::int AS is_empty,
                   (found_count > 0 AND opened_count = 0)::int AS is_unopened,
                   (refined_count > 0)::int AS is_refined,
                   COALESCE(outcome = 'ticket', FALSE)::int AS is_ticket,
                   COALESCE(outcome IN ('answered', 'solved'), FALSE)::int
                       AS is_answered,
                   COALESCE(outcome <> 'waiting', FALSE)::int AS is_decided,
                   CASE WHEN outcome IN ('answered', 'solved') THEN 100.0
                        WHEN outcome IN ('nothing', 'ticket') THEN 0.0
                    END AS answered_rate
              FROM portal_search_log
            """
        )

    @api.model
    def _open(self, domain, name):
        """Return the action of the rows of a domain."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "view_mode": "list,pivot,graph",
            "domain": domain,
        }
