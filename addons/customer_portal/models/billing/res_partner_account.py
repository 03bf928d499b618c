"""What is open of a customer, and ordered: one query for all figures of the account."""

from typing import NamedTuple

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import (
    AGEING_BUCKETS,
    DISPUTED,
    HOLDING_STATES,
    INVOICE_TYPES,
    LIVE_STATES,
    OPEN_STATES,
)
from .account_move_line import IS_OPEN, get_receivable_condition
from .res_partner import OPEN_SUMS

# What `_get_under_way_sums` tells, in its order.
HELD_SUMS = ("under_way", "overdue_under_way", "disputed", "overdue_disputed")
# What the queries read.
LINE_FIELDS = (
    "account_id",
    "amount_residual",
    "amount_residual_currency",
    "company_id",
    "currency_id",
    "date_maturity",
    "display_type",
    "parent_state",
    "partner_id",
    "reconciled",
)
ORDER_LINE_FIELDS = (
    "is_downpayment",
    "order_id",
    "price_subtotal",
    "price_total",
    "untaxed_amount_to_invoice",
)
ORDER_FIELDS = ("company_id", "currency_id", "portal_debtor_id", "state")


# What `line` of an order has to invoice, taxes included. What is invoiced too much of a
# line is owed for it, and makes no less of the others. Discounts do, and so does an
# advance payment that is invoiced, with the taxes of its invoice.
LINE_TO_INVOICE = SQL(
    """
    CASE WHEN line.is_downpayment THEN
              line.untaxed_amount_to_invoice * COALESCE(
                  (SELECT SUM(item.price_total) / NULLIF(SUM(item.price_subtotal), 0)
                     FROM sale_order_line_invoice_rel link
                     JOIN account_move_line item ON item.id = link.invoice_line_id
                    WHERE link.order_line_id = line.id
                      AND item.parent_state = 'posted' AND item.price_subtotal > 0), 1)
         WHEN line.price_subtotal < 0 THEN
              LEAST(line.untaxed_amount_to_invoice, 0)
              * line.price_total / line.price_subtotal
         ELSE GREATEST(line.untaxed_amount_to_invoice, 0)
              * COALESCE(line.price_total / NULLIF(line.price_subtotal, 0), 1)
     END
    """
)


