"""A statement as one thing: what a page shows and the files hold."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...const import AGEING_BUCKETS, PAYABLE_TYPES
from .account_move_line import get_receivable_condition
from .res_partner_statement_source import TRANSFER


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _prepare_statement(
        self, statement, *, size=None, page=1, section=None, bucket=None
    ):
        """Return the sections of a statement of these customers, with their rows.

        The caller has checked that the person may see these customers' figures.

        :param Statement statement: what is asked for
        :param size, page, section, bucket: as of `_get_statement_items`
        :return: list of dicts as of `_get_statement_activity` or
            `_get_statement_outstanding`, with rows and, of the outstanding, credits
            apart; one empty section where there is nothing
        """
        options = (size, page, section)
        if statement.view == "activity":
            sections, rows = self._get_activity_and_rows(
                statement.first, statement.last, *options
            )
        else:
            sections, rows = self._get_outstanding_and_rows(
                statement.last, *options, bucket
            )
        sections = sections or [self._get_empty_section(statement.view)]
        labels = self._get_statement_labels()
        words = self._get_entry_words([row for key in rows for row in rows[key]])
        for found in sections:
            described = [
                self._describe_statement_row(row, labels, words)
                for row in rows.get(found["key"], [])
            ]
            if statement.view == "outstanding":
                found["credits"] = [row for row in described if row["open"] < 0]
                described = [row for row in described if row["open"] > 0]
            found["rows"] = described
        return sections

    def _get_empty_section(self, view):
        company = self.env.company
        names = ["balance", "credit", "overdue", "later", *AGEING_BUCKETS]
        names += ["count", "credit_count"]
        if view == "activity":
            names = ["opening", "charges", "payments", "closing", "count"]
        return {
            **self._prepare_section(
                (company.id, company.currency_id.id), dict.fromkeys(names, 0.0)
            ),
            "ledger": 0.0,
            "is_proven": True,
        }

    def _get_statement_labels(self):
        """Return {kind of row: what it is called}."""
        env = self.env
        return {
            "out_invoice": env._("Invoice"),
            "out_receipt": env._("Sales receipt"),
            "out_refund": env._("Credit note"),
            "inbound": env._("Payment"),
            "outbound": env._("Payment to you"),
            "entry": env._("Entry"),
            "other_currency": env._("Settled in another currency"),
            "other_account": env._("Settled by another account"),
        }

    def _get_entry_words(self, rows):
        """Return {id of an entry: what the items of these customers are called}.

        Of the rows of entries that are neither documents nor payments: an opening
        balance, a charge. One query, and none without such rows.
        """
        move_ids = {
            row["move_id"]
            for row in rows
            if row["move_type"] not in PAYABLE_TYPES
            and not row["payment_type"]
            and row.get("kind") != TRANSFER
        }
        if not move_ids:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT line.move_id, STRING_AGG(DISTINCT line.name, ', ')
                      FROM account_move_line line
                      JOIN res_partner partner ON partner.id = line.partner_id
                     WHERE line.move_id IN %(moves)s AND %(is_own)s
                  GROUP BY line.move_id
                    """,
                    moves=tuple(move_ids),
                    is_own=get_receivable_condition(self.env.companies, self),
                )
            )
        )

    def _describe_statement_row(self, row, labels, words=None):
        """Return a row with label, reference and url, for the eyes of these customers.

        What stands on an entry of somebody else (a payment of the head office that
        also pays a branch, an entry of several customers) is not shown; of an entry
        the words of the customer's own items are.
        """
        is_own = row["customer_id"] in self.ids
        move_type, payment_type = row["move_type"], row["payment_type"]
        url = None
        if move_type in PAYABLE_TYPES:
            label = labels[move_type]
            url = f"/my/invoices/{row['move_id']}" if is_own else None
        elif payment_type:
            label = labels[payment_type]
            if is_own:
                url = (
                    f"/my/pay/{row['remittance_id']}"
                    if row["remittance_id"]
                    else f"/my/payments/{row['payment_id']}"
                )
        else:
            label = labels["entry"]
        if row.get("kind") == TRANSFER:
            label = labels["other_currency" if row["other_id"] else "other_account"]
        reference = row["ref"] if is_own and row["ref"] else ""
        reference = (words or {}).get(row["move_id"]) or reference
        if row.get("kind") == TRANSFER:
            reference = row["other_name"]
        row.update(
            label=label,
            reference="" if reference == row["name"] else reference,
            url=url,
            customer_name=row["customer_name"] if is_own else "",
        )
        return row

    # ------------------------------------------------------------
    # Periods
    # ------------------------------------------------------------

    def _get_statement_today(self):
        """Return the day of a statement of now: the person's, or the books' if later.

        So that all that is booked is in it.
        """
        days = [company._get_accounting_day() for company in self.env.companies]
        return max([fields.Date.context_today(self), *days])

    def _get_statement_ranges(self):
        """Return {key: (label, first day, last day)} of the periods to choose from."""
        env = self.env
        today = self._get_statement_today()
        month = today.replace(day=1)
        quarter = today.replace(month=today.month - (today.month - 1) % 3, day=1)
        year = today.replace(month=1, day=1)
        before_month, before_quarter, before_year = (
            start - timedelta(days=1) for start in (month, quarter, year)
        )
        three_months = (before_month.replace(day=1) - timedelta(days=1)).replace(day=1)
        return {
            "three_months": (env._("Last 3 months"), three_months, today),
            "this_month": (env._("This month"), month, today),
            "last_month": (
                env._("Last month"),
                before_month.replace(day=1),
                before_month,
            ),
            "this_quarter": (env._("This quarter"), quarter, today),
            "last_quarter": (
                env._("Last quarter"),
                before_quarter.replace(month=before_quarter.month - 2, day=1),
                before_quarter,
            ),
            "this_year": (env._("This year"), year, today),
            "last_year": (
                env._("Last year"),
                before_year.replace(month=1, day=1),
                before_year,
            ),
        }
