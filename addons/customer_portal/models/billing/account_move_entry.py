"""What is open on entries: opening balances, bank charges, money on account.

What counts as owed is one set: the open items on receivable accounts that
`get_receivable_condition` finds. Those of invoices, receipts and credit notes are in
the list of documents; all others are items of entries, and stand here. An entry may
hold items of many customers, so nobody reads it: people see their own items, and its
number.
"""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import AGEING_BUCKETS, MAX_DOCUMENTS
from ...tools.holding import NOTHING
from .account_move_line import RECEIVABLE_ACCOUNTS

ITEM_FIELDS = [
    "move_id",
    "company_id",
    "currency_id",
    "partner_id",
    "name",
    "date",
    "date_maturity",
    "amount_residual_currency",
]
ENTRY_FIELDS = ["company_id", "date", "move_type", "name", "origin_payment_id", "ref"]


class AccountMove(models.Model):
    _inherit = "account.move"

    @staticmethod
    def _get_open_item_sql(_model, alias, _query):
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

    def _prepare_entry_rows(self, customers, limit, move_ids=None):
        """Return what is open of these customers on entries, the oldest first.

        One row for each entry, customer and currency: what it owes less what it gives.
        The caller has checked that the person may see, or pay, all of these customers.

        :param customers: commercial partners
        :param list move_ids: only of these entries
        :return: list of dicts with move (in sudo), partner, currency, kind (invoice or
            credit), name, what (what the items are called), open (positive), residual
            (negative for a credit), overdue, days, date, due (of what is owed the
            oldest day; None without one), buckets ({bucket: what is in it}), steps
            (amounts that pay the items, the oldest first, with their days), holds,
            left, overdue_left, under_way, payable, status, label and transfer, as of
            `_prepare_portal_rows`
        """
        domain = (
            Domain("partner_id.commercial_partner_id", "in", customers.ids)
            & Domain.custom(to_sql=self._get_open_item_sql)
            & Domain("move_id.move_type", "=", "entry")
            & Domain("company_id", "in", self.env.companies.ids)
        )
        if move_ids is not None:
            domain &= Domain("move_id", "in", move_ids)
        items = (
            self.env["account.move.line"]
            .sudo()  # sudo: as said above; customers may not read entries
            .search_fetch(domain, ITEM_FIELDS, order="date, id", limit=limit)
        )
        if not items:
            return []
        items.move_id.fetch(ENTRY_FIELDS)
        items.partner_id.fetch(["commercial_partner_id"])
        items.partner_id.commercial_partner_id._fetch_names()
        holds = items.move_id._get_holds()
        shared = items.move_id._get_shared_entries(customers)
        groups = items.grouped(
            lambda item: (
                item.move_id,
                item.partner_id.commercial_partner_id,
                item.currency_id,
            )
        )
        rows = [
            self._prepare_entry_row(*key, group, holds, shared)
            for key, group in groups.items()
        ]
        labels = self._get_portal_status_labels()
        for row in rows:
            row["label"] = self._get_portal_status_label(
                row["status"], row["days"], labels
            )
        rows = [row for row in rows if not row["currency"].is_zero(row["open"])]
        self._add_under_way_texts(rows)
        return rows

    def _prepare_portal_list_more(self, user, customer, keys):
        """Override: what is open on entries, of customers all of whose papers are seen.

        :param list keys: [entry, customer, currency], ids
        """
        rights = user._get_portal_rights()
        seen = rights.get_ids("see_invoices", customer.id)
        taken = rights.get_ids("export", customer.id)
        customers = self.env["res.partner"].browse(sorted(set(seen) & set(taken)))
        if not keys or not customers:
            return []
        chosen = {tuple(key) for key in keys}
        rows = self._prepare_entry_rows(
            customers, MAX_DOCUMENTS, sorted({move_id for move_id, *_of in chosen})
        )
        labels = self._get_portal_status_labels()
        return [
            [
                row["name"],
                self.env._("Other open item"),
                row["date"],
                row["due"] if row["residual"] > 0 else None,
                row["what"],
                "",
                row["partner"].sudo().name,  # sudo: one of the person's customers
                row["currency"].name,
                (row["residual"], row["currency"].decimal_places),
                (row["residual"], row["currency"].decimal_places),
                (row["overdue"], row["currency"].decimal_places),
                labels[row["status"]],
            ]
            for row in rows
            if (row["move"].id, row["partner"].id, row["currency"].id) in chosen
        ]

    def _prepare_entry_row(self, move, partner, currency, items, holds, shared):
        today = fields.Date.context_today(self)
        residual = currency.round(sum(items.mapped("amount_residual_currency")))
        own = holds.get((move.id, partner.id, currency.id), NOTHING)
        left = own.left(abs(residual), currency)
        row = {
            "move": move,
            "id": move.id,
            "move_type": move.move_type,
            "partner": partner,
            "currency": currency,
            "kind": "invoice" if residual > 0 else "credit",
            "name": move.name,
            "open": abs(residual),
            "residual": residual,
            "overdue": 0.0,
            "days": 0,
            "date": move.date,
            "due": move.date,
            "buckets": {},
            "steps": [],
            "holds": own,
            "left": left,
            "overdue_left": 0.0,
            "payable": left > 0,
        }
        names = dict.fromkeys(filter(None, items.mapped("name")))
        reference = move.ref if move not in shared else ""
        row["what"] = ", ".join(names) or reference or ""
        if residual > 0:
            row |= self._get_entry_ages(items, residual, today)
            held = own.take(residual) if own else 0.0
            row["overdue_left"] = currency.round(max(row["overdue"] - held, 0.0))
        elif not row["what"] or move.origin_payment_id:
            row["what"] = self.env._("Money on account")
        row["what"] = row["what"] or self.env._("Entry")
        row["status"] = self._get_entry_status(row)
        row["transfer"] = own.transfer if row["status"] == "pending" else None
        return row

    def _get_entry_ages(self, items, residual, today):
        """Return the parts of a row that follow from the days of its items."""
        total, steps, buckets = 0.0, [], {}
        owed = items.filtered(lambda item: item.amount_residual_currency > 0)
        owed = owed.sorted(lambda item: (item.date_maturity or item.date, item.id))
        late = owed.filtered(
            lambda item: item.date_maturity and item.date_maturity < today
        )
        for item in owed:
            amount = item.amount_residual_currency
            total = min(item.currency_id.round(total + amount), residual)
            steps.append((total, item.date_maturity))
            bucket = self._get_bucket(item.date_maturity or today, today)
            buckets[bucket] = buckets.get(bucket, 0.0) + amount
        oldest = min(late.mapped("date_maturity"), default=None)
        return {
            "steps": steps,
            "buckets": buckets,
            "overdue": min(sum(late.mapped("amount_residual_currency")), residual),
            "days": (today - oldest).days if oldest else 0,
            "due": oldest
            or min(filter(None, owed.mapped("date_maturity")), default=None),
        }

    @staticmethod
    def _get_bucket(due, today):
        """Return the ageing bucket of what is due on a day."""
        days = (today - due).days
        for bucket, (first, last) in AGEING_BUCKETS.items():
            if (first is None or days >= first) and (last is None or days <= last):
                return bucket
        return None

    @staticmethod
    def _get_entry_status(row):
        if row["holds"].is_pending and not (row["payable"] and row["overdue_left"]):
            return "pending"
        if row["kind"] == "credit":
            return "credit"
        return "overdue" if row["overdue"] else "open"

    def _get_shared_entries(self, customers):
        """Return those entries that have items of others too: their text is hidden."""
        lines = self.env["account.move.line"].sudo()  # sudo: only whether there are
        others = lines._read_group(
            [
                ("move_id", "in", self.ids),
                ("account_type", "in", ("asset_receivable", "liability_payable")),
                ("partner_id.commercial_partner_id", "not in", customers.ids),
            ],
            ["move_id"],
        )
        return self.browse().union(*(move for [move] in others))
