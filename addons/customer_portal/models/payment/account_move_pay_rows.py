"""What a person can pay, in groups, with a constant number of queries."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import MAX_DOCUMENTS
from ...tools.choice import Row, add_up, allocate, from_units, to_units
from ...tools.drawing import Drawing
from ..billing.account_move_line import RECEIVABLE_ACCOUNTS

ORDER = "invoice_date_due, id"


class AccountMove(models.Model):
    _inherit = "account.move"

    # ------------------------------------------------------------
    # Groups
    # ------------------------------------------------------------

    def _prepare_pay_groups(self, domain, customers, names, *, chosen=(), keep=()):
        """Return what a person can pay, in groups; each may be paid in one payment.

        In the person's own rights, with a constant number of queries.

        :param domain: of the documents that the person may pay
        :param customers: those whose money on account the person may use
        :param list names: of the fields that rows need
        :param chosen: ids of invoices, where only they and their groups are shown
        :param keep: ids of invoices that are shown though others are more urgent
        :return: list of dicts as of `_make_pay_group`, with rows as of
            `_prepare_pay_rows` and `_prepare_money_rows`; and whether more is open
        """
        domain &= self._get_open_domain()
        invoices = domain & Domain("move_type", "=", "out_invoice")
        if chosen:
            invoices &= Domain("id", "in", list(chosen))
        documents = self.search_fetch(
            invoices, names, order=ORDER, limit=MAX_DOCUMENTS + 1
        )
        is_cut = len(documents) > MAX_DOCUMENTS
        documents = documents[:MAX_DOCUMENTS]
        if is_cut and keep:
            documents |= self.search_fetch(
                invoices & Domain("id", "in", list(keep)),
                names,
                order=ORDER,
                limit=MAX_DOCUMENTS,
            )
        credits = self.search_fetch(
            domain & Domain("move_type", "=", "out_refund"),
            names,
            order=ORDER,
            limit=MAX_DOCUMENTS,
        )
        rows = (documents | credits)._prepare_pay_rows()
        for row in rows:
            row["currency"] = row["move"].currency_id
        rows += self._prepare_money_rows(customers, MAX_DOCUMENTS)
        groups = self._group_pay_rows(rows)
        if chosen:
            groups = [group for group in groups if group["invoices"]] or groups
        return groups, is_cut

    def _group_pay_rows(self, rows):
        groups = {}
        for row in rows:
            # sudo: name and currency of the seller's company, as on the invoice
            company, currency = row["move"].company_id.sudo(), row["currency"]
            if (company, currency) not in groups:
                groups[company, currency] = self._make_pay_group(company, currency)
            is_credit = row["move"].move_type != "out_invoice"
            row.setdefault("cost", row["open"])
            row.setdefault("shortcuts", [])
            row["instalments"] = [amount for amount, _day in row.get("steps", ())]
            row["units"] = Row.of(
                currency.decimal_places,
                row["open"],
                row.get("discount", 0.0),
                row["instalments"],
                is_credit=is_credit,
            )
            part = "credits" if is_credit else "invoices"
            groups[company, currency][part].append(row)
        for group in groups.values():
            group["credits"].sort(key=lambda row: (row["due"], row["move"].id))
        return list(groups.values())

    def _make_pay_group(self, company, currency):
        """Return a group without documents.

        Its rows also have cost (what pays the document), instalments (amounts of the
        steps) and units, a Row of `tools.choice`.
        """
        return {
            "company": company,
            "currency": currency,
            "invoices": [],
            "credits": [],
        }

    def _has_more_to_pay(self, domain, group):
        """Return whether more invoices of a group are open than it has.

        :param domain: of the documents that the person may pay
        """
        count = self.search_count(
            domain
            & self._get_open_domain()
            & Domain("move_type", "=", "out_invoice")
            & Domain("company_id", "=", group["company"].id)
            & Domain("currency_id", "=", group["currency"].id)
        )
        return count > len(group["invoices"])

    def _allocate_amount(self, group, amount):
        """Share an amount and the ticked credits among invoices, the oldest first.

        :param dict group: of `_prepare_pay_groups`, with ticked or not in each credit
        :param float amount: what is paid, in the group's currency
        :return: {invoice: amount}, and what is left over of the money
        """
        digits = group["currency"].decimal_places
        today = fields.Date.context_today(self)
        rows = sorted(
            (row for row in group["invoices"] if row["payable"]),
            key=lambda row: row["move"].id,
        )
        credits = [row["units"] for row in group["credits"] if row["ticked"]]
        needed = [*(row["units"] for row in rows), *credits]
        totals = add_up(unit.choose(unit.cost) for unit in needed)
        shares, left = allocate(
            [row["units"] for row in rows],
            [[day or today for _amount, day in row["steps"]] for row in rows],
            to_units(group["currency"].round(amount), digits) + totals.credits,
        )
        amounts = {
            row["move"]: from_units(share, digits)
            for row, share in zip(rows, shares, strict=True)
            if share
        }
        return amounts, from_units(left, digits)

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def _prepare_pay_rows(self):
        """Return the rows of the pay page: invoices and credit notes.

        Beside what `_prepare_portal_rows` tells: open (positive), steps (amounts that
        pay the instalments, the oldest first, with their dates), shortcuts (which of
        them the page offers), discount (what need not be paid today), discount_until,
        and cost (open less discount).
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
            shortcuts = []
            if sign > 0 and len(steps) > 1:
                shortcuts = self._get_pay_shortcuts(steps, row["overdue"])
            row |= {
                "open": move.amount_residual,
                "steps": steps,
                "shortcuts": shortcuts,
                "discount": discount,
                "discount_until": until,
                "cost": move.currency_id.round(move.amount_residual - discount),
            }
        return rows

    def _get_pay_shortcuts(self, steps, overdue):
        """Return which steps are offered: the first, what is overdue, the next, all.

        :param list steps: of a row
        :param float overdue: what of the document is overdue
        :return: list of dicts with index (of the step), amount and label
        """
        drawing = Drawing(self.env)
        shortcuts = []
        before = overdue  # so that the first is offered
        for index, (amount, day) in enumerate(steps):
            if index == len(steps) - 1:
                label = self.env._("All")
            elif amount == overdue:
                label = self.env._("Overdue")
            elif before == overdue:
                label = self.env._("Due until %s", drawing.date(day))
            else:
                label = ""
            if label:
                shortcuts.append({"index": index, "amount": amount, "label": label})
            before = amount
        return shortcuts

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
