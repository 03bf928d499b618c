"""The pay page: what can be paid, and what a person chose of it."""

import secrets

from odoo.fields import Domain
from odoo.http import request
from odoo.tools.misc import get_lang

from ...const import MAX_AMOUNT, MAX_DOCUMENTS
from ...tools.drawing import Drawing
from ...tools.parse import clean_text, parse_amount, parse_ids
from ..forms import Form

MAX_NOTE = 200


class PayForm(Form):
    """The documents ticked on the pay page and the amount of each.

    `values` holds {document id: amount} and `errors` {document id: message};
    `reasons` {document id: (reason id, note)}. Amounts are in the document's currency
    and positive, also those of credits.
    """

    def clean(self):
        decimal_point = get_lang(self.env).decimal_point
        self.reasons = {}
        self.on_account = 0.0
        self.company_id = self._take_id("company")
        self.currency_id = self._take_id("currency")
        if typed := self.raw.get("on_account"):
            amount = parse_amount(typed, decimal_point)
            if amount is None or not 0 <= amount <= MAX_AMOUNT:
                self.errors["on_account"] = self.env._(
                    "Enter an amount, for example 1234.50, or nothing."
                )
            else:
                self.on_account = amount
        for name, text in self.raw.items():
            if not name.startswith("document_"):
                continue
            [document_id] = parse_ids(name.removeprefix("document_")) or [0]
            if not document_id or text != "on":
                continue
            typed = self.raw.get(f"amount_{document_id}", "")
            amount = parse_amount(typed, decimal_point) if typed else 0.0
            if amount is None:
                self.errors[document_id] = self.env._(
                    "Enter an amount, for example 1234.50."
                )
            elif amount <= 0:
                self.errors[document_id] = self.env._("Enter an amount above 0.")
            self.values[document_id] = amount
            [reason_id] = parse_ids(self.raw.get(f"reason_{document_id}", "")) or [0]
            note = self.raw.get(f"note_{document_id}", "")[:MAX_NOTE]
            self.reasons[document_id] = (reason_id, note)
        if len(self.values) > MAX_DOCUMENTS:
            self.errors["documents"] = self.env._(
                "Choose at most %s documents for one payment.", MAX_DOCUMENTS
            )

    def _take_id(self, name):
        return (parse_ids(self.raw.get(name, "")) or [0])[0]

    def get_fill(self):
        """Return (document id, index of a step) of a pressed amount, or None.

        Without scripts, the buttons with the amounts of instalments send the form.
        """
        document, _mark, index = self.raw.get("fill", "").partition(":")
        ids, steps = parse_ids(document), parse_ids(index)
        return (ids[0], steps[0]) if ids and steps else None


