"""The pay page: what can be paid, and what a person chose of it."""

import secrets

from odoo.http import request

from ...const import MAX_AMOUNT, MAX_DOCUMENTS, SHOWN_DOCUMENTS
from ...tools.choice import add_up, from_units, to_units
from ...tools.drawing import Drawing
from ...tools.parse import parse_id, parse_ids, parse_units
from ..forms import Form, get_amount_example, read_typed_amount

MAX_NOTE = 200


class PayForm(Form):
    """The documents ticked on the pay page and the amount of each.

    `values` holds {document id: amount} and `errors` {document id: message};
    `reasons` {document id: (reason id, note)}, and `seen` {document id: what the page
    showed as left of it, in the smallest unit} of invoices. Amounts are in the
    document's currency and positive, also those of credits; they are there after
    `read_amounts`.
    """

    def clean(self):
        self.reasons = {}
        self.seen = {}
        self.on_account = 0.0
        self.company_id = parse_id(self.raw.get("company"))
        self.currency_id = parse_id(self.raw.get("currency"))
        for name, text in self.raw.items():
            if not name.startswith("document_"):
                continue
            document_id = parse_id(name.removeprefix("document_"))
            if not document_id or text != "on":
                continue
            self.values[document_id] = 0.0
            reason_id = parse_id(self.raw.get(f"reason_{document_id}"))
            note = self.raw.get(f"note_{document_id}", "")[:MAX_NOTE]
            self.reasons[document_id] = (reason_id, note)
            seen = parse_units(self.raw.get(f"left_{document_id}"))
            if seen is not None:
                self.seen[document_id] = seen
        if len(self.values) > MAX_DOCUMENTS:
            self.errors["documents"] = self.env._(
                "Choose at most %s documents for one payment.", MAX_DOCUMENTS
            )

    def read_amounts(self, currencies, currency):
        """Read what was typed, with the decimals of its currency.

        :param dict currencies: {document id: res.currency}
        :param currency: that of money on account, and of unknown documents
        """
        for document_id in self.values:
            typed = self.raw.get(f"amount_{document_id}", "")
            amount, refusal = read_typed_amount(
                self.env, typed or "0", currencies.get(document_id, currency)
            )
            if amount is not None and amount <= 0:
                refusal = self.env._("Enter an amount above 0.")
            if refusal:
                self.errors[document_id] = refusal
            self.values[document_id] = amount
        if typed := self.raw.get("on_account"):
            amount, refusal = read_typed_amount(self.env, typed, currency)
            if amount is not None and not 0 <= amount <= MAX_AMOUNT:
                refusal = get_amount_example(self.env, currency)
            if refusal:
                self.errors["on_account"] = refusal
            else:
                self.on_account = amount

    def get_fill(self):
        """Return (document id, index of a step) of a pressed amount, or None.

        Without scripts, the buttons with the amounts of instalments send the form.
        """
        document, _mark, index = self.raw.get("fill", "").partition(":")
        document_id, steps = parse_id(document), parse_ids(index)
        return (document_id, steps[0]) if document_id and steps else None


