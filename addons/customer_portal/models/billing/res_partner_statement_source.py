"""Where a statement is read from: its items, its movements and its transfers."""

from odoo import models
from odoo.tools import SQL

from .account_move_line import IS_OPEN, get_receivable_condition

# The kinds of movements, in the order in which those of one day and entry stand.
ENTRY, TRANSFER = 0, 1

LINE_FIELDS = SQL(
    "line.id, line.move_id, line.company_id, line.currency_id, line.date,"
    " line.date_maturity, line.amount_currency"
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_movements_sql(self, first, last):
        """Return a common table expression, `movement`, of a period; needs `between`.

        :param date first, last: both inclusive
        """
        # A reconciliation without the day is none: core always computes it.
        return SQL(
            """
            movement AS (
                SELECT line.company_id, line.currency_id, line.date, line.move_id,
                       %(entry)s AS kind, 0 AS other_id,
                       SUM(line.amount_currency) AS amount
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE %(is_own)s
                   AND line.date BETWEEN %(first)s AND %(last)s
              GROUP BY line.company_id, line.currency_id, line.date, line.move_id
             UNION ALL
                SELECT company_id, currency_id, max_date, move_id, %(transfer)s,
                       other_id, SUM(amount)
                  FROM between_accounts
                 WHERE is_transfer AND max_date BETWEEN %(first)s AND %(last)s
              GROUP BY company_id, currency_id, max_date, move_id, other_id)
            """,
            entry=ENTRY,
            transfer=TRANSFER,
            is_own=get_receivable_condition(self.env.companies, self),
            first=first,
            last=last,
        )

    def _get_items_sql(self, day):
        """Return a common table expression: `item` are lines that are or were open.

        `open` is what was left at the end of the day, `residual` what is left now; a
        line that is dated after the day is among them if it is open now. Needs
        `between`.

        What a line was reconciled with after the day is dated after it. Where that
        belongs to these customers it is found by its day, else among what is between
        accounts: no more is read than was booked on these accounts since.
        """
        # OFFSET 0 keeps the order: without it a planner that expects few lines pairs
        # all lines before the day with all after it.
        return SQL(
            """
            item AS (
                SELECT id, move_id, company_id, currency_id, date, date_maturity,
                       amount_currency, SUM(open) AS open, SUM(residual) AS residual
                  FROM (SELECT %(columns)s, line.amount_residual_currency AS open,
                               line.amount_residual_currency AS residual
                          FROM account_move_line line
                          JOIN res_partner partner ON partner.id = line.partner_id
                         WHERE %(is_own)s
                           AND %(is_open)s
                     UNION ALL
                        SELECT line.*, settled.amount, 0
                          FROM (SELECT side.line_id, side.amount
                                  FROM account_move_line other
                                  JOIN res_partner other_partner
                                    ON other_partner.id = other.partner_id
                            CROSS JOIN LATERAL (
                                       SELECT debit_move_id AS line_id,
                                              debit_amount_currency AS amount
                                         FROM account_partial_reconcile
                                        WHERE credit_move_id = other.id
                                    UNION ALL
                                       SELECT credit_move_id, -credit_amount_currency
                                         FROM account_partial_reconcile
                                        WHERE debit_move_id = other.id) side
                                 WHERE %(is_other_own)s
                                   AND other.date > %(day)s
                                OFFSET 0) settled
                    CROSS JOIN LATERAL (
                               SELECT %(columns)s
                                 FROM account_move_line line
                                 JOIN res_partner partner
                                   ON partner.id = line.partner_id
                                WHERE line.id = settled.line_id
                                  AND %(is_own)s
                                  AND line.date <= %(day)s
                               OFFSET 0) line
                     UNION ALL
                        SELECT id, move_id, company_id, currency_id, date,
                               date_maturity, amount_currency, -amount, 0
                          FROM between_accounts
                         WHERE NOT is_other_own
                           AND date <= %(day)s
                           AND max_date > %(day)s) part
              GROUP BY id, move_id, company_id, currency_id, date, date_maturity,
                       amount_currency)
            """,
            columns=LINE_FIELDS,
            is_own=get_receivable_condition(self.env.companies, self),
            is_other_own=get_receivable_condition(
                self.env.companies, self, "other", "other_partner"
            ),
            is_open=IS_OPEN,
            day=day,
        )

    def _get_between_sql(self, companies):
        """Return a common table expression of what was settled between accounts.

        `between_accounts` has a row for each line of these customers and each
        reconciliation with a line of another partner, currency or company: columns of
        the line, max_date, amount (what it adds to the balance of the section) and
        balance (the same in the company's currency); other_id (the entry on the other
        side, 0 when it is another customer's), is_other_own (whether the other line is
        one of these customers, with these companies), is_transfer (whether it is in
        another section), is_settled (whether it is another customer's or company's).

        :param companies: `res.company`, whose lines count
        """
        # That the column is not empty is said for the planner: where all are, it knows
        # no better than to expect many.
        sides = [
            SQL(
                """
                SELECT part.%(own)s AS line_id, part.%(other)s AS other_id,
                       part.max_date, %(sign)s * part.%(amount)s AS amount,
                       %(sign)s * part.amount AS balance
                  FROM account_partial_reconcile part
                  JOIN res_partner owner ON owner.id = part.%(partner)s
                 WHERE part.%(partner)s IS NOT NULL
                   AND owner.commercial_partner_id IN %(customers)s
                """,
                own=SQL.identifier(f"{side}_move_id"),
                other=SQL.identifier(f"{other_side}_move_id"),
                amount=SQL.identifier(f"{side}_amount_currency"),
                partner=SQL.identifier(f"between_{side}_partner_id"),
                sign=sign,
                customers=tuple(self.ids),
            )
            for side, other_side, sign in (
                ("debit", "credit", -1),
                ("credit", "debit", 1),
            )
        ]
        return SQL(
            """
            between_accounts AS MATERIALIZED (
                SELECT %(columns)s, side.max_date, side.amount, side.balance,
                       CASE WHEN %(is_shared)s THEN other.move_id ELSE 0 END
                       AS other_id,
                       (%(is_other_own)s) IS TRUE AS is_other_own,
                       NOT %(is_shared)s
                       OR other.company_id != line.company_id
                       OR other.currency_id != line.currency_id AS is_transfer,
                       NOT %(is_shared)s
                       OR other.company_id != line.company_id AS is_settled
                  FROM (%(sides)s) side
                  JOIN account_move_line line ON line.id = side.line_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN account_move_line other ON other.id = side.other_id
             LEFT JOIN res_partner other_partner ON other_partner.id = other.partner_id
                 WHERE %(is_own)s)
            """,
            columns=LINE_FIELDS,
            is_shared=SQL(
                "COALESCE(other_partner.commercial_partner_id IN %s, FALSE)",
                tuple(self.ids),
            ),
            is_own=get_receivable_condition(companies, self),
            is_other_own=get_receivable_condition(
                companies, self, "other", "other_partner"
            ),
            sides=SQL(" UNION ALL ").join(sides),
        )
