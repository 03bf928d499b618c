from odoo import fields, models
from odoo.tools import SQL

MONTHS = 24


class PortalReceivableMonth(models.Model):
    """One row for each of the last months and company."""

    _name = "portal.receivable.month"
    _description = "Collection by month"
    _auto = False
    _order = "month desc, id"
    _rec_name = "month"
    _depends = {
        "account.account": ["account_type"],
        "account.move": ["company_id", "date", "move_type", "state"],
        "account.move.line": [
            "account_id",
            "balance",
            "company_id",
            "date",
            "move_id",
            "parent_state",
        ],
        "account.payment": [
            "amount_company_currency_signed",
            "move_id",
            "partner_type",
            "payment_transaction_id",
            "payment_type",
        ],
        "payment.transaction": ["portal_remittance_id"],
        "portal.remittance": ["source"],
        "res.company": ["currency_id"],
    }

    month = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    balance = fields.Monetary(
        "Receivable at the end",
        readonly=True,
        currency_field="company_currency_id",
        aggregator="avg",
    )
    invoiced = fields.Monetary(
        readonly=True, currency_field="company_currency_id", aggregator="sum"
    )
    dso = fields.Float(
        "Days sales outstanding",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Receivable at the end of the month, divided by what was invoiced in it "
        "and the two months before, times the days of these three months.",
    )
    paid = fields.Monetary(
        readonly=True, currency_field="company_currency_id", aggregator="sum"
    )
    paid_portal = fields.Monetary(
        "Paid in the portal",
        readonly=True,
        currency_field="company_currency_id",
        aggregator="sum",
    )
    paid_page = fields.Monetary(
        "Paid on Odoo's pages",
        readonly=True,
        currency_field="company_currency_id",
        aggregator="sum",
    )
    paid_by_hand = fields.Monetary(
        "Booked by hand",
        readonly=True,
        currency_field="company_currency_id",
        aggregator="sum",
    )
    share_online = fields.Float(
        "Share paid online (%)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help=(
            "Of what customers paid in the month: the share paid through a "
            "payment provider."
        ),
    )

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        return SQL(
            """
            WITH span AS (
                SELECT month::date AS month,
                       (month - INTERVAL '2 months')::date AS first,
                       LEAST((month + INTERVAL '1 month')::date - 1, %(today)s::date)
                           AS last
                  FROM generate_series(
                           date_trunc('month', %(today)s::date)
                           - make_interval(months => %(before)s),
                           date_trunc('month', %(today)s::date),
                           INTERVAL '1 month') month
            ), ledger AS (
                SELECT line.company_id, line.date, SUM(line.balance) AS balance,
                       SUM(line.balance) FILTER (
                           WHERE move.move_type IN
                                 ('out_invoice', 'out_receipt', 'out_refund'))
                           AS invoiced
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
              GROUP BY line.company_id, line.date
            ), received AS (
                SELECT entry.company_id,
                       date_trunc('month', entry.date)::date AS month,
                       SUM(payment.amount_company_currency_signed) AS paid,
                       SUM(payment.amount_company_currency_signed) FILTER (
                           WHERE remittance.source IN ('portal', 'link', 'autopay'))
                           AS paid_portal,
                       SUM(payment.amount_company_currency_signed) FILTER (
                           WHERE payment.payment_transaction_id IS NOT NULL
                             AND COALESCE(remittance.source, 'invoice')
                                 NOT IN ('portal', 'link', 'autopay'))
                           AS paid_page
                  FROM account_payment payment
                  JOIN account_move entry ON entry.id = payment.move_id
             LEFT JOIN payment_transaction attempt
                    ON attempt.id = payment.payment_transaction_id
             LEFT JOIN portal_remittance remittance
                    ON remittance.id = attempt.portal_remittance_id
                 WHERE entry.state = 'posted'
                   AND payment.payment_type = 'inbound'
                   AND payment.partner_type = 'customer'
              GROUP BY entry.company_id, date_trunc('month', entry.date)
            ), figures AS (
                SELECT span.month, span.last, company.id AS company_id,
                       company.currency_id AS company_currency_id,
                       span.last - span.first + 1 AS days,
                       COALESCE(SUM(ledger.balance), 0) AS balance,
                       COALESCE(SUM(ledger.invoiced)
                           FILTER (WHERE ledger.date >= span.first), 0) AS recently,
                       COALESCE(SUM(ledger.invoiced)
                           FILTER (WHERE ledger.date >= span.month), 0) AS invoiced
                  FROM span
            CROSS JOIN res_company company
             LEFT JOIN ledger ON ledger.company_id = company.id
                             AND ledger.date <= span.last
              GROUP BY span.month, span.first, span.last, company.id
            )
            SELECT ROW_NUMBER() OVER (ORDER BY figures.company_id, figures.month) AS id,
                   figures.month,
                   figures.company_id,
                   figures.company_currency_id,
                   figures.balance,
                   figures.invoiced,
                   CASE WHEN figures.recently > 0
                        THEN figures.balance / figures.recently * figures.days
                        ELSE 0 END AS dso,
                   COALESCE(received.paid, 0) AS paid,
                   COALESCE(received.paid_portal, 0) AS paid_portal,
                   COALESCE(received.paid_page, 0) AS paid_page,
                   COALESCE(received.paid, 0) - COALESCE(received.paid_portal, 0)
                       - COALESCE(received.paid_page, 0) AS paid_by_hand,
                   CASE WHEN received.paid > 0
                        THEN (COALESCE(received.paid_portal, 0)
                              + COALESCE(received.paid_page, 0))
                             / received.paid * 100
                        ELSE 0 END AS share_online
              FROM figures
         LEFT JOIN received ON received.company_id = figures.company_id
                           AND received.month = figures.month
            """,
            today=today,
            before=MONTHS - 1,
        )
