"""What customers owe, by age."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...const import AGEING_BUCKETS

# What is open of each customer, company and currency. `owed` and `unallocated` are in
# the company's currency, `entries` counts the items that no document has. What is open
# of documents is a part of `balance`.
OPEN_SUMS = (
    "balance",
    "credit",
    *AGEING_BUCKETS,
    "owed",
    "unallocated",
    "entries",
    "open_documents",
    "open_credit_notes",
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_receivable_summary(self, sums=None):
        """Return what these customers owe, from the posted receivable lines.

        The lines of contacts count for their company. Amounts are in the
        currency of the lines and positive when the customer owes; `credit` holds
        what is unapplied (credit notes and payments) and is zero or negative. The
        buckets of AGEING_BUCKETS and `credit` add up to `balance`. The caller has
        checked that the person may see these customers' figures.

        :param sums: `_get_account_sums` of these customers, or more, if the caller
            has it
        :return: list of dicts with company, currency, balance, overdue, credit,
            residual (company currency), has_entries (whether some of it is on entries),
            one amount a bucket, and the parts of the balance: open_documents,
            open_entries, open_credit_notes and open_on_account, of which the last two
            are zero or less; a company's own currency first
        """
        sums = sums or self._get_account_sums()
        sections = {}
        for (customer_id, *section), amounts in sums.opened.items():
            if customer_id in self._ids:
                sections.setdefault(tuple(section), []).append(amounts)
        summaries = [
            self._prepare_receivable_summary(
                *section,
                {name: sum(row[name] for row in rows) for name in OPEN_SUMS},
            )
            for section, rows in sections.items()
        ]
        return sorted(
            summaries,
            key=lambda summary: (
                summary["company"].id != self.env.company.id,
                summary["company"].id,
                summary["currency"] != summary["company"].currency_id,
                summary["currency"].name,
            ),
        )

    def _get_empty_receivable_summary(self):
        """Return the summary of customers who owe nothing."""
        company = self.env.company
        return self._prepare_receivable_summary(
            company.id, company.currency_id.id, dict.fromkeys(OPEN_SUMS, 0.0)
        )

    def _get_bucket_condition(self, bucket, day=None):
        """Return the SQL condition that an open line belongs to a bucket.

        A line without a due date is not due.

        :param date day: on which it is asked, by default today
        """
        first, last = AGEING_BUCKETS[bucket]
        today = day or fields.Date.context_today(self)
        due = SQL("COALESCE(line.date_maturity, %s)", today)
        conditions = []
        if first is not None:
            conditions.append(SQL("%s <= %s", due, today - timedelta(days=first)))
        if last is not None:
            conditions.append(SQL("%s >= %s", due, today - timedelta(days=last)))
        return SQL(" AND ").join(conditions)

    def _prepare_receivable_summary(self, company_id, currency_id, amounts):
        # sudo: name and currency of the seller's company, which invoices show too
        company = self.env["res.company"].sudo().browse(company_id)
        currency = self.env["res.currency"].browse(currency_id)
        buckets = {bucket: currency.round(amounts[bucket]) for bucket in AGEING_BUCKETS}
        owed = amounts["balance"] - amounts["credit"]
        documents, notes = amounts["open_documents"], amounts["open_credit_notes"]
        return {
            "company": company,
            "currency": currency,
            "balance": currency.round(amounts["balance"]),
            "credit": currency.round(amounts["credit"]),
            "residual": company.currency_id.round(
                amounts["owed"] + amounts["unallocated"]
            ),
            "has_entries": bool(amounts["entries"]),
            "overdue": currency.round(
                sum(amount for name, amount in buckets.items() if name != "not_due")
            ),
            **buckets,
            "open_documents": currency.round(documents),
            "open_entries": currency.round(owed - documents),
            "open_credit_notes": currency.round(notes),
            "open_on_account": currency.round(amounts["credit"] - notes),
        }