class PayChoice:
    """What the pay page shows: groups of documents that one payment can cover.

    :param domain: of the documents that the person may pay
    :param customers: those whose money on account the person may use
    """

    def __init__(self, domain, customers, *, chosen=(), select="", form=None):
        self.env = request.env
        self.domain = domain
        self.customers = customers
        self.chosen = chosen
        self.select = select
        self.form = form
        self.is_cut = False

    def get_groups(self, fields):
        """Return the groups; each may be paid in one payment.

        :param list fields: of documents that rows need
        :return: list of dicts with company, currency, invoices and credits (rows),
            sums, on_account and request_key
        """
        moves = self.env["account.move"]
        domain = self.domain & moves._get_open_domain()
        order = "invoice_date_due, id"
        invoices = domain & Domain("move_type", "=", "out_invoice")
        if self.chosen:
            invoices &= Domain("id", "in", self.chosen)
        documents = moves.search_fetch(
            invoices, fields, order=order, limit=MAX_DOCUMENTS + 1
        )
        self.is_cut = len(documents) > MAX_DOCUMENTS
        documents = documents[:MAX_DOCUMENTS]
        if self.is_cut and self.form is not None and self.form.values:
            # What was ticked stays on the page, though others are older.
            documents |= moves.search_fetch(
                invoices & Domain("id", "in", list(self.form.values)),
                fields,
                order=order,
                limit=MAX_DOCUMENTS,
            )
        credits = moves.search_fetch(
            domain & Domain("move_type", "=", "out_refund"),
            fields,
            order=order,
            limit=MAX_DOCUMENTS,
        )
        rows = (documents | credits)._prepare_pay_rows()
        for row in rows:
            row["currency"] = row["move"].currency_id
        money = moves._prepare_money_rows(self.customers, MAX_DOCUMENTS)
        groups = self._group([*rows, *money])
        if self.chosen:
            groups = [group for group in groups if group["invoices"]] or groups
        for group in groups:
            self._fill(group)
        return groups

    def _group(self, rows):
        groups = {}
        for row in rows:
            # sudo: name and currency of the seller's company, as on the invoice
            company = row["move"].company_id.sudo()
            key = (company, row["currency"])
            if key not in groups:
                groups[key] = self.make_group(company, row["currency"])
            is_invoice = row["move"].move_type == "out_invoice"
            groups[key]["invoices" if is_invoice else "credits"].append(row)
        for group in groups.values():
            group["credits"].sort(key=lambda row: (row["due"], row["move"].id))
        return list(groups.values())

    @staticmethod
    def make_group(company, currency):
        return {
            "company": company,
            "currency": currency,
            "invoices": [],
            "credits": [],
            "on_account": "",
            "amount": "",
            "amount_error": "",
            "request_key": secrets.token_hex(16),
        }

    def _fill(self, group):
        """Tick rows and propose amounts: as typed, as chosen, or what is overdue."""
        form = self.form
        is_typed = form is not None and self._is_form_of(group)
        for row in (*group["invoices"], *group["credits"]):
            document_id = row["move"].id
            row["cost"] = row.get("cost", row["open"])
            row["reason_id"], row["note"], row["error"] = 0, "", None
            row["typed"] = None
            if is_typed:
                row["ticked"] = document_id in form.values
                row["typed"] = form.raw.get(f"amount_{document_id}")
                row["error"] = form.errors.get(document_id)
                row["reason_id"], row["note"] = form.reasons.get(document_id, (0, ""))
                row["amount"] = form.values.get(document_id) or row["cost"]
                continue
            row["amount"] = row["cost"]
            if row in group["credits"]:
                row["ticked"] = row["payable"]
            elif self.select == "overdue":
                row["ticked"] = row["payable"] and bool(row["overdue"])
                row["amount"] = row["overdue"] or row["cost"]
            else:
                row["ticked"] = row["payable"] and (
                    document_id in self.chosen or self.select == "all"
                )
        if is_typed:
            group["on_account"] = form.raw.get("on_account", "")
        self.sum_up(group)

    def _is_form_of(self, group):
        """Return whether the form that was sent is this group's."""
        form = self.form
        return (form.company_id, form.currency_id) == (
            group["company"].id,
            group["currency"].id,
        ) or any(
            row["move"].id in form.values
            for row in (*group["invoices"], *group["credits"])
        )

    def apply_fill(self, groups, document_id, index):
        """Put the amount of an instalment that was pressed into its field."""
        for group in groups:
            for row in group["invoices"]:
                if row["move"].id == document_id and index < len(row["steps"]):
                    row["typed"], row["ticked"] = None, True
                    row["amount"] = row["steps"][index][0]
                    self.sum_up(group)

    def allocate(self, groups, text, *, company_id, currency_id, with_credits):
        """Propose what an amount pays in the group of a company and a currency.

        :param str text: the amount as it was typed
        """
        env = self.env
        for group in groups:
            currency = group["currency"]
            if (group["company"].id, currency.id) != (company_id, currency_id):
                continue
            group["amount"] = text
            amount = parse_amount(text, get_lang(env).decimal_point)
            if amount is None or not 0 < amount <= MAX_AMOUNT:
                group["amount_error"] = env._("Enter an amount, for example 1234.50.")
                continue
            rows = [row for row in group["invoices"] if row["payable"]]
            for row in group["credits"]:
                row["ticked"] = row["payable"] and with_credits
            credit = sum(row["open"] for row in group["credits"] if row["ticked"])
            owed = sum(row["cost"] for row in rows)
            shares, left = env["account.move"]._allocate_amount(
                rows, amount + min(credit, owed), currency
            )
            later = env.ref(
                "customer_portal.short_payment_later", raise_if_not_found=False
            )
            for row in rows:
                row["ticked"] = row["move"] in shares
                row["amount"] = shares.get(row["move"], row["cost"])
                if later and later.active and self.is_short(row):
                    row["reason_id"] = later.id
            if left and self._has_more(group):
                group["amount_error"] = env._(
                    "This is more than the %s oldest invoices, and one payment takes no"
                    " more. Pay these first, then the rest.",
                    MAX_DOCUMENTS,
                )
            elif left:
                group["on_account"] = Drawing(env).input(left, currency)
            self.sum_up(group)

    def _has_more(self, group):
        """Return whether more invoices of a group are open than the page shows."""
        if not self.is_cut:
            return False
        moves = self.env["account.move"]
        count = moves.search_count(
            self.domain
            & moves._get_open_domain()
            & Domain("move_type", "=", "out_invoice")
            & Domain("company_id", "=", group["company"].id)
            & Domain("currency_id", "=", group["currency"].id)
        )
        return count > len(group["invoices"])

    @staticmethod
    def is_short(row):
        """Return whether the amount of a row is neither all nor an instalment."""
        compare = row["currency"].compare_amounts
        return (
            row["ticked"]
            and row["move"].move_type == "out_invoice"
            and compare(row["amount"], row["cost"]) < 0
            and all(compare(row["amount"], step) for step, _date in row["steps"])
        )

    def sum_up(self, group):
        """Add up what is chosen: invoices, discount, credits, on account, to pay."""
        currency = group["currency"]
        invoices = discount = 0.0
        for row in group["invoices"]:
            row["is_short"] = self.is_short(row)
            if row["ticked"]:
                settles = currency.compare_amounts(row["amount"], row["cost"]) >= 0
                given = row["discount"] if settles else 0.0
                discount += given
                invoices += row["open"] if given else row["amount"]
        credit = sum(row["amount"] for row in group["credits"] if row["ticked"])
        used = min(credit, invoices - discount)
        typed = clean_text(group["on_account"])
        extra = parse_amount(typed, get_lang(self.env).decimal_point) or 0.0
        extra = min(max(extra, 0.0), MAX_AMOUNT)
        group["sums"] = {
            "invoices": currency.round(invoices),
            "discount": currency.round(discount),
            "credits": currency.round(used),
            "credits_left": currency.round(credit - used),
            "on_account": currency.round(extra),
            "to_pay": currency.round(invoices - discount - used + extra),
        }
