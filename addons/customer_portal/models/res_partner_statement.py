"""The statement of an account: figures and rows, read from the posted entries.

Everything is a sum of receivable lines (`amount_currency`), so that it is what the
ledger says. One thing more moves an account: a reconciliation whose other side is not
in the same section, because it has another currency or belongs to another customer. The
line is settled then, and what settled it stands elsewhere. Such a reconciliation is a
movement of its own, a *transfer*; without it a statement would ask for what is paid.
"""

from odoo import fields, models
from odoo.tools import SQL

from .res_partner import AGEING_BUCKETS

# The kinds of rows, in the order in which rows of one day and entry stand.
ENTRY, TRANSFER = 0, 1

# Within the query: to ask for the accounts before would cost one a query.
RECEIVABLE_ACCOUNTS = SQL(
    "(SELECT id FROM account_account WHERE account_type = 'asset_receivable')"
)

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
)
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
            and is_proven (whether closing is ledger and transferred)
        """
        if not self:
            return []
        rows = self._execute_statement(
            SQL(
                """
                WITH %(movements)s
                SELECT company_id, currency_id,
                       SUM(amount) FILTER (WHERE date < %(first)s),
                       SUM(amount) FILTER (WHERE date >= %(first)s AND amount > 0),
                       SUM(amount) FILTER (WHERE date >= %(first)s AND amount < 0),
                       SUM(amount),
                       COUNT(*) FILTER (WHERE date >= %(first)s AND amount != 0),
                       SUM(amount) FILTER (WHERE kind = %(transfer)s)
                  FROM movement
              GROUP BY company_id, currency_id
                """,
                movements=self._get_movements_sql(last),
                first=first,
                transfer=TRANSFER,
            )
        )
        names = ("opening", "charges", "payments", "closing", "count", "transferred")
        amounts = {
            (company, currency): dict(zip(names, row, strict=True))
            for company, currency, *row in rows
        }
        return self._prepare_sections(amounts, names, last, "closing")

    def _get_statement_movements(self, first, last, *, size=None, page=1, section=None):
        """Return the movements of the period, oldest first, each with its balance.

        One row an entry: two instalments, or the lines of a payment of many invoices,
        are one movement. What changes nothing in a section, such as an exchange
        difference or credits that were applied to invoices, is left out.

        :param int size: rows of a page; without it all of them
        :param int page: the page, from 1, of the one section; others give their first
        :param tuple section: (company id, currency id)
        :return: {(company id, currency id): list of dicts with MOVEMENT_FIELDS and what
            `_get_statement_moves` says of the entry}; `running` is the balance of the
            movements of the period up to this one: add the opening balance
        """
        if not self:
            return {}
        rows = self._execute_statement(
            SQL(
                """
                WITH %(movements)s, ranked AS (
                    SELECT company_id, currency_id, date, move_id, kind, other_id,
                           amount,
                           SUM(amount) OVER one_section,
                           ROW_NUMBER() OVER one_section AS number
                      FROM movement
                     WHERE date >= %(first)s AND amount != 0
                    WINDOW one_section AS (PARTITION BY company_id, currency_id
                                               ORDER BY date, move_id, kind, other_id))
                SELECT * FROM ranked
                 WHERE %(page)s
              ORDER BY company_id, currency_id, number
                """,
                movements=self._get_movements_sql(last),
                first=first,
                page=self._get_page_sql(size, page, section),
            )
        )
        return self._group_statement_rows(rows, MOVEMENT_FIELDS)

    def _get_movements_sql(self, last):
        """Return two common table expressions: `line`, and `movement` of these.

        :param date last: the last day, inclusive
        """
        # A reconciliation without the day is none: core always computes it.
        return SQL(
            """
            line AS (%(lines)s),
            movement AS (
                SELECT company_id, currency_id, date, move_id, %(entry)s AS kind,
                       0 AS other_id, SUM(amount_currency) AS amount
                  FROM line
              GROUP BY company_id, currency_id, date, move_id
             UNION ALL
                SELECT company_id, currency_id, date, move_id, %(transfer)s,
                       other_id, SUM(amount)
                  FROM (%(debits)s UNION ALL %(credits)s) part
              GROUP BY company_id, currency_id, date, move_id, other_id)
            """,
            lines=self._get_lines_sql(last),
            entry=ENTRY,
            transfer=TRANSFER,
            debits=self._get_transfers_sql("debit", "credit", -1, last),
            credits=self._get_transfers_sql("credit", "debit", 1, last),
        )

    def _get_transfers_sql(self, side, other_side, sign, last):
        """Return the SELECT of what was settled from outside of the section.

        `other_id` is the entry on the other side; 0 when it is another customer's.
        """
        return SQL(
            """
            SELECT line.company_id, line.currency_id, part.max_date AS date,
                   line.move_id,
                   CASE WHEN partner.commercial_partner_id IN %(customers)s
                        THEN other.move_id ELSE 0 END AS other_id,
                   %(sign)s * part.%(amount)s AS amount
              FROM line
              JOIN account_partial_reconcile part ON part.%(own)s = line.id
              JOIN account_move_line other ON other.id = part.%(other)s
         LEFT JOIN res_partner partner ON partner.id = other.partner_id
             WHERE part.max_date <= %(last)s
               AND (other.currency_id != line.currency_id
                    OR other.company_id != line.company_id
                    OR partner.commercial_partner_id IS NULL
                    OR partner.commercial_partner_id NOT IN %(customers)s)
            """,
            customers=tuple(self.ids),
            sign=sign,
            amount=SQL.identifier(f"{side}_amount_currency"),
            own=SQL.identifier(f"{side}_move_id"),
            other=SQL.identifier(f"{other_side}_move_id"),
            last=last,
        )

    def _get_lines_sql(self, last):
        """Return the SELECT of the receivable lines of these customers up to a day."""
        return SQL(
            """
            SELECT item.id, item.move_id, item.company_id, item.currency_id, item.date,
                   item.date_maturity, item.amount_currency,
                   item.amount_residual_currency, item.reconciled
              FROM account_move_line item
              JOIN res_partner partner ON partner.id = item.partner_id
             WHERE item.account_id IN %s
               AND item.parent_state = 'posted'
               AND item.company_id IN %s
               AND item.date <= %s
               AND partner.commercial_partner_id IN %s
            """,
            RECEIVABLE_ACCOUNTS,
            tuple(self.env.companies.ids),
            last,
            tuple(self.ids),
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
        buckets = [
            SQL(
                "SUM(open) FILTER (WHERE open > 0 AND %s)",
                self._get_bucket_condition(bucket, day),
            )
            for bucket in AGEING_BUCKETS
        ]
        rows = self._execute_statement(
            SQL(
                """
                WITH %s, opened AS (
                    SELECT company_id, currency_id, SUM(open),
                           SUM(open) FILTER (WHERE open < 0),
                           COUNT(*) FILTER (WHERE open > 0),
                           COUNT(*) FILTER (WHERE open < 0), %s
                      FROM item line
                  GROUP BY company_id, currency_id),
                transferred AS (
                    SELECT company_id, currency_id, SUM(amount)
                      FROM (%s UNION ALL %s) part
                  GROUP BY company_id, currency_id)
                SELECT * FROM opened FULL JOIN transferred
                 USING (company_id, currency_id)
                """,
                self._get_items_sql(day),
                SQL(", ").join(buckets),
                self._get_transfers_sql("debit", "credit", -1, day),
                self._get_transfers_sql("credit", "debit", 1, day),
            )
        )
        names = ("balance", "credit", "count", "credit_count", *AGEING_BUCKETS)
        names += ("transferred",)
        amounts = {
            (company, currency): dict(zip(names, row, strict=True))
            for company, currency, *row in rows
        }
        sections = self._prepare_sections(amounts, names, day, "balance")
        for section in sections:
            section["overdue"] = section["currency"].round(
                sum(section[name] for name in AGEING_BUCKETS if name != "not_due")
            )
        self._add_later(sections, day)
        return sections

    def _add_later(self, sections, day):
        """Add what `_get_receivable_summary` counts today and the day does not yet."""
        today = fields.Date.context_today(self)
        balances = {
            (summary["company"].id, summary["currency"].id): summary["balance"]
            for summary in (self._get_receivable_summary() if day == today else [])
        }
        for section in sections:
            balance = balances.get(section["key"], section["balance"])
            section["later"] = section["currency"].round(
                balance - section["balance"] if day == today else 0.0
            )

    def _get_statement_items(
        self, day, *, size=None, page=1, section=None, bucket=None
    ):
        """Return the items that were open at the end of a day, by due date.

        :param size, page, section: as of `_get_statement_movements`; of the credits
            there is the first page only
        :param str bucket: a key of AGEING_BUCKETS: only these, and the credits
        :return: {(company id, currency id): list of dicts with ITEM_FIELDS, days (after
            the due date, or 0) and what `_get_statement_moves` says of the entry};
            `amount` is the whole item, `open` what was left of it, `total` how many
            such items (or credits) the section has
        """
        if not self:
            return {}
        pages = SQL(
            "CASE WHEN open < 0 THEN %s ELSE %s END",
            self._get_page_sql(size, 1, None),
            self._get_page_sql(size, page, section),
        )
        rows = self._execute_statement(
            SQL(
                """
                WITH %s, ranked AS (
                    SELECT company_id, currency_id, id, move_id, date,
                           date_maturity, amount_currency, open,
                           ROW_NUMBER() OVER (
                               PARTITION BY company_id, currency_id, open < 0
                                   ORDER BY COALESCE(date_maturity, date), move_id, id
                           ) AS number,
                           COUNT(*) OVER (
                               PARTITION BY company_id, currency_id, open < 0)
                      FROM item line
                     WHERE open != 0 AND (open < 0 OR %s))
                SELECT * FROM ranked
                 WHERE %s
              ORDER BY company_id, currency_id, open < 0, number
                """,
                self._get_items_sql(day),
                self._get_bucket_condition(bucket, day) if bucket else SQL("TRUE"),
                pages,
            )
        )
        grouped = self._group_statement_rows(rows, ITEM_FIELDS)
        for items in grouped.values():
            for item in items:
                item["days"] = max(0, (day - (item["due"] or day)).days)
        return grouped

    def _get_items_sql(self, day):
        """Return common table expressions; `item` are lines, `open` what was left."""
        return SQL(
            """
            line AS (%(lines)s),
            later AS (
                SELECT line.id, SUM(part.debit_amount_currency) AS amount
                  FROM line
                  JOIN account_partial_reconcile part ON part.debit_move_id = line.id
                 WHERE part.max_date > %(day)s
              GROUP BY line.id
             UNION ALL
                SELECT line.id, -SUM(part.credit_amount_currency)
                  FROM line
                  JOIN account_partial_reconcile part ON part.credit_move_id = line.id
                 WHERE part.max_date > %(day)s
              GROUP BY line.id),
            item AS (
                SELECT line.*,
                       line.amount_residual_currency + COALESCE(later.amount, 0) AS open
                  FROM line
             LEFT JOIN (SELECT id, SUM(amount) AS amount FROM later GROUP BY id) later
                    ON later.id = line.id
                 WHERE line.reconciled IS NOT TRUE OR later.id IS NOT NULL)
            """,
            lines=self._get_lines_sql(day),
            day=day,
        )

    # ------------------------------------------------------------
    # Both
    # ------------------------------------------------------------

    def _get_statement_ledger(self, day):
        """Return {(company id, currency id): sum of the receivable lines up to a day}.

        Asked of the ORM, and not with the queries of the statement: what it proves it
        must not share.
        """
        # sudo: sums of the customers whose figures the caller may show
        lines = self.env["account.move.line"].sudo()
        rows = lines._read_group(
            [
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "in", self.env.companies.ids),
                ("date", "<=", day),
                ("partner_id.commercial_partner_id", "in", self.ids),
            ],
            ["company_id", "currency_id"],
            ["amount_currency:sum"],
        )
        return {(company.id, currency.id): amount for company, currency, amount in rows}

    def _prepare_sections(self, amounts, names, day, balance):
        """Return sections with their ledger, also those that only the ledger has.

        :param dict amounts: {(company id, currency id): {name: amount or None}}
        :param str balance: the name of what must be the ledger and the transfers
        """
        ledger = self._get_statement_ledger(day)
        for key, amount in ledger.items():
            if amount:
                amounts.setdefault(key, {})
        sections = [
            self._prepare_section(key, {**dict.fromkeys(names), **found})
            for key, found in amounts.items()
        ]
        for section in sections:
            currency = section["currency"]
            section["ledger"] = currency.round(ledger.get(section["key"], 0.0))
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
        return self.env.execute_query(query)

    def _group_statement_rows(self, rows, names):
        """Return {(company id, currency id): rows as dicts}, with their entries."""
        rows = [dict(zip(names, row, strict=True)) for row in rows]
        moves = self._get_statement_moves(
            {row["move_id"] for row in rows}, {row.get("other_id") for row in rows}
        )
        grouped = {}
        for row in rows:
            row.update(moves[row["move_id"]], id=row["move_id"])
            other = moves.get(row.get("other_id"))
            row["other_name"] = other["name"] if other else ""
            key = (row["company_id"], row["currency_id"])
            grouped.setdefault(key, []).append(row)
        return grouped

    def _get_statement_moves(self, move_ids, other_ids=()):
        """Return {id: dict with MOVE_FIELDS} of entries, for the words of their rows.

        As plain data, in one query: a statement may name twenty thousand of them.
        """
        ids = tuple((move_ids | set(other_ids)) - {0, None})
        if not ids:
            return {}
        self.env["account.payment"].flush_model(["move_id", "payment_type"])
        self.env["portal.remittance"].flush_model(["payment_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move.id, move.name, move.ref, move.move_type,
                       move.commercial_partner_id, customer.name,
                       payment.id, payment.payment_type, remittance.id, NULL
                  FROM account_move move
             LEFT JOIN res_partner customer ON customer.id = move.commercial_partner_id
             LEFT JOIN account_payment payment ON payment.move_id = move.id
             LEFT JOIN LATERAL (SELECT id FROM portal_remittance
                                 WHERE payment_id = payment.id LIMIT 1) remittance
                    ON TRUE
                 WHERE move.id IN %s
                """,
                ids,
            )
        )
        return {row[0]: dict(zip(MOVE_FIELDS, row, strict=True)) for row in rows}