class AccountSums(NamedTuple):
    """The keys of both are (customer id, company id, currency id)."""

    opened: dict  # {key: dict with OPEN_SUMS}
    ordered: dict | None  # {key: what is to invoice, taxes included}, if asked for


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_account_sums(self, *, with_orders=False):
        """Return the AccountSums of these customers: of balance and of credit.

        The open lines are read by an index of their own, and so is what orders still
        have to invoice. The caller has checked that the person may see the figures.
        """
        if not self:
            return AccountSums({}, {})
        # sudo: name and currency of the sellers, for the figures
        self.env.companies.sudo()._fetch_for_portal()
        self.env["account.move.line"].flush_model(LINE_FIELDS)
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        query = self._get_open_sums_sql()
        if with_orders:
            self.env["sale.order.line"].flush_model(ORDER_LINE_FIELDS)
            self.env["sale.order"].flush_model(ORDER_FIELDS)
            query = SQL("%s UNION ALL %s", query, self._get_ordered_sums_sql())
        opened, ordered = {}, {}
        for (
            is_order,
            customer_id,
            company_id,
            currency_id,
            *amounts,
        ) in self.env.execute_query(query):
            key = (customer_id, company_id, currency_id)
            amounts = [amount or 0.0 for amount in amounts]
            if is_order:
                ordered[key] = amounts[0]
            else:
                opened[key] = dict(zip(OPEN_SUMS, amounts, strict=True))
        return AccountSums(opened, ordered if with_orders else None)

    def _get_open_sums_sql(self):
        residual = SQL("line.amount_residual_currency")
        # What is less than the company's smallest unit cannot be paid: it is not due.
        residue = SQL("line.amount_residual = 0")
        buckets = [
            SQL(
                "SUM(%s) FILTER (WHERE %s > 0 AND %s)",
                residual,
                residual,
                SQL("(%s OR %s)", residue, condition)
                if bucket == "not_due"
                else SQL("(NOT (%s) AND %s)", residue, condition),
            )
            for bucket in AGEING_BUCKETS
            for condition in [self._get_bucket_condition(bucket)]
        ]
        return SQL(
            """
            SELECT FALSE, partner.commercial_partner_id, line.company_id,
                   line.currency_id, SUM(%(residual)s),
                   SUM(%(residual)s) FILTER (WHERE %(residual)s < 0), %(buckets)s,
                   SUM(line.amount_residual) FILTER (WHERE %(residual)s >= 0),
                   SUM(line.amount_residual) FILTER (WHERE %(residual)s < 0),
                   COUNT(*) FILTER (WHERE line.display_type != 'payment_term'),
                   SUM(%(residual)s) FILTER (
                       WHERE %(residual)s > 0 AND line.display_type = 'payment_term'),
                   SUM(%(residual)s) FILTER (
                       WHERE %(residual)s < 0 AND line.display_type = 'payment_term')
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE %(is_own)s
               AND %(is_open)s
          GROUP BY partner.commercial_partner_id, line.company_id, line.currency_id
            """,
            residual=residual,
            buckets=SQL(", ").join(buckets),
            is_own=get_receivable_condition(self.env.companies, self),
            is_open=IS_OPEN,
        )

    def _get_ordered_sums_sql(self):
        """Return the SELECT of what confirmed orders have to invoice, as one amount.

        From stored columns. An order has never less than nothing to invoice. Core's
        `credit_to_invoice` leaves out what is negative, so that an advance payment
        counts twice there: in the order and in its invoice.

        Order by order, from the index over lines to invoice: added up together,
        PostgreSQL reads all lines of all customers for one who has many orders.
        """
        return SQL(
            """
            SELECT TRUE, sale.portal_debtor_id, sale.company_id, sale.currency_id,
                   SUM(GREATEST(ordered.amount, 0)), %(nothing)s
              FROM sale_order sale
        CROSS JOIN LATERAL (
                   SELECT SUM(%(to_invoice)s) AS amount
                     FROM sale_order_line line
                    WHERE line.order_id = sale.id
                      AND line.untaxed_amount_to_invoice != 0
                   ) ordered
             WHERE sale.state = 'sale'
               AND sale.company_id IN %(companies)s
               AND sale.portal_debtor_id IN %(customers)s
               AND ordered.amount IS NOT NULL
          GROUP BY sale.portal_debtor_id, sale.company_id, sale.currency_id
            """,
            to_invoice=LINE_TO_INVOICE,
            nothing=SQL(", ").join([SQL("NULL")] * (len(OPEN_SUMS) - 1)),
            companies=tuple(self.env.companies.ids),
            customers=tuple(self.ids),
        )

    # ------------------------------------------------------------
    # Under way
    # ------------------------------------------------------------

    def _get_holding_query(self):
        """Return the query of the payments under way of what these customers owe.

        In sudo: also of one that the head office makes for a branch. The caller has
        checked that the person may see the customers' figures.
        """
        # sudo: as said above
        remittances = self.env["portal.remittance"].sudo()
        own = Domain("partner_id", "in", self.ids) & Domain("kind", "=", "invoice")
        query = remittances._search(
            Domain("state", "in", LIVE_STATES)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("line_ids", "any", own),
            order="id desc",
        )
        attempts = self.env["payment.transaction"]
        attempts.flush_model(["portal_remittance_id"])
        query.add_where(
            SQL(
                """
                (%(table)s.state IN %(holding)s OR EXISTS (
                    SELECT FROM payment_transaction
                     WHERE portal_remittance_id = %(table)s.id AND %(under_way)s))
                """,
                table=SQL.identifier(query.table),
                holding=HOLDING_STATES,
                under_way=attempts._get_under_way_sql(),
            )
        )
        return query

    def _get_apart_query(self):
        """Return the query of open invoices that a payment without a remittance holds.

        In sudo, as `_get_holding_query`. Staff charge a saved card by themselves, and
        there is what was begun before the portal was installed.
        """
        # sudo: as said above
        moves = self.env["account.move"].sudo()
        query = moves._search(
            Domain("commercial_partner_id", "in", self.ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", INVOICE_TYPES)
            & Domain("payment_state", "in", OPEN_STATES),
            limit=1,
        )
        attempts = self.env["payment.transaction"]
        attempts.flush_model(["invoice_ids", "portal_remittance_id"])
        self.env["portal.remittance"].flush_model(["state"])
        query.add_where(
            SQL(
                """
                EXISTS (SELECT FROM account_invoice_transaction_rel paid
                          JOIN payment_transaction
                            ON payment_transaction.id = paid.transaction_id
                     LEFT JOIN portal_remittance remittance
                            ON remittance.id = payment_transaction.portal_remittance_id
                         WHERE paid.invoice_id = %s
                           AND (remittance.id IS NULL OR remittance.state NOT IN %s)
                           AND %s)
                """,
                SQL.identifier(query.table, "id"),
                LIVE_STATES,
                attempts._get_under_way_sql(),
            )
        )
        return query

    def _get_under_way_sums(self):
        """Return how much of what these customers owe is being paid, or disputed.

        What `account.move._get_holds` says, of each document at most what is open of
        it, what is being paid first. It is taken from what is due first, so that the
        part of what is overdue is as large as can be.

        :return: {(customer id, company id, currency id): (under way, its overdue
            part, disputed, its overdue part)}
        """
        if not self:
            return {}
        self.env["account.move.line"].flush_model(LINE_FIELDS)
        overdue = SQL(
            "item.amount_residual != 0 AND item.date_maturity < %s",
            fields.Date.context_today(self),
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT held.customer_id, held.company_id, held.currency_id,
                       SUM(LEAST(held.amount, owed.amount)),
                       SUM(LEAST(held.amount, owed.overdue)),
                       SUM(LEAST(held.amount + held.disputed, owed.amount)
                           - LEAST(held.amount, owed.amount)),
                       SUM(LEAST(held.amount + held.disputed, owed.overdue)
                           - LEAST(held.amount, owed.overdue))
                  FROM (SELECT move_id, customer_id, company_id, currency_id,
                               CASE WHEN COUNT(*) FILTER (WHERE %(is_paying)s)
                                         = COUNT(amount) FILTER (WHERE %(is_paying)s)
                                    THEN COALESCE(
                                         SUM(amount) FILTER (WHERE %(is_paying)s), 0)
                                END AS amount,
                               COALESCE(
                                   SUM(amount) FILTER (WHERE NOT %(is_paying)s), 0)
                               AS disputed
                          FROM (%(holds)s) hold
                      GROUP BY move_id, customer_id, company_id, currency_id) held
            CROSS JOIN LATERAL (
                        SELECT COALESCE(SUM(item.amount_residual_currency), 0)
                               AS amount,
                               COALESCE(SUM(item.amount_residual_currency)
                                        FILTER (WHERE %(overdue)s), 0) AS overdue
                          FROM account_move_line item
                          JOIN res_partner partner ON partner.id = item.partner_id
                         WHERE item.move_id = held.move_id
                           AND item.currency_id = held.currency_id
                           AND item.amount_residual_currency > 0
                           AND item.reconciled IS NOT TRUE
                           AND %(is_own)s
                           AND partner.commercial_partner_id = held.customer_id) owed
              GROUP BY held.customer_id, held.company_id, held.currency_id
                """,
                holds=self._get_own_holds_query(),
                is_paying=SQL("state != %s", DISPUTED),
                overdue=overdue,
                is_own=get_receivable_condition(self.env.companies, self, line="item"),
            )
        )
        return {tuple(row[:3]): tuple(row[3:]) for row in rows}

    def _get_own_holds_query(self):
        """Return the query of `account.move._get_holds_query` for these customers."""
        companies = tuple(self.env.companies.ids)
        return self.env["account.move"]._get_holds_query(
            SQL(
                """
                line.partner_id IN %(customers)s AND line.kind = 'invoice'
                AND remittance.company_id IN %(companies)s
                """,
                customers=tuple(self.ids),
                companies=companies,
            ),
            SQL(
                """
                move.commercial_partner_id IN %(customers)s
                AND move.company_id IN %(companies)s AND move.state = 'posted'
                AND move.move_type IN %(types)s AND move.payment_state IN %(open)s
                """,
                customers=tuple(self.ids),
                companies=companies,
                types=INVOICE_TYPES,
                open=OPEN_STATES,
            ),
        )

    def _add_under_way(self, summaries, sums):
        """Add to summaries of these customers what is set aside, and what is left.

        :param list summaries: of `_get_receivable_summary`
        :param dict sums: of `_get_under_way_sums`, or {} when nothing is set aside
        """
        totals = {}
        for (customer_id, *section), amounts in sums.items():
            if customer_id in self._ids:
                total = totals.setdefault(tuple(section), [0.0] * len(HELD_SUMS))
                for index, amount in enumerate(amounts):
                    total[index] += amount
        for summary in summaries:
            currency = summary["currency"]
            total = totals.get((summary["company"].id, currency.id))
            for name, amount in zip(
                HELD_SUMS, total or [0.0] * len(HELD_SUMS), strict=True
            ):
                summary[name] = currency.round(amount)
            late = summary["overdue_under_way"] + summary["overdue_disputed"]
            summary["overdue_to_pay"] = currency.round(summary["overdue"] - late)
        return summaries
