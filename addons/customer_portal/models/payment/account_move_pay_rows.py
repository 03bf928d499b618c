"""What a person can pay, in groups, with a constant number of queries."""

from odoo import fields, models
from odoo.fields import Domain

from ...const import INVOICE_TYPES, MAX_DOCUMENTS
from ...tools.choice import Row, add_up, allocate, from_units, to_units
from ...tools.drawing import Drawing

ORDER = "invoice_date_due, id"


class AccountMove(models.Model):
    _inherit = "account.move"

    # ------------------------------------------------------------
    # Groups
    # ------------------------------------------------------------

    def _prepare_pay_groups(self, domain, customers, *, chosen=(), keep=()):
        """Return what a person can pay, in groups; each may be paid in one payment.

        In the person's own rights, with a constant number of queries.

        :param domain: of the documents that the person may pay
        :param customers: those of whom the person may pay all: their entries and money
            on account
        :param chosen: ids of invoices, where only they and their groups are shown
        :param keep: ids of invoices that are shown though others are more urgent
        :return: list of dicts as of `_make_pay_group`, with rows as of
            `_prepare_pay_rows` and `_prepare_entry_rows`; and whether more is open
        """
        names = self._get_portal_row_fields()
        domain &= self._get_open_domain()
        invoices = domain & Domain("move_type", "in", INVOICE_TYPES)
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
        rows += self._prepare_entry_pay_rows(customers, chosen)
        groups = self._group_pay_rows(rows)
        if chosen:
            groups = [group for group in groups if group["invoices"]] or groups
        return groups, is_cut

    def _prepare_entry_pay_rows(self, customers, chosen=()):
        """Return the rows of entries; of one entry, one customer is paid at a time.

        :param chosen: ids of entries, where only they are shown of what is owed
        """
        rows, seen = [], set()
        for row in self._prepare_entry_rows(customers, MAX_DOCUMENTS):
            key = (row["move"], row["currency"])
            if key in seen:
                row["payable"] = False
            seen.add(key)
            row["steps"] = self._get_steps_left(row)
            if len(row["steps"]) > 1:
                row["shortcuts"] = self._get_pay_shortcuts(
                    row["steps"], row["overdue_left"]
                )
            if row["kind"] == "credit" or not chosen or row["move"].id in chosen:
                rows.append(row)
        return rows

    def _group_pay_rows(self, rows):
        groups = {}
        for row in rows:
            # sudo: name and currency of the seller's company, as on the invoice
            company, currency = row["move"].company_id.sudo(), row["currency"]
            if (company, currency) not in groups:
                groups[company, currency] = self._make_pay_group(company, currency)
            is_credit = row["kind"] == "credit"
            row.setdefault("cost", row["left"])
            row.setdefault("discount", 0.0)
            row.setdefault("shortcuts", [])
            row["instalments"] = [amount for amount, _day in row.get("steps", ())]
            row["units"] = Row.of(
                currency.decimal_places,
                row["left"],
                row.get("discount", 0.0),
                row["instalments"],
                is_credit=is_credit,
            )
            part = "credits" if is_credit else "invoices"
            groups[company, currency][part].append(row)
        for group in groups.values():
            for part in ("invoices", "credits"):
                group[part].sort(
                    key=lambda row: (
                        row["due"] or row.get("date") or row["invoice_date"],
                        row["id"],
                    )
                )
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
            & Domain("move_type", "in", INVOICE_TYPES)
            & Domain("company_id", "=", group["company"].id)
            & Domain("currency_id", "=", group["currency"].id)
        )
        shown = [row for row in group["invoices"] if row["move"]._filtered_papers()]
        return count > len(shown)

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
        pay the instalments that are not under way, the oldest first, with their
        dates), shortcuts (which of them the page offers), discount (what need not be
        paid today; none beside what is under way), discount_until, and cost (what is
        left less discount).
        """
        rows = self._prepare_portal_rows()
        items = self._get_pay_items()
        discounting = self._get_discounting(row["company_id"] for row in rows)
        today = fields.Date.context_today(self)
        for row in rows:
            currency = row["currency"]
            sign = 1 if row["move_type"] in INVOICE_TYPES else -1
            total, steps, discount, until = 0.0, [], 0.0, None
            for item in items.get(row["id"], ()):
                total = currency.round(total + sign * item["amount_residual_currency"])
                steps.append((total, item["date_maturity"]))
                if (
                    sign > 0
                    and not row["holds"]
                    and self._is_discount_open(item, today, discounting)
                ):
                    until = item["discount_date"]
                    discount = currency.round(
                        item["amount_currency"] - item["discount_amount_currency"]
                    )
            row |= {
                "kind": row["move"]._get_remittance_kind(),
                "open": row["amount_residual"],
                "steps": steps,
                "shortcuts": [],
                "discount": discount,
                "discount_until": until,
                "cost": currency.round(row["left"] - discount),
            }
            row["steps"] = steps = self._get_steps_left(row)
            if sign > 0 and len(steps) > 1:
                row["shortcuts"] = self._get_pay_shortcuts(steps, row["overdue_left"])
        return rows

    @staticmethod
    def _get_steps_left(row):
        """Return the steps of a row less what is under way: that pays the oldest."""
        if not row["holds"]:
            return row["steps"]
        held = row["holds"].take(row["open"])
        steps = [
            (row["currency"].round(amount - held), day) for amount, day in row["steps"]
        ]
        return [(amount, day) for amount, day in steps if amount > 0]

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

    def _get_discounting(self, company_ids):
        """Return the ids of those companies of the seller that give discounts."""
        name = "account_journal_early_pay_discount_loss_account_id"
        # sudo: only whether there is a discount
        companies = self.env["res.company"].sudo().browse(set(company_ids))
        companies.fetch([name])
        return companies.filtered(name)._ids

    @staticmethod
    def _is_discount_open(item, today, discounting):
        return (
            item["company_id"] in discounting
            and item["discount_date"]
            and today <= item["discount_date"]
            and item["amount_residual_currency"] == item["amount_currency"]
            and item["discount_amount_currency"]
        )

    def _get_pay_items(self):
        """Return {document id: its open receivable lines, the oldest first}, as dicts.

        Credit notes have no discount.
        """
        names = [
            "move_id",
            "company_id",
            "date_maturity",
            "amount_currency",
            "amount_residual_currency",
            "discount_date",
            "discount_amount_currency",
        ]
        items = (
            self.env["account.move.line"]
            .sudo()  # sudo: the caller could read the documents these lines belong to
            .search_fetch(
                [
                    ("move_id", "in", self.ids),
                    ("display_type", "=", "payment_term"),
                    ("reconciled", "=", False),
                ],
                names,
                order="date_maturity, id",
            )
        )
        found = {}
        for item in items._read_plain(names):
            found.setdefault(item["move_id"], []).append(item)
        return found
