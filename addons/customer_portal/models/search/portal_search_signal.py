from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .portal_search_log_end import SIGNAL_DAYS

REPEATED = 3  # times in SIGNAL_DAYS, also of a quote that is opened

KINDS = [
    ("content", "To write or to mend"),
    ("repeated", "Searched again and again"),
    ("quote", "A quote opened often"),
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
    order_id = fields.Many2one(
        "sale.order", "Quote", readonly=True, ondelete="cascade", index="btree_not_null"
    )

    @api.model
    def _raise_all(self):
        """Raise what searches ask for (scheduled)."""
        # sudo: a parameter of the portal
        parameters = self.env["ir.config_parameter"].sudo()
        if not parameters.get_param("customer_portal.no_search_signals"):
            self._raise_repeated()
            self._raise_opened_quotes()

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
            signal._tell_salesperson(signal.partner_id.user_id)

    @api.model
    def _raise_opened_quotes(self):
        """Tell the salesperson which open quotes a customer looks at again and again.

        Of what `quote_opened` says in the activity: a person is counted once a day and
        session.
        """
        since = fields.Datetime.now() - timedelta(days=SIGNAL_DAYS)
        self.env["portal.activity"].flush_model()
        self.env["sale.order"].flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT seen.res_id, count(*)
                  FROM portal_activity seen
                  JOIN sale_order ON sale_order.id = seen.res_id
                                 AND sale_order.state = 'sent'
                 WHERE seen.action = 'quote_opened'
                   AND seen.res_model = 'sale.order'
                   AND seen.date >= %(since)s
                   AND NOT EXISTS (
                       SELECT FROM portal_search_signal signal
                        WHERE signal.order_id = seen.res_id
                          AND signal.date >= %(since)s)
              GROUP BY seen.res_id
                HAVING count(*) >= %(times)s
                """,
                since=since,
                times=REPEATED,
            )
        )
        orders = self.env["sale.order"].browse(order_id for order_id, _times in rows)
        for order, (_order_id, times) in zip(orders, rows, strict=True):
            signal = self.create(
                {
                    "kind": "quote",
                    "company_id": order.company_id.id,
                    "partner_id": order.portal_customer_id.id,
                    "order_id": order.id,
                    "words": order.name,
                    "times": times,
                }
            )
            signal._tell_salesperson(order.user_id or signal.partner_id.user_id)

    def _tell_salesperson(self, salesperson):
        self._give_todo(
            self._get_todo_summary,
            group="sales_team.group_sale_salesman",
            company=self.company_id,
            salesperson=salesperson,
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
        if self.kind == "quote":
            return env._(
                "%(customer)s opened quote %(quote)s %(times)d times and has not "
                "decided",
                customer=self.partner_id.name,
                quote=self.words,
                times=self.times,
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

    def action_open_quote(self):
        """Open the quote that is opened often, in the own rights."""
        self.ensure_one()
        self.check_access("read")
        return self.order_id._get_records_action()

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