class PayChoice:
    """What the pay page shows: groups of documents, and what is chosen of them.

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
        self.drawing = Drawing(self.env)

    def get_groups(self):
        """Return the groups; each may be paid in one payment.

        :return: list of dicts with company, currency, invoices and credits (rows),
            sums, on_account and request_key
        """
        groups, self.is_cut = self.env["account.move"]._prepare_pay_groups(
            self.domain,
            self.customers,
            chosen=self.chosen,
            # What was ticked stays on the page, though others are older.
            keep=self.form.values if self.form else (),
        )
        for group in groups:
            self._fill(group)
        return groups

    def make_empty_group(self, company, currency):
        """Return the group of a page without documents, for a payment in advance."""
        group = self.env["account.move"]._make_pay_group(company, currency)
        self._fill(group)
        if self.form:
            group["on_account"] = self.form.raw.get("on_account", "")
            self.sum_up(group)
        return group

    def _fill(self, group):
        """Tick rows and propose amounts: as typed, as chosen, or what is overdue."""
        form = self.form
        is_typed = form is not None and self._is_form_of(group)
        group |= {
            "on_account": form.raw.get("on_account", "") if is_typed else "",
            "amount": "",
            "amount_error": "",
            "uses_credits": True,
            "request_key": secrets.token_hex(16),
        }
        for row in (*group["invoices"], *group["credits"]):
            document_id = row["move"].id
            row["reason_id"], row["note"], row["error"] = 0, "", None
            row["typed"] = row["focus"] = None
            if is_typed:
                row["ticked"] = document_id in form.values
                row["typed"] = form.raw.get(f"amount_{document_id}")
                row["error"] = form.errors.get(document_id)
                row["reason_id"], row["note"] = form.reasons.get(document_id, (0, ""))
                # What cannot be read counts as nothing, as it does while it is typed.
                row["amount"] = form.values.get(document_id, row["cost"])
                continue
            row["amount"] = row["cost"]
            if row["units"].is_credit:
                row["ticked"] = row["payable"]
            elif self.select == "overdue":
                row["ticked"] = row["payable"] and bool(row["overdue_left"])
                row["amount"] = row["overdue_left"] or row["cost"]
            else:
                row["ticked"] = row["payable"] and (
                    document_id in self.chosen or self.select == "all"
                )
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

    @staticmethod
    def fold(groups, *, is_all):
        """Say which invoices are drawn: the most urgent, and all that are chosen.

        What was typed stays in sight, too. Others are neither ticked nor part of a
        sum, so that leaving them out changes nothing.

        :param bool is_all: whether the person asked for all
        """
        for group in groups:
            group["shown"] = [
                row
                for index, row in enumerate(group["invoices"])
                if is_all
                or index < SHOWN_DOCUMENTS
                or row["ticked"]
                or row["error"]
                or row["typed"] is not None
            ]
            group["hidden"] = len(group["invoices"]) - len(group["shown"])

    @staticmethod
    def bring_up(groups):
        """Put first what is wrong, then what is chosen; focus the first mistake.

        :return: whether a row has it
        """
        has_focus = False
        for group in groups:
            for rows in (group["invoices"], group["credits"]):
                rows.sort(key=lambda row: (not row["error"], not row["ticked"]))
            for row in (*group["invoices"], *group["credits"]):
                if row["error"] and row["payable"] and not has_focus:
                    has_focus = True
                    lacks_reason = row["is_short"] and not row["reason_id"]
                    row["focus"] = "reason" if lacks_reason else "amount"
        return has_focus

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
        for group in groups:
            if (group["company"].id, group["currency"].id) == (company_id, currency_id):
                self._allocate_in(group, text, with_credits)

    def _allocate_in(self, group, text, with_credits):
        env = self.env
        moves = env["account.move"]
        group["amount"], group["uses_credits"] = text, with_credits
        amount, group["amount_error"] = self._read_sum(text, group["currency"])
        if amount is None:
            return
        for row in group["credits"]:
            row["ticked"] = row["payable"] and with_credits
        shares, left = moves._allocate_amount(group, amount)
        for row in group["invoices"]:
            if row["payable"]:
                row["ticked"] = row["move"] in shares
                row["amount"] = shares.get(row["move"], row["cost"])
        if left and self.is_cut and moves._has_more_to_pay(self.domain, group):
            group["amount_error"] = env._(
                "This is more than the %s oldest invoices that one payment "
                "can cover. Pay these first, then the rest.",
                MAX_DOCUMENTS,
            )
        elif left:
            group["on_account"] = self.drawing.input(left, group["currency"])
        self.sum_up(group)
        later = env.ref("customer_portal.short_payment_later", raise_if_not_found=False)
        if later and later.active:
            for row in group["invoices"]:
                if row["is_short"]:
                    row["reason_id"] = later.id

    def _read_sum(self, text, currency):
        """Return (an amount above zero, ""), or (None, what to say beside it)."""
        amount, refusal = read_typed_amount(self.env, text, currency)
        if amount is not None and not 0 < amount <= MAX_AMOUNT:
            amount, refusal = None, get_amount_example(self.env, currency)
        return amount, refusal

    def sum_up(self, group):
        """Say what stands in the fields, what is short, and what it all comes to."""
        currency = group["currency"]
        chosen = []
        for row in (*group["invoices"], *group["credits"]):
            is_read = row["amount"] is not None
            amount = self._get_units(row["amount"] or 0.0, currency)
            is_short = row["ticked"] and is_read and row["units"].is_short(amount)
            row["is_short"] = is_short
            row["shown"] = row["typed"]
            if row["shown"] is None:
                row["shown"] = self.drawing.input(row["amount"], currency)
            if row["ticked"]:
                chosen.append(row["units"].choose(amount))
        typed = group["on_account"]
        extra, _refusal = read_typed_amount(self.env, typed, currency)
        totals = add_up(chosen, self._get_units(extra or 0.0, currency))
        group["sums"] = self._prepare_sums(totals, currency.decimal_places)

    def _prepare_sums(self, totals, digits):
        """Return what the page says of Totals: its parts, and what is to pay."""
        parts = [
            ("invoices", self.env._("Invoices"), totals.invoices),
            ("discount", self.env._("Discount"), -totals.discount),
            ("credits", self.env._("Credits"), -totals.credits),
            ("on_account", self.env._("On account"), totals.on_account),
        ]
        return {
            "parts": [
                {
                    "name": name,
                    "label": label,
                    "amount": from_units(units, digits),
                    "is_hidden": not units and name != "invoices",
                }
                for name, label, units in parts
            ],
            "to_pay": from_units(totals.to_pay, digits),
        }

    @staticmethod
    def _get_units(amount, currency):
        """Return what was typed in the smallest unit; what is refused anyway is cut."""
        amount = min(max(amount, 0.0), MAX_AMOUNT)
        return to_units(currency.round(amount), currency.decimal_places)
