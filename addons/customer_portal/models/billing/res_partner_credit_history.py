"""What changed the used credit, read from the entries and orders themselves.

There is no second set of books: each row is an entry, a settlement from outside, an
order, or a change of the limit. An order counts with what it had to invoice: what it
still has, and what its posted invoices took over. An invoice therefore changes the used
credit only by what it differs from the order; where that is nothing, there is no row.
The rows add up to what is used now.
"""

from odoo import models
from odoo.tools import SQL

from .account_move_line import get_receivable_condition
from .res_partner_account import LINE_TO_INVOICE

ROW_FIELDS = ("date", "kind", "record_id", "change", "later")


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_credit_history(self, exposure, first, *, size=None, start=0):
        """Return what changed the credit with one company since a day, newest first.

        :param dict exposure: of `_get_exposure`, of this customer
        :param date first: the first day, inclusive
        :param int size: how many rows, after the first `start` ones; None is all
        :return: list of dicts with date, kind (entry, settled, order or limit),
            record_id (of the entry, order or `portal.credit.limit.change`), change,
            used (after it), all in the company's currency; what comes to nothing, such
            as an invoice that is its order's amount, is left out
        """
        for model in (
            "account.move.line",
            "account.partial.reconcile",
            "sale.order.line",
            "sale.order",
            "portal.credit.limit.change",
        ):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(between)s, invoiced AS (%(invoiced)s),
                event AS (
                    SELECT date, 'entry' AS kind, move_id AS record_id,
                           SUM(amount) AS change
                      FROM (%(lines)s
                            UNION ALL
                            SELECT date, move_id, -amount FROM invoiced) entry
                     WHERE date >= %(first)s
                  GROUP BY date, move_id
                 UNION ALL
                    SELECT max_date, 'settled', move_id, SUM(balance)
                      FROM between_accounts
                     WHERE is_settled AND max_date >= %(first)s
                  GROUP BY max_date, move_id
                 UNION ALL
                    %(orders)s
                 UNION ALL
                    %(limits)s),
                summed AS (
                    SELECT date, kind, record_id, change,
                           SUM(change) OVER (newest ROWS BETWEEN UNBOUNDED PRECEDING
                                                             AND 1 PRECEDING)
                      FROM event
                    WINDOW newest AS (ORDER BY date DESC, kind, record_id DESC))
                SELECT * FROM summed
                 WHERE kind = 'limit' OR ROUND(change, %(digits)s) != 0
              ORDER BY date DESC, kind, record_id DESC
                 LIMIT %(size)s OFFSET %(start)s
                """,
                lines=self._get_credit_lines_sql(exposure, first),
                invoiced=self._get_invoiced_sql(exposure, first),
                between=exposure["customers"]._get_between_sql(exposure["company"]),
                orders=self._get_order_events_sql(exposure, first),
                limits=self._get_limit_events_sql(exposure, first),
                first=first,
                digits=exposure["currency"].decimal_places,
                size=size,
                start=start,
            )
        )
        currency = exposure["currency"]
        history = [dict(zip(ROW_FIELDS, row, strict=True)) for row in rows]
        for row in history:
            later = float(row.pop("later") or 0.0)
            row["used"] = currency.round(exposure["used"] - later)
            row["change"] = currency.round(float(row["change"] or 0.0))
        return history

    def _get_credit_lines_sql(self, exposure, first):
        return SQL(
            """
            SELECT line.date, line.move_id, line.balance AS amount
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE %s
               AND line.date >= %s
            """,
            get_receivable_condition(exposure["company"], exposure["customers"]),
            first,
        )

    def _get_invoiced_sql(self, exposure, first):
        """Return the SELECT of what posted invoices took over from orders.

        Of the orders since the first day whenever it was, of all others since then. An
        advance payment is a part of its order.
        """
        return SQL(
            """
            SELECT sale.id AS order_id, item.move_id, item.date,
                   -item.balance * COALESCE(
                       item.price_total / NULLIF(item.price_subtotal, 0), 1) AS amount
              FROM sale_order sale
              JOIN sale_order_line sale_line ON sale_line.order_id = sale.id
              JOIN sale_order_line_invoice_rel link
                ON link.order_line_id = sale_line.id
              JOIN account_move_line item ON item.id = link.invoice_line_id
             WHERE sale.state = 'sale'
               AND sale.company_id = %s
               AND sale.portal_debtor_id IN %s
               AND item.parent_state = 'posted'
               AND (item.date >= %s OR %s >= %s)
            """,
            exposure["company"].id,
            tuple(exposure["customers"].ids),
            first,
            self._get_order_day_sql(),
            first,
        )

    def _get_order_day_sql(self):
        """Return the day of an order in the person's time zone."""
        zone = self.env.context.get("tz") or self.env.user.tz or "UTC"
        return SQL("(sale.date_order AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", zone)

    def _get_order_events_sql(self, exposure, first):
        company = exposure["company"]
        day = self._get_order_day_sql()
        # What is still to invoice counts at today's rate, as in the figure.
        rates = [
            SQL("WHEN %s THEN %s", currency_id, rate)
            for currency_id, rate in exposure["rates"].items()
        ]
        rate = (
            SQL("CASE sale.currency_id %s ELSE 1 END", SQL(" ").join(rates))
            if rates
            else SQL("1")
        )
        return SQL(
            """
            SELECT %(day)s, 'order', sale.id,
                   GREATEST(SUM(%(to_invoice)s), 0)
                   * %(rate)s
                   + COALESCE((SELECT SUM(invoiced.amount) FROM invoiced
                                WHERE invoiced.order_id = sale.id), 0)
              FROM sale_order sale
              JOIN sale_order_line line ON line.order_id = sale.id
             WHERE sale.state = 'sale'
               AND sale.company_id = %(company)s
               AND sale.portal_debtor_id IN %(customers)s
               AND %(day)s >= %(first)s
          GROUP BY sale.id
            """,
            day=day,
            rate=rate,
            to_invoice=LINE_TO_INVOICE,
            company=company.id,
            customers=tuple(exposure["customers"].ids),
            first=first,
        )

    def _get_limit_events_sql(self, exposure, first):
        zone = self.env.context.get("tz") or self.env.user.tz or "UTC"
        day = SQL("(date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", zone)
        return SQL(
            """
            SELECT %(day)s, 'limit', id, 0
              FROM portal_credit_limit_change
             WHERE partner_id = %(customer)s
               AND company_id = %(company)s
               AND %(day)s >= %(first)s
            """,
            day=day,
            customer=self.id,
            company=exposure["company"].id,
            first=first,
        )
