"""What customers owe, and how fast and which way they pay; read from the ledger."""

from odoo import fields, models
from odoo.tools import SQL


class PortalReceivableReport(models.Model):
    """One row for each open receivable item of a posted entry."""

    _name = "portal.receivable.report"
    _description = "Receivables by age"
    _auto = False
    _order = "date_maturity, id"
    _rec_name = "move_id"
    _depends = {
        "account.account": ["account_type"],
        "account.move": ["invoice_user_id"],
        "account.move.line": [
            "account_id",
            "amount_residual",
            "amount_residual_currency",
            "company_id",
            "currency_id",
            "date_maturity",
            "move_id",
            "parent_state",
            "partner_id",
            "reconciled",
        ],
        "res.partner": ["commercial_partner_id", "user_id"],
    }

    move_id = fields.Many2one("account.move", "Document", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    date_maturity = fields.Date("Due date", readonly=True)
    days_late = fields.Integer("Days late", readonly=True, aggregator="max")
    bucket = fields.Selection(
        [
            ("0_not_due", "Not due"),
            ("1_30", "1–30 days"),
            ("2_60", "31–60 days"),
            ("3_90", "61–90 days"),
            ("4_older", "More than 90 days"),
            ("5_credit", "Credits"),
        ],
        "Age",
        readonly=True,
    )
    amount = fields.Monetary(
        "Open",
        readonly=True,
        currency_field="company_currency_id",
        aggregator="sum",
        help="In the company's currency, as booked; credits are negative.",
    )
    amount_overdue = fields.Monetary(
        "Overdue",
        readonly=True,
        currency_field="company_currency_id",
        aggregator="sum",
    )
    amount_currency = fields.Monetary(
        "Open in the currency", readonly=True, aggregator="sum"
    )

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT item.id,
                   item.move_id,
                   partner.commercial_partner_id AS partner_id,
                   COALESCE(move.invoice_user_id, customer.user_id) AS user_id,
                   item.company_id,
                   item.currency_id,
                   item.company_currency_id,
                   item.due AS date_maturity,
                   GREATEST(item.late, 0) AS days_late,
                   item.amount_residual AS amount,
                   item.amount_residual_currency AS amount_currency,
                   CASE WHEN item.late > 0 AND item.amount_residual_currency > 0
                        THEN item.amount_residual ELSE 0 END AS amount_overdue,
                   CASE WHEN item.amount_residual_currency < 0 THEN '5_credit'
                        WHEN item.late <= 0 THEN '0_not_due'
                        WHEN item.late <= 30 THEN '1_30'
                        WHEN item.late <= 60 THEN '2_60'
                        WHEN item.late <= 90 THEN '3_90'
                        ELSE '4_older' END AS bucket
              FROM (SELECT line.*,
                           COALESCE(line.date_maturity, %(today)s::date) AS due,
                           %(today)s::date
                           - COALESCE(line.date_maturity, %(today)s::date) AS late
                      FROM account_move_line line
                      JOIN account_account account ON account.id = line.account_id
                     WHERE line.parent_state = 'posted'
                       AND line.reconciled IS NOT TRUE
                       AND line.amount_residual_currency != 0
                       AND account.account_type = 'asset_receivable') item
              JOIN account_move move ON move.id = item.move_id
         LEFT JOIN res_partner partner ON partner.id = item.partner_id
         LEFT JOIN res_partner customer ON customer.id = partner.commercial_partner_id
            """,
            today=today,
        )
