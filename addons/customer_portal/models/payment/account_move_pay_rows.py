"""What the pay page shows of each document, with a constant number of queries."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..billing.account_move_line import RECEIVABLE_ACCOUNTS


class AccountMove(models.Model):
    _inherit = "account.move"

    def _prepare_pay_rows(self):
        """Return the rows of the pay page: invoices and credit notes.

        Beside what `_prepare_portal_rows` tells: open (positive), steps (amounts that
        pay the instalments, the oldest first, with their dates), discount (what need
        not be paid today), discount_until, and cost (open less discount).
        """
        rows = self._prepare_portal_rows()
        items = self._get_pay_items()
        today = fields.Date.context_today(self)
        for row in rows:
            move = row["move"]
            sign = 1 if move.move_type == "out_invoice" else -1
            total, steps, discount, until = 0.0, [], 0.0, None
            for item in items.get(move, ()):
                total = move.currency_id.round(
                    total + sign * item.amount_residual_currency
                )
                steps.append((total, item.date_maturity))
                if self._is_discount_open(item, today):
                    until = item.discount_date
                    discount = move.currency_id.round(
                        item.amount_currency - item.discount_amount_currency
                    )
            row |= {
                "open": move.amount_residual,
                "steps": steps,
                "discount": discount,
                "discount_until": until,
                "cost": move.currency_id.round(move.amount_residual - discount),
            }
        return rows

    @staticmethod
    def _is_discount_open(item, today):
        return (
            item.move_id.move_type == "out_invoice"
            and item.company_id.account_journal_early_pay_discount_loss_account_id
            and item.discount_date
            and today <= item.discount_date
            and item.amount_residual_currency == item.amount_currency
            and item.discount_amount_currency
        )

    def _get_pay_items(self):
        """Return {move: its open receivable lines, the oldest first}."""
        items = (
            self.env["account.move.line"]
            .sudo()  # sudo: the caller could read the documents these lines belong to
            .search_fetch(
                [
                    ("move_id", "in", self.ids),
                    ("display_type", "=", "payment_term"),
                    ("reconciled", "=", False),
                ],
                [
                    "move_id",
                    "company_id",
                    "date_maturity",
                    "amount_currency",
                    "amount_residual_currency",
                    "discount_date",
                    "discount_amount_currency",
                ],
                order="date_maturity, id",
            )
        )
        return items.grouped("move_id")

    @staticmethod
    def _get_open_money_sql(_model, alias, _query):
        """Return the condition of open receivable lines, as their index has it."""
        line = SQL.identifier(alias)
        return SQL(
            """
            %(line)s.parent_state = 'posted' AND %(line)s.account_id = ANY(%(accounts)s)
            AND %(line)s.reconciled IS NOT TRUE
            AND (%(line)s.amount_residual != 0
                 OR %(line)s.amount_residual_currency != 0)
            """,
            line=line,
            accounts=RECEIVABLE_ACCOUNTS,
        )

    def _prepare_money_rows(self, customers, limit, move_ids=None):
        """Return the rows of money on account, the oldest first.

        The caller has checked that the person may use all money of these customers.

        :param customers: commercial partners
        :param list move_ids: only of these entries
        :return: list of dicts with move (in sudo), currency, open (positive), due (the
            day it came) and payable
        """
        domain = (
            Domain("partner_id.commercial_partner_id", "in", customers.ids)
            & Domain.custom(to_sql=self._get_open_money_sql)
            & Domain("amount_residual_currency", "<", 0)
            & Domain("move_id.move_type", "=", "entry")
            & Domain("company_id", "in", self.env.companies.ids)
        )
        if move_ids is not None:
            domain &= Domain("move_id", "in", move_ids)
        items = (
            self.env["account.move.line"]
            .sudo()  # sudo: as said above; customers may not read entries
            .search_fetch(
                domain,
                ["move_id", "currency_id", "partner_id", "amount_residual_currency"],
                order="date, id",
                limit=limit,
            )
        )
        pending = items.move_id._get_pending() if items else {}
        labels = self._get_portal_status_labels()
        rows = {}
        for item in items:
            status = "pending" if item.move_id.id in pending else "credit"
            partner = item.partner_id.commercial_partner_id
            row = rows.setdefault(
                item.move_id,
                {
                    "move": item.move_id,
                    "partner": partner,
                    "currency": item.currency_id,
                    "open": 0.0,
                    "due": item.move_id.date,
                    "payable": item.move_id.id not in pending,
                    "status": status,
                    "label": labels[status],
                    "transfer": pending.get(item.move_id.id),
                },
            )
            if (row["partner"], row["currency"]) == (partner, item.currency_id):
                row["open"] = item.currency_id.round(
                    row["open"] - item.amount_residual_currency
                )
        return list(rows.values())

    def _allocate_amount(self, rows, amount, currency):
        """Share an amount among invoices, the oldest instalment first.

        An invoice with a running discount costs the discounted amount.

        :param list rows: of `_prepare_pay_rows`, invoices in one currency
        :param float amount: what is there to pay them
        :return: {invoice: amount}, and what is left over
        """
        parts = []
        for row in rows:
            if row["discount"]:
                parts.append((row["steps"][0][1], row["move"], row["cost"]))
                continue
            before = 0.0
            for total, date in row["steps"]:
                parts.append((date, row["move"], currency.round(total - before)))
                before = total
        left = currency.round(amount)
        shares = {}
        parts.sort(key=lambda part: (part[0] or fields.Date.today(), part[1].id))
        for _date, move, part in parts:
            share = min(part, left)
            if share > 0:
                shares[move] = currency.round(shares.get(move, 0.0) + share)
                left = currency.round(left - share)
        return shares, left
