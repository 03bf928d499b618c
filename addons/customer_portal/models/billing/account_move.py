from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import AGEING_BUCKETS, OPEN_STATES, PAYABLE_TYPES
from ...tools.holding import NOTHING

# What customers see of the journal: what core's own rule for the portal says, and
# sales receipts.
SEEN_TYPES = (*PAYABLE_TYPES, "in_invoice", "in_refund")
# What the rows of lists are made of.
ROW_FIELDS = (
    "amount_residual",
    "amount_residual_signed",
    "amount_total",
    "commercial_partner_id",
    "company_id",
    "currency_id",
    "invoice_date",
    "invoice_date_due",
    "invoice_origin",
    "move_type",
    "name",
    "payment_state",
    "ref",
)


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = [
        "account.move",
        "portal.scoped.mixin",
        "portal.listed.mixin",
        "portal.closed.mixin",
        "portal.news.mixin",
    ]

    _portal_code = "see_invoices"
    _portal_list = "invoices"
    _portal_partner_field = "commercial_partner_id"
    _portal_partner_is_customer = True

    # Who has the token may do what its link does; people of a customer have roles.
    access_token = fields.Char(groups="base.group_user")

    # What the seller notes about the customer, which core lets every contact read.
    _portal_closed_fields = ("sale_warning_text",)

    remittance_line_ids = fields.One2many(
        "portal.remittance.line",
        "move_id",
        "Remittances",
        groups="account.group_account_invoice",
    )

    # The portal's lists page by these; without them the newest rows of one
    # customer are searched among the entries of all. The first one also holds what
    # the totals of a list are made of: they are read from it alone.
    _portal_invoice_date_idx = models.Index(
        "(commercial_partner_id, invoice_date DESC, id DESC)"
        " INCLUDE (company_id, currency_id, move_type, payment_state,"
        " amount_total, amount_residual)"
        f" WHERE state = 'posted' AND move_type IN {PAYABLE_TYPES}"
    )
    _portal_invoice_open_idx = models.Index(
        "(commercial_partner_id, invoice_date_due, id)"
        f" WHERE state = 'posted' AND move_type IN {PAYABLE_TYPES}"
        f" AND payment_state IN {OPEN_STATES}"
    )
    _portal_invoice_due_idx = models.Index(
        "(commercial_partner_id, invoice_date_due, id)"
        f" WHERE state = 'posted' AND move_type IN {PAYABLE_TYPES}"
    )

    # ------------------------------------------------------------
    # Lists
    # ------------------------------------------------------------

    def _get_portal_own_domain(self, user):
        """Override: what is addressed to the person, or invoices the own orders."""
        orders = self.env["sale.order"]._get_portal_own_domain(user)
        return Domain("partner_id", "=", user.partner_id.id) | Domain(
            "invoice_line_ids.sale_line_ids.order_id", "any!", orders
        )

    def _get_portal_rule_domain(self, user):
        """Extend: what is posted and has to do with selling or buying."""
        return (
            super()._get_portal_rule_domain(user)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", SEEN_TYPES)
        )

    def _get_portal_documents_domain(self, user, customer, code="see_invoices"):
        """Return the domain of the posted invoices and credit notes a person reaches.

        :param customer: the customer that the person acts for
        :param str code: see_invoices or pay
        """
        return (
            self._get_portal_domain(user, code, customer)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", PAYABLE_TYPES)
        )

    def _get_open_domain(self):
        """Return the domain of documents with something left to pay or to use."""
        return Domain("payment_state", "in", OPEN_STATES)

    @api.model
    def _get_bucket_labels(self):
        """Return {bucket: what the ageing bar calls it}, the youngest first."""
        _ = self.env._
        labels = {
            "not_due": _("Not due"),
            "overdue_1_30": _("1–30 days"),
            "overdue_31_60": _("31–60 days"),
            "overdue_61_90": _("61–90 days"),
            "overdue_90": _("Over 90 days"),
        }
        return {bucket: labels[bucket] for bucket in AGEING_BUCKETS}

    def _get_bucket_domain(self, bucket):
        """Return the domain of invoices with an open item in an ageing bucket.

        Each instalment ages on its own. `overdue` is all the overdue buckets.

        :param str bucket: a key of AGEING_BUCKETS, or overdue
        """
        first, last = AGEING_BUCKETS.get(bucket, (1, None))
        today = fields.Date.context_today(self)
        due = SQL("COALESCE(item.date_maturity, %s)", today)
        conditions = [SQL("TRUE")]
        if first is not None:
            conditions.append(SQL("%s <= %s", due, today - timedelta(days=first)))
        if last is not None:
            conditions.append(SQL("%s >= %s", due, today - timedelta(days=last)))
        self.env["account.move.line"].flush_model()
        return Domain.custom(
            to_sql=lambda model, alias, _query: SQL(
                """
                EXISTS (SELECT FROM account_move_line item
                         WHERE item.move_id = %s
                           AND item.display_type = 'payment_term'
                           AND item.reconciled IS NOT TRUE
                           AND item.amount_residual_currency > 0
                           AND item.amount_residual != 0
                           AND %s)
                """,
                SQL.identifier(alias, "id"),
                SQL(" AND ").join(conditions),
            )
        )

    def _get_overdue_amounts(self):
        """Return what is overdue of these documents, instalment by instalment.

        :return: {move id: (overdue amount in the document's currency, oldest
            overdue date)} of those that have something overdue
        """
        today = fields.Date.context_today(self)
        rows = (
            self.env["account.move.line"]
            .sudo()  # sudo: the caller could read the documents these lines belong to
            ._read_group(
                [
                    ("move_id", "in", self.ids),
                    ("display_type", "=", "payment_term"),
                    ("reconciled", "=", False),
                    ("amount_residual_currency", ">", 0),
                    ("amount_residual", "!=", 0),
                    ("date_maturity", "<", today),
                ],
                ["move_id"],
                ["amount_residual_currency:sum", "date_maturity:min"],
            )
        )
        return {move.id: (amount, oldest) for move, amount, oldest in rows}

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    @api.model
    def _get_portal_row_fields(self):
        """Return the fields that lists read; an addon that shows more adds them."""
        return list(ROW_FIELDS)

    def _prepare_portal_rows(self, overdue=None, holds=None):
        """Return what a list shows of each document, with a constant number of queries.

        :param dict overdue: of `_get_overdue_amounts`, if the caller has it
        :param dict holds: of `_get_holds`, likewise
        :return: list of dicts with the fields of `_get_portal_row_fields` as
            `_read_plain` has them, and move, currency (a record), status (key of
            `_get_portal_status_labels`), label (what the page calls it), overdue
            (amount), days (since the oldest overdue date), due (that date, or the
            invoice's), total and residual (negative for credit notes), is_untouched
            (nothing of it is settled), reference (the customer's), holds (Holds), left
            (what is open and not under way, positive), chosen (the same, negative for
            credit notes), overdue_left (likewise of what is overdue), under_way
            (sentences, where the status does not say it), payable, and transfer, which
            is None or has date and reference of an announced one
        """
        labels = self._get_portal_status_labels()
        today = fields.Date.context_today(self)
        overdue = self._get_overdue_amounts() if overdue is None else overdue
        holds = self._get_holds() if holds is None else holds
        rows = self._read_plain(self._get_portal_row_fields())
        # sudo: the currencies of the sellers
        companies = self.env["res.company"].sudo()
        companies = companies.browse({row["company_id"] for row in rows})
        companies._fetch_for_portal()
        home = {company.id: company.currency_id for company in companies}
        currencies = self.env["res.currency"].browse(
            {row["currency_id"] for row in rows}
        )
        currencies = {currency.id: currency for currency in currencies}
        partly = self._get_partly_held(rows, holds, currencies)
        overdue_left = self._get_overdue_left(partly) if partly else {}
        late = {}  # {days: label}: there are many of a day
        for row, move in zip(rows, self, strict=True):
            currency = currencies[row["currency_id"]]
            own = holds.get(self._get_hold_key(row), NOTHING)
            left = own.left(row["amount_residual"], currency)
            is_residue = self._is_residue_of(row, currency, home[row["company_id"]])
            amount, oldest = overdue.get(row["id"], (0.0, None))
            if is_residue:
                amount, oldest = 0.0, None
            # What is under way of a part says nothing of the rest.
            rest = amount if left else 0.0
            if row["id"] in partly:
                rest, oldest = overdue_left.get(row["id"], (0.0, None))
            held = "" if row["id"] in partly and oldest else own.status
            status = self._get_portal_status(row, held, oldest, is_residue)
            days = (today - oldest).days if oldest else 0
            if status == "overdue" and days not in late:
                late[days] = self._get_portal_status_label(status, days, labels)
            sign = -1 if row["move_type"] == "out_refund" else 1
            row |= {
                "move": move,
                "currency": currency,
                "status": status,
                "label": late[days] if status == "overdue" else labels[status],
                "holds": own,
                "transfer": own.transfer if held == "pending" else None,
                "overdue": amount,
                "overdue_left": rest,
                "days": days,
                "due": oldest or row["invoice_date_due"],
                "total": sign * row["amount_total"],
                "residual": sign * row["amount_residual"],
                "left": left,
                "chosen": sign * left,
                # For the look of a row only: a phone shows one of two equal amounts.
                "is_untouched": row["amount_total"] == row["amount_residual"],
                "reference": row["ref"] or row["invoice_origin"],
                "payable": row["payment_state"] in OPEN_STATES
                and not is_residue
                and left > 0,
            }
        self._add_under_way_texts(rows)
        return rows

    def _is_residue(self):
        """Return whether what is left is less than the smallest unit of a currency.

        A payment in another currency may leave that: it cannot be paid, and nobody is
        reminded of it.
        """
        self.ensure_one()
        [row] = self._read_plain(
            ["amount_residual", "amount_residual_signed", "payment_state"]
        )
        return self._is_residue_of(row, self.currency_id, self.company_currency_id)

    @staticmethod
    def _is_residue_of(row, currency, company_currency):
        """Return whether what is left of a document is a residue.

        :param row: the document, or a dict with its fields
        """
        return row["payment_state"] in OPEN_STATES and (
            currency.is_zero(row["amount_residual"])
            or company_currency.is_zero(row["amount_residual_signed"])
        )

    @staticmethod
    def _get_portal_status(row, held, oldest, is_residue):
        """Return the status of a document, told by what its state is.

        :param dict row: with the fields of the document
        :param str held: `Holds.status` of what is set aside, if that is what counts
        :param oldest: day since which something of it is overdue, or None
        """
        settled = {"in_payment": "processing", "paid": "paid", "reversed": "reversed"}
        if held == "pending":
            return held
        if row["payment_state"] in settled:
            return settled[row["payment_state"]]
        if is_residue:
            return "residue"
        if row["move_type"] == "out_refund":
            return "credit"
        if held:
            return held
        if oldest:
            return "overdue"
        return "partial" if row["payment_state"] == "partial" else "open"

    def _get_portal_status_label(self, status, days, labels):
        """Return what people read of a status; of an overdue one since when."""
        if status != "overdue":
            return labels[status]
        if days == 1:
            return self.env._("Overdue by 1 day")
        return self.env._("Overdue by %s days", days)

    def _get_portal_status_labels(self):
        """Return what people read for each status of `_prepare_portal_rows`."""
        _ = self.env._
        return {
            "pending": _("Payment under way"),
            "disputed": _("Disputed"),
            "processing": _("In payment"),
            "paid": _("Paid"),
            "reversed": _("Reversed"),
            "credit": _("Open credit"),
            "overdue": _("Overdue"),
            "partial": _("Partly paid"),
            "open": _("Open"),
            "residue": _("Rounding difference, nothing to pay"),
        }

    def _get_portal_paid_date(self):
        """Return the day of the last payment of these invoices, or None."""
        items = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        matches = items.matched_credit_ids | items.matched_debit_ids
        return max(filter(None, matches.mapped("max_date")), default=None)

    def _get_portal_totals(self, domain):
        """Return the totals of a filtered list, one entry a currency.

        In the caller's own rights. Credit notes count negative.

        :return: list of dicts with currency, count, total and residual
        """
        totals = {}
        for currency, move_type, count, total, residual in self._read_group(
            domain,
            ["currency_id", "move_type"],
            ["__count", "amount_total:sum", "amount_residual:sum"],
        ):
            entry = totals.setdefault(
                currency,
                {"currency": currency, "count": 0, "total": 0.0, "residual": 0.0},
            )
            sign = -1 if move_type == "out_refund" else 1
            entry["count"] += count
            entry["total"] += sign * total
            entry["residual"] += sign * residual
        return sorted(totals.values(), key=lambda entry: -entry["count"])

    # ------------------------------------------------------------
    # List as a file
    # ------------------------------------------------------------

    def _get_portal_list_label(self):
        return self.env._("Invoices")

    def _get_portal_list_columns(self):
        _ = self.env._
        return [
            _("Number"),
            _("Type"),
            _("Date"),
            _("Due date"),
            _("Your reference"),
            _("Our order"),
            _("Company"),
            _("Currency"),
            _("Total"),
            _("Amount due"),
            _("Overdue"),
            _("Status"),
        ]

    def _prepare_portal_list_rows(self):
        labels = self._get_portal_status_labels()
        rows = self._prepare_portal_rows()
        names = self.commercial_partner_id._get_portal_names()
        kinds = self._get_portal_kinds()
        for row in rows:
            digits = row["currency"].decimal_places
            yield [
                row["name"],
                kinds.get(row["move_type"], kinds[None]),
                row["invoice_date"],
                row["due"],
                row["ref"],
                row["invoice_origin"],
                names[row["commercial_partner_id"]],
                row["currency"].name,
                (row["total"], digits),
                (row["residual"], digits),
                (row["overdue"], digits),
                labels[row["status"]],
            ]
