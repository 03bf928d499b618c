from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .portal_search_log_end import SIGNAL_DAYS

REPEATED = 3  # times in SIGNAL_DAYS

KINDS = [
    ("content", "To write or to mend"),
    ("repeated", "Searched again and again"),
]


class PortalSearchSignal(models.Model):
    """What searches ask of somebody of the staff; the activity says of whom.

    Each is raised once: of a customer once in the days that are looked back at, of
    words once as long as it is not done.
    """

    _name = "portal.search.signal"
    _inherit = ["mail.thread", "portal.todo.mixin"]
    _description = "What searches ask for"
    _order = "date desc, id desc"
    _rec_name = "words"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    date = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    words = fields.Char(required=True, readonly=True)
    lang_id = fields.Many2one(
        "res.lang", "Language", readonly=True, ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="cascade", index=True
    )
    times = fields.Integer(readonly=True)

    @api.model
    def _raise_all(self):
        """Raise what searches ask for (scheduled)."""
        # sudo: a parameter of the portal
        parameters = self.env["ir.config_parameter"].sudo()
        if not parameters.get_param("customer_portal.no_search_signals"):
            self._raise_repeated()

    @api.model
    def _raise_repeated(self):
        """Tell the salesperson who of a customer seeks the same, and does not ask."""
        since = fields.Datetime.now() - timedelta(days=SIGNAL_DAYS)
        self.env["portal.search.log"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT log.company_id, log.partner_id, log.words, count(*),
                       min(log.lang_id)
                  FROM portal_search_log log
                 WHERE log.date >= %(since)s
                   AND log.partner_id IS NOT NULL
                   AND log.words <> ''
                   AND NOT EXISTS (
                       SELECT FROM portal_search_signal signal
                        WHERE signal.kind = 'repeated'
                          AND signal.partner_id = log.partner_id
                          AND signal.company_id = log.company_id
                          AND signal.words = log.words
                          AND signal.date >= %(since)s)
              GROUP BY log.company_id, log.partner_id, log.words
                HAVING count(*) >= %(times)s
                   AND bool_and(log.outcome <> 'ticket')
                """,
                since=since,
                times=REPEATED,
            )
        )
        for company_id, partner_id, words, times, lang_id in rows:
            signal = self.create(
                {
                    "kind": "repeated",
                    "company_id": company_id,
                    "partner_id": partner_id,
                    "words": words,
                    "times": times,
                    "lang_id": lang_id,
                }
            )
            signal._give_todo(
                signal._get_todo_summary,
                group="sales_team.group_sale_salesman",
                company=signal.company_id,
                salesperson=signal.partner_id.user_id,
            )

    def _get_todo_summary(self, env):
        """Return what is to do, in the language of who does it."""
        if self.kind == "repeated":
            return env._(
                "%(customer)s searched %(times)d times for “%(words)s” and did not ask",
                customer=self.partner_id.name,
                times=self.times,
                words=self.words,
            )
        return env._("People search for “%s”: write or mend what they find", self.words)

    # ------------------------------------------------------------
    # Content
    # ------------------------------------------------------------

    @api.model
    def _ask_for_content(self, company, words, lang, times):
        """Return the to-do of some words; the one that is there, if it is not done.

        The owner of the language gets it, or the one of all languages.
        """
        # sudo: who may see the searches may give somebody the to-do
        signals = self.sudo()
        known = signals.search(
            [
                ("kind", "=", "content"),
                ("company_id", "=", company.id),
                ("words", "=", words),
                ("lang_id", "=", lang.id),
            ]
        ).filtered("activity_ids")
        if known:
            return known[:1]
        signal = signals.create(
            {
                "kind": "content",
                "company_id": company.id,
                "words": words,
                "lang_id": lang.id,
                "times": times,
            }
        )
        owner = lang.sudo().portal_content_owner_id  # sudo: who writes this language
        signal._give_todo(
            signal._get_todo_summary,
            group="customer_portal.group_portal_manager",
            company=company,
            salesperson=owner or company.portal_content_owner_id,
        )
        return signal

    def action_open_searches(self):
        """Open the searches that it is about."""
        self.ensure_one()
        self.check_access("read")
        return self.env["portal.search.report"]._open(
            [
                ("words", "=", self.words),
                ("company_id", "=", self.company_id.id),
                *([("partner_id", "=", self.partner_id.id)] if self.partner_id else []),
            ],
            self.words,
        )
