"""The statement of an account: figures and rows, read from the posted entries.

Everything is a sum of receivable lines (`amount_currency`), so that it is what the
ledger says. One thing more moves an account: a reconciliation whose other side is not
in the same section, because it has another currency or belongs to another customer. The
line is settled then, and what settled it stands elsewhere. Such a reconciliation is a
movement of its own, a *transfer*; without it a statement would ask for what is paid.

What was open on a day is what is open now, and what was reconciled since; what happened
in a period is read from that period alone. So a statement does not read what is long
settled. Its proof does, see `_get_statement_ledger`.
"""

from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ...const import AGEING_BUCKETS
from .account_move_line import RECEIVABLE_ACCOUNTS

MOVEMENT_FIELDS = (
    "company_id",
    "currency_id",
    "date",
    "move_id",
    "kind",
    "other_id",
    "amount",
    "running",
    "number",
)
ITEM_FIELDS = (
    "company_id",
    "currency_id",
    "line_id",
    "move_id",
    "date",
    "due",
    "amount",
    "open",
    "number",
    "total",
    "other_id",
)
# The sums of a section, in the order of their statements.
ACTIVITY_SUMS = ("closing", "charges", "payments", "count", "transferred", "before")
OUTSTANDING_SUMS = (
    "balance",
    "credit",
    "count",
    "credit_count",
    "later",
    *AGEING_BUCKETS,
    "transferred",
)
# What the words of a row are made of; its query selects these of its `move_id` and
# `other_id`.
MOVE_FIELDS = (
    "id",
    "name",
    "ref",
    "move_type",
    "customer_id",
    "customer_name",
    "payment_id",
    "payment_type",
    "remittance_id",
    "other_name",
)
MOVE_COLUMNS = SQL(
    """
    move.id, move.name, move.ref, move.move_type, move.commercial_partner_id,
    customer.name, payment.id, payment.payment_type, remittance.id,
    COALESCE(other_move.name, '')
    """
)
MOVE_JOINS = SQL(
    """
    JOIN account_move move ON move.id = ranked.move_id
    LEFT JOIN account_move other_move ON other_move.id = ranked.other_id
    LEFT JOIN res_partner customer ON customer.id = move.commercial_partner_id
    LEFT JOIN LATERAL (SELECT id, payment_type FROM account_payment
                        WHERE move_id = move.id LIMIT 1) payment ON TRUE
    LEFT JOIN LATERAL (SELECT id FROM portal_remittance
                        WHERE payment_id = payment.id LIMIT 1) remittance ON TRUE
    """
)
SECTION_AND_SHOWN = SQL(
    """
    section FULL JOIN shown ON shown.company_id = section.company_id
                           AND shown.currency_id = section.currency_id
    """
)
SHOWN_ORDER = SQL(
    """
    ORDER BY shown.company_id, shown.currency_id, shown.is_credit, shown.number
    """
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    # ------------------------------------------------------------
    # Activity
    # ------------------------------------------------------------

    def _get_statement_activity(self, first, last):
        """Return what happened on the account of these customers, section by section.

        A section is one company and currency. The caller has checked that the person
        may see these customers' figures.

        :param date first: the first day, inclusive
        :param date last: the last day, inclusive
        :return: list of dicts with company, currency, opening, charges (what made the
            balance larger), payments (what made it smaller, zero or negative), closing
            (all positive when the customer owes), count (of movements), transferred
            (see above, up to the last day), ledger (see `_get_statement_ledger`)
            and is_proven (whether closing is ledger and transferred, and the opening
            balance is what they were before)
        """
        if not self:
            return []
        query = self._get_activity_sql(first, last)
        sums, _rows = self._ask_statement(last, first, sums=query, names=ACTIVITY_SUMS)
        return self._prepare_activity(first, last, sums)

    def _get_activity_sql(self, first, last):
        """Return a statement of the ACTIVITY_SUMS, section by section."""
        return SQL(
            """
            SELECT company_id, currency_id, SUM(closing), SUM(charge),
                   SUM(payment), COUNT(charge) + COUNT(payment), SUM(transferred),
                   SUM(transferred_before)
              FROM (SELECT company_id, currency_id, open AS closing,
                           NULL::numeric AS charge, NULL::numeric AS payment,
                           NULL::numeric AS transferred,
                           NULL::numeric AS transferred_before
                      FROM item line
                     WHERE line.date <= %(last)s
                 UNION ALL
                    SELECT company_id, currency_id, NULL,
                           CASE WHEN amount > 0 THEN amount END,
                           CASE WHEN amount < 0 THEN amount END, NULL, NULL
                      FROM movement
                 UNION ALL
                    SELECT company_id, currency_id, NULL, NULL, NULL, amount,
                           CASE WHEN max_date < %(first)s THEN amount END
                      FROM between_accounts
                     WHERE is_transfer AND max_date <= %(last)s) part
          GROUP BY company_id, currency_id
            """,
            first=first,
            last=last,
        )

    def _prepare_activity(self, first, last, sums):
        """Return the sections of what happened, with the proof of their balances."""
        amounts = self._group_statement_sums(sums, ACTIVITY_SUMS)
        ledger = self._get_statement_ledger(last, first - timedelta(days=1))
        # Also a section that is settled, and in which nothing happened.
        for key in ledger:
            amounts.setdefault(key, {})
        sections = self._prepare_sections(amounts, ACTIVITY_SUMS, ledger, "closing")
        for section in sections:
            currency = section["currency"]
            section["opening"] = currency.round(
                section["closing"] - section["charges"] - section["payments"]
            )
            _last, before = ledger.get(section["key"], (0.0, 0.0))
            section["is_proven"] &= not currency.compare_amounts(
                before + section.pop("before"), section["opening"]
            )
        return sections

    def _get_statement_movements(self, first, last, *, size=None, page=1, section=None):
        """Return the movements of the period, oldest first, each with its balance.

        One row an entry: two instalments, or the lines of a payment of many invoices,
        are one movement. What changes nothing in a section, such as an exchange
        difference or credits that were applied to invoices, is left out.

        :param int size: rows of a page; without it all of them
        :param int page: the page, from 1, of the one section; others give their first
        :param tuple section: (company id, currency id)
        :return: {(company id, currency id): list of dicts with MOVEMENT_FIELDS and
            MOVE_FIELDS}; `running` is the balance of the
            movements of the period up to this one: add the opening balance
        """
        if not self:
            return {}
        query = self._get_movements_page_sql(size, page, section)
        _sums, rows = self._ask_statement(last, first, rows=query)
        return self._group_statement_rows(rows, MOVEMENT_FIELDS)

    def _get_movements_page_sql(self, size=None, page=1, section=None):
        """Return a statement of the MOVEMENT_FIELDS and MOVE_FIELDS of a page."""
        return SQL(
            """
            WITH ranked AS (
                SELECT company_id, currency_id, date, move_id, kind, other_id,
                       amount,
                       SUM(amount) OVER one_section,
                       ROW_NUMBER() OVER one_section AS number
                  FROM movement
                 WHERE amount != 0
                WINDOW one_section AS (PARTITION BY company_id, currency_id
                                           ORDER BY date, move_id, kind, other_id))
            SELECT FALSE AS is_credit, ranked.*, %(entry)s
              FROM (SELECT * FROM ranked WHERE %(page)s) ranked %(joins)s
            """,
            entry=MOVE_COLUMNS,
            joins=MOVE_JOINS,
            page=self._get_page_sql(size, page, section),
        )

    # ------------------------------------------------------------
    # Outstanding
    # ------------------------------------------------------------

    def _get_statement_outstanding(self, day):
        """Return what was open at the end of a day, section by section.

        What is open today, plus what was reconciled since. Each item ages by that day.

        :param date day: any day, also a past or a future one
        :return: list of dicts with company, currency, balance, credit, the buckets of
            AGEING_BUCKETS and overdue, as `_get_receivable_summary` has them; count and
            credit_count (of items); transferred, ledger and is_proven as in
            `_get_statement_activity`; later (what is dated after the day; only where
            the day is today, else zero)
        """
        if not self:
            return []
        query = self._get_outstanding_sql(day)
        sums, _rows = self._ask_statement(day, sums=query, names=OUTSTANDING_SUMS)
        return self._prepare_outstanding(day, sums)

    def _get_outstanding_sql(self, day):
        """Return a statement of the OUTSTANDING_SUMS, section by section."""
        buckets = [
            SQL(
                "SUM(open) FILTER (WHERE open > 0 AND line.date <= %s AND %s)",
                day,
                self._get_bucket_condition(bucket, day),
            )
            for bucket in AGEING_BUCKETS
        ]
        return SQL(
            """
            WITH opened AS (
                SELECT company_id, currency_id,
                       SUM(open) FILTER (WHERE %(is_item)s),
                       SUM(open) FILTER (WHERE open < 0 AND %(is_item)s),
                       COUNT(*) FILTER (WHERE open > 0 AND %(is_item)s),
                       COUNT(*) FILTER (WHERE open < 0 AND %(is_item)s),
                       SUM(residual), %(buckets)s
                  FROM item line
              GROUP BY company_id, currency_id
                HAVING BOOL_OR(%(is_item)s)),
            transferred AS (
                SELECT company_id, currency_id, SUM(amount)
                  FROM between_accounts
                 WHERE is_transfer AND max_date <= %(day)s
              GROUP BY company_id, currency_id)
            SELECT * FROM opened FULL JOIN transferred
             USING (company_id, currency_id)
            """,
            day=day,
            is_item=SQL("line.date <= %s", day),
            buckets=SQL(", ").join(buckets),
        )

    def _prepare_outstanding(self, day, sums):
        """Return the sections of what was open, with the proof of their balances."""
        amounts = self._group_statement_sums(sums, OUTSTANDING_SUMS)
        ledger = self._get_statement_ledger(day)
        for key, (amount,) in ledger.items():
            if amount:
                amounts.setdefault(key, {})
        sections = self._prepare_sections(amounts, OUTSTANDING_SUMS, ledger, "balance")
        is_today = day == self._get_statement_today()
        for section in sections:
            section["overdue"] = section["currency"].round(
                sum(section[name] for name in AGEING_BUCKETS if name != "not_due")
            )
            # What is open now, and was not yet on the day.
            later = section["later"] - section["balance"] if is_today else 0.0
            section["later"] = section["currency"].round(later)
        return sections

    def _get_statement_items(
        self, day, *, size=None, page=1, section=None, bucket=None
    ):
        """Return the items that were open at the end of a day, by due date.

        :param size, page, section: as of `_get_statement_movements`; of the credits
            there is the first page only
        :param str bucket: a key of AGEING_BUCKETS: only these, and the credits
        :return: {(company id, currency id): list of dicts with ITEM_FIELDS, MOVE_FIELDS
            and days (after the due date, or 0)};
            `amount` is the whole item, `open` what was left of it, `total` how many
            such items (or credits) the section has
        """
        if not self:
            return {}
        query = self._get_items_page_sql(day, size, page, section, bucket)
        _sums, rows = self._ask_statement(day, rows=query)
        return self._group_items(day, rows)

    def _get_items_page_sql(self, day, size=None, page=1, section=None, bucket=None):
        """Return a statement of the ITEM_FIELDS and MOVE_FIELDS of a page."""
        return SQL(
            """
            WITH ranked AS (
                SELECT company_id, currency_id, id, move_id, date,
                       date_maturity, amount_currency, open,
                       ROW_NUMBER() OVER (
                           PARTITION BY company_id, currency_id, open < 0
                               ORDER BY COALESCE(date_maturity, date), move_id, id
                       ) AS number,
                       COUNT(*) OVER (
                           PARTITION BY company_id, currency_id, open < 0),
                       NULL::integer AS other_id
                  FROM item line
                 WHERE line.date <= %(day)s AND open != 0
                   AND (open < 0 OR %(bucket)s))
            SELECT ranked.open < 0 AS is_credit, ranked.*, %(entry)s
              FROM (SELECT * FROM ranked WHERE %(pages)s) ranked %(joins)s
            """,
            day=day,
            bucket=self._get_bucket_condition(bucket, day) if bucket else SQL("TRUE"),
            entry=MOVE_COLUMNS,
            joins=MOVE_JOINS,
            pages=SQL(
                "CASE WHEN open < 0 THEN %s ELSE %s END",
                self._get_page_sql(size, 1, None),
                self._get_page_sql(size, page, section),
            ),
        )

    def _group_items(self, day, rows):
        """Return the rows as `_get_statement_items` does."""
        grouped = self._group_statement_rows(rows, ITEM_FIELDS)
        for items in grouped.values():
            for item in items:
                item["days"] = max(0, (day - (item["due"] or day)).days)
        return grouped

    # ------------------------------------------------------------
    # Both
    # ------------------------------------------------------------

    def _get_activity_and_rows(self, first, last, size=None, page=1, section=None):
        """Return what `_get_statement_activity` and `_movements` do, asked at once."""
        if not self:
            return [], {}
        sums, rows = self._ask_statement(
            last,
            first,
            sums=self._get_activity_sql(first, last),
            names=ACTIVITY_SUMS,
            rows=self._get_movements_page_sql(size, page, section),
        )
        sections = self._prepare_activity(first, last, sums)
        return sections, self._group_statement_rows(rows, MOVEMENT_FIELDS)

    def _get_outstanding_and_rows(self, day, size, page, section, bucket):
        """Return what `_get_statement_outstanding` and `_items` do, asked at once."""
        if not self:
            return [], {}
        sums, rows = self._ask_statement(
            day,
            sums=self._get_outstanding_sql(day),
            names=OUTSTANDING_SUMS,
            rows=self._get_items_page_sql(day, size, page, section, bucket),
        )
        return self._prepare_outstanding(day, sums), self._group_items(day, rows)

    def _ask_statement(self, last, first=None, *, sums=None, names=(), rows=None):
        """Return (sums of the sections, rows) of a statement, asked at once.

        What both are made of is the dearest part of it, and so is read once.

        :param date last: the last day
        :param date first: the first day, where there are movements
        :param SQL sums: a statement of company, currency and `names`
        :param SQL rows: a statement of is_credit (what comes after the others),
            company, currency and more, number among it
        :return: two lists of tuples, without is_credit
        """
        parts = [self._get_between_sql(self.env.companies), self._get_items_sql(last)]
        if first:
            parts.append(self._get_movements_sql(first, last))
        columns, source, order = [], SQL("shown"), SQL()
        if sums:
            parts.append(SQL("section AS (%s)", sums))
            columns.append(SQL("section.*"))
            source = SQL("section")
        if rows:
            parts.append(SQL("shown AS (%s)", rows))
            columns.append(SQL("shown.*"))
            order = SHOWN_ORDER
        if sums and rows:
            source = SECTION_AND_SHOWN
        found = self._execute_statement(
            SQL(
                "WITH %s SELECT %s FROM %s %s",
                SQL(", ").join(parts),
                SQL(", ").join(columns),
                source,
                order,
            )
        )
        width = len(names) + 2 if sums else 0
        return (
            # A section stands before each of its rows.
            list(dict.fromkeys(row[:width] for row in found if sums and row[0])),
            [row[width + 1 :] for row in found if rows and row[width] is not None],
        )

    def _get_statement_ledger(self, *days):
        """Return {(company id, currency id): sums of the receivable lines until days}.

        The amounts of all posted lines, and nothing else: not what is left of them, nor
        what was reconciled, of which the balances of a statement are made. So the proof
        fails when a residual is wrong, when a reconciliation is missing or not taken
        for a transfer, or when the statement leaves out a line. It reads every line of
        the account, by an index that holds the amount.

        :param date days: the latest one first
        :return: {(company id, currency id): a sum for each day}
        """
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        sums = [SQL("SUM(line.amount_currency)")] + [
            SQL("SUM(line.amount_currency) FILTER (WHERE line.date <= %s)", day)
            for day in days[1:]
        ]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.company_id, line.currency_id, %s
                  FROM account_move_line line
                 WHERE line.parent_state = 'posted'
                   AND line.account_id = ANY(%s)
                   AND line.date <= %s
                   AND line.company_id IN %s
                   AND line.partner_id IN (
                       SELECT id FROM res_partner WHERE commercial_partner_id IN %s)
              GROUP BY line.company_id, line.currency_id
                """,
                SQL(", ").join(sums),
                RECEIVABLE_ACCOUNTS,
                days[0],
                tuple(self.env.companies.ids),
                tuple(self.ids),
            )
        )
        return {
            (company, currency): tuple(amount or 0.0 for amount in amounts)
            for company, currency, *amounts in rows
        }

    def _prepare_sections(self, amounts, names, ledger, balance):
        """Return sections with their ledger, and whether it proves them.

        :param dict amounts: {(company id, currency id): {name: amount or None}}
        :param dict ledger: `_get_statement_ledger`
        :param str balance: the name of what must be the ledger and the transfers
        """
        # sudo: name and currency of the sellers, which invoices show too
        self.env.companies.sudo()._fetch_for_portal()
        sections = [
            self._prepare_section(key, {**dict.fromkeys(names), **found})
            for key, found in amounts.items()
        ]
        for section in sections:
            currency = section["currency"]
            section["ledger"] = currency.round(ledger.get(section["key"], (0.0,))[0])
            section["is_proven"] = not currency.compare_amounts(
                section["ledger"] + section["transferred"], section[balance]
            )
        return sorted(
            sections,
            key=lambda section: (
                section["company"] != self.env.company,
                section["company"].id,
                section["currency"] != section["company"].currency_id,
                section["currency"].name,
            ),
        )

    def _prepare_section(self, key, amounts):
        # sudo: name and currency of the seller's company, which invoices show too
        company = self.env["res.company"].sudo().browse(key[0])
        currency = self.env["res.currency"].browse(key[1])
        amounts.setdefault("transferred", 0.0)
        return {
            **{
                name: (amount or 0)
                if name.endswith("count")
                else currency.round(amount or 0.0)
                for name, amount in amounts.items()
            },
            "key": key,
            "company": company,
            "currency": currency,
        }

    @staticmethod
    def _get_page_sql(size, page, section):
        """Return the condition that a ranked row is on the page that is shown."""
        if not size:
            return SQL("TRUE")
        if not section:
            return SQL("number <= %s", size)
        company_id, currency_id = section
        return SQL(
            """
            CASE WHEN company_id = %s AND currency_id = %s
                 THEN number > %s AND number <= %s ELSE number <= %s END
            """,
            company_id,
            currency_id,
            (page - 1) * size,
            page * size,
            size,
        )

    def _execute_statement(self, query):
        for model in ("account.move.line", "account.partial.reconcile", "account.move"):
            self.env[model].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["account.payment"].flush_model(["move_id", "payment_type"])
        self.env["portal.remittance"].flush_model(["payment_id"])
        return self.env.execute_query(query)

    @staticmethod
    def _group_statement_sums(rows, names):
        """Return {(company id, currency id): {name: amount or None}}."""
        return {
            (company, currency): dict(zip(names, row, strict=True))
            for company, currency, *row in rows
        }

    def _group_statement_rows(self, rows, names):
        """Return {(company id, currency id): rows as dicts}.

        :param names: of the columns before those of MOVE_FIELDS
        """
        grouped = {}
        for row in rows:
            found = dict(zip((*names, *MOVE_FIELDS), row, strict=True))
            key = (found["company_id"], found["currency_id"])
            grouped.setdefault(key, []).append(found)
        return grouped

    def _get_statement_moves(self, move_ids):
        """Return {id: dict with MOVE_FIELDS} of entries."""
        if not move_ids:
            return {}
        rows = self._execute_statement(
            SQL(
                """
                SELECT %s
                  FROM (SELECT UNNEST(%s) AS move_id, NULL::integer AS other_id) ranked
                       %s
                """,
                MOVE_COLUMNS,
                list(move_ids),
                MOVE_JOINS,
            )
        )
        return {row[0]: dict(zip(MOVE_FIELDS, row, strict=True)) for row in rows}
