"""What the page of one invoice shows; in sudo, for whoever may read the invoice."""

from odoo import fields, models

from ...const import INVOICE_TYPES, PAYABLE_TYPES
from ...tools.drawing import LineNumbers
from .account_move_hold import INSTALMENT_FIGURES

LINE_TYPES = ("product", "line_section", "line_subsection", "line_note")
PRICES = ("price", "discount", "taxes", "amount", "amount_text", "amount_value")
ITEM_FIELDS = [
    "account_id",
    "amount_currency",
    "amount_residual",
    "amount_residual_currency",
    "collapse_composition",
    "collapse_prices",
    "currency_id",
    "date_maturity",
    "discount",
    "discount_amount_currency",
    "discount_date",
    "display_type",
    "move_id",
    "name",
    "no_followup",
    "partner_id",
    "price_subtotal",
    "price_total",
    "price_unit",
    "product_uom_id",
    "quantity",
    "reconciled",
    "sale_line_ids",
    "sequence",
    "tax_ids",
    "tax_line_id",
]
ITEM_LINKS = {"product_uom_id": ["name"]}


# What the page needs of the document, its record rules included.
MOVE_FIELDS = [
    "access_token",
    "amount_residual",
    "amount_total",
    "amount_untaxed",
    "commercial_partner_id",
    "company_id",
    "currency_id",
    "invoice_date",
    "invoice_date_due",
    "invoice_origin",
    "invoice_payment_term_id",
    "invoice_user_id",
    "is_move_sent",
    "move_type",
    "name",
    "narration",
    "partner_id",
    "payment_reference",
    "amount_residual_signed",
    "payment_state",
    "ref",
    "state",
]


MOVE_LINKS = {
    "invoice_user_id": ["partner_id"],
    "invoice_user_id.partner_id": ["name"],
}


class AccountMove(models.Model):
    _inherit = "account.move"

    def _fetch_for_page(self):
        """Read what the page needs of these documents, and no other column.

        In sudo.
        """
        self._fetch_linked(MOVE_FIELDS, MOVE_LINKS)

    def _get_portal_kind(self):
        """Return what the document is called."""
        self.ensure_one()
        kinds = self._get_portal_kinds()
        return kinds.get(self.move_type, kinds[None])

    def _get_portal_kinds(self):
        """Return {type of a document: what it is called}; None is any other."""
        _ = self.env._
        return {
            "out_invoice": _("Invoice"),
            "out_receipt": _("Sales receipt"),
            "out_refund": _("Credit note"),
            "in_invoice": _("Your invoice to us"),
            "in_refund": _("Your credit note to us"),
            None: _("Document"),
        }

    def _get_portal_items(self):
        """Return all journal items, with what the page needs of them and no more.

        Reading one field at a time, the ORM reads a hundred columns of each. In sudo:
        the caller has checked who reads the document.
        """
        # sudo: the items of a document that was reached
        items = self.sudo()._fetch_below("line_ids", ITEM_FIELDS, ITEM_LINKS)
        return items.sorted(lambda item: (item.sequence, item.id))

    def _get_overdue_of_items(self, items):
        """Return what `_get_overdue_amounts` does of this document, without a query.

        :param items: of `_get_portal_items`
        """
        today = fields.Date.context_today(self)
        late = items.filtered(
            lambda item: (
                item.display_type == "payment_term"
                and not item.reconciled
                and item.amount_residual_currency > 0
                and item.amount_residual
                and item.date_maturity
                and item.date_maturity < today
            )
        )
        if not late:
            return {}
        amount = sum(late.mapped("amount_residual_currency"))
        return {self.id: (amount, min(late.mapped("date_maturity")))}

    def _prepare_portal_lines(self, items):
        """Return the lines as the paper prints them, sections and notes too.

        Which section a line stands in follows from its place. Core's `parent_id` says
        the same, and writes while it computes, which a page that reads must not.

        :param items: of `_get_portal_items`
        :return: list of dicts with kind (line, section, subsection, note), name and,
            where they are shown, as text quantity, unit, price, discount, taxes and
            amount_text, and as number amount
        """
        lines = items.filtered(lambda line: line.display_type in LINE_TYPES)
        parents = self._get_line_parents(lines)
        amounts = self._get_line_amounts(lines, parents)
        numbers = LineNumbers(self.env)
        rows = []
        for line in lines:
            if any(parent.collapse_composition for parent in parents[line]):
                continue
            row = self._prepare_portal_line(line, amounts[line], numbers)
            if any(parent.collapse_prices for parent in parents[line]):
                for name in PRICES:
                    row.pop(name, None)
            rows.append(row)
        return rows

    def _get_line_amounts(self, lines, parents):
        """Return {line: its amount}; of a section the sum of what stands in it."""
        is_included = self.company_price_include == "tax_included"
        amounts = dict.fromkeys(lines, 0.0)
        for line in lines:
            if line.display_type == "product":
                amount = line.price_total if is_included else line.price_subtotal
                for item in (line, *parents[line]):
                    amounts[item] += amount
        return amounts

    def _prepare_portal_line(self, line, amount, numbers):
        row = {"kind": "line", "name": line.name}
        if line.display_type == "line_note":
            return {**row, "kind": "note"}
        digits = self.currency_id.decimal_places
        row |= {
            "amount": amount,
            "amount_text": numbers.fixed(amount, digits),
            "amount_value": f"{amount:.{digits}f}",
        }
        if line.display_type == "product":
            return row | {
                "quantity": numbers.short(line.quantity),
                "unit": line.product_uom_id.name or "",
                "price": numbers.fixed(line.price_unit, numbers.price_digits),
                "discount": line.discount and numbers.short(line.discount),
                "taxes": numbers.get_taxes(line.tax_ids),
            }
        if line.collapse_composition:
            return row | {"quantity": "1", "unit": ""}
        return row | {"kind": line.display_type.removeprefix("line_")}

    @staticmethod
    def _get_line_parents(lines):
        """Return {line: the section and the subsection that it stands in}."""
        parents, section, subsection = {}, None, None
        for line in lines:
            if line.display_type == "line_section":
                section, subsection = line, None
                parents[line] = []
            elif line.display_type == "line_subsection":
                subsection = line
                parents[line] = [section] if section else []
            else:
                parents[line] = [item for item in (section, subsection) if item]
        return parents

    def _prepare_portal_taxes(self, items):
        """Return the sums below the lines, from the net amount to the total.

        They are the booked ones, of the journal items.

        :param items: of `_get_portal_items`
        :return: list of dicts with label and amount
        """
        sign = 1 if self.move_type in ("out_refund", "in_invoice") else -1
        groups, rounding = {}, 0.0
        for item in items:
            if item.display_type == "tax":
                group = item.tax_line_id.tax_group_id
                groups.setdefault(group, 0.0)
                groups[group] += sign * item.amount_currency
            elif item.display_type == "rounding":
                rounding += sign * item.amount_currency
        if not groups and not rounding:
            return []
        _ = self.env._
        rows = [{"label": _("Untaxed amount"), "amount": self.amount_untaxed}]
        rows += [
            {"label": group.name, "amount": amount}
            for group, amount in sorted(
                groups.items(), key=lambda entry: (entry[0].sequence, entry[0].id)
            )
        ]
        if rounding:
            rows.append({"label": _("Rounding"), "amount": rounding})
        return rows

    def _prepare_portal_instalments(self, items, holds):
        """Return when how much is due; of an invoice with one date, one row.

        :param items: of `_get_portal_items`
        :param holds: Holds of this document; they pay the oldest first
        :return: list of dicts with due (date), amount, residual and left (of that what
            is not under way; in the document's currency, positive), under_way
            (sentences) and days (since it was due, 0 while it is not)
        """
        today = fields.Date.context_today(self)
        sign = -1 if self.is_outbound() else 1
        items = items.filtered(lambda item: item.display_type == "payment_term").sorted(
            "date_maturity"
        )
        residuals = [sign * item.amount_residual_currency for item in items]
        shares = holds.share(residuals)
        texts = iter(
            self._describe_holds(
                [
                    (hold, residual, self.currency_id)
                    for residual, own in zip(residuals, shares, strict=True)
                    for hold in own
                ],
                self.env.user,
                INSTALMENT_FIGURES,
            )
        )
        return [
            {
                "due": item.date_maturity,
                "amount": sign * item.amount_currency,
                "residual": residual,
                "left": self.currency_id.round(
                    residual - sum(hold.amount for hold in own)
                ),
                "under_way": [next(texts) for _hold in own],
                "days": max((today - item.date_maturity).days, 0)
                if item.date_maturity and not item.reconciled
                else 0,
            }
            for item, residual, own in zip(items, residuals, shares, strict=True)
        ]

    def _prepare_portal_discount(self):
        """Return the discount that still runs, or None.

        :return: dict with amount (what need not be paid) and until (date)
        """
        amount = self._get_open_discount() if self._is_open_document() else 0.0
        if not amount:
            return None
        days = filter(None, self._get_open_items().mapped("discount_date"))
        return {"amount": amount, "until": min(days, default=None)}

    def _prepare_portal_settlements(self, user):
        """Return what settled this document, with links to what a person may open.

        :param user: who reads, a res.users
        :return: list of dicts with date, kind (payment, refund, credit, invoice or
            entry), name, amount (positive, in the document's currency) and url
        """
        rows = self._get_settlements()
        is_person = user.share and not user._is_public()
        move_ids = [row["other_id"] for row in rows]
        payments, readable = {}, {}
        if is_person and rows:
            # In the person's own rights: the record rules decide.
            payments = {
                payment.move_id: payment
                for payment in self.env["portal.payment"]
                .with_user(user)
                .search([("move_id", "in", move_ids)])
            }
            documents = [
                row["other_id"] for row in rows if row["other_type"] != "entry"
            ]
            if documents:
                moves = self.env["account.move"].with_user(user)
                readable = set(moves.search([("id", "in", documents)]).ids)
        settlements = []
        for row in rows:
            payment = payments.get(row["other_id"])
            url = payment._get_url() if payment else ""
            is_paper = row["other_type"] != "entry"
            if row["other_id"] in readable and row["other_type"] in PAYABLE_TYPES:
                url = f"/my/invoices/{row['other_id']}"
            settlements.append(
                {
                    "date": row["date"],
                    "kind": self._get_settlement_kind(row, payment),
                    # Names of entries are the seller's, not what the customer knows.
                    "name": payment.name
                    if payment
                    else row["other_name"]
                    if is_paper and (row["other_id"] in readable or not is_person)
                    else "",
                    "amount": row["amount"],
                    "url": url,
                }
            )
        return settlements

    def _get_settlement_kind(self, row, payment):
        if row["other_type"] in ("out_refund", "in_refund"):
            return "credit"
        if row["other_type"] in (*INVOICE_TYPES, "in_invoice"):
            return "invoice"
        if payment and payment.kind == "credit":
            return "credit"
        if row["payment_id"]:
            return "refund" if self.move_type == "out_refund" else "payment"
        return "entry"

    def _prepare_portal_under_way(self, user, holds):
        """Return the payments of this document that are not booked.

        What was chosen and nobody pays yet is for those who may read the payment.

        :param holds: of `_get_holds` with its choices, of this document
        :return: list of dicts with state, amount, text (a sentence that says how, when
            and by whom) and, for a person who may read the payment, name and url
        """
        texts = self._describe_holds(
            [(hold, self.amount_residual, self.currency_id) for hold in holds], user
        )
        readable = self._get_readable_payments(holds, user)
        remittances = self.env["portal.remittance"]
        names = {
            remittance.id: remittance.name
            for remittance in remittances.browse(sorted(readable))
        }
        return [
            {
                "state": "begun"
                if hold.state == "open" and hold.attempt_id
                else hold.state,
                "amount": self.amount_residual if hold.amount is None else hold.amount,
                "text": text,
                "name": names.get(hold.remittance_id, ""),
                "url": f"/my/pay/{hold.remittance_id}"
                if hold.remittance_id in names
                else "",
            }
            for hold, text in zip(holds, texts, strict=True)
            if not hold.is_choice or hold.remittance_id in names
        ]

    def _get_portal_order_links(self, items, user):
        """Return the orders that this invoice bills, as far as a person reads them.

        :param items: of `_get_portal_items`
        """
        orders = self.env["sale.order"].with_user(user)
        if not user.share or user._is_public() or not items.sale_line_ids:
            return orders
        domain = [("order_line", "in", items.sale_line_ids.ids)]
        return orders.search_fetch(domain, ["name"], order="id", limit=20)

    def _get_portal_invoice_steps(self, row, settlements):
        """Return how far the invoice is: issued, sent, due, paid.

        :param dict row: of `_prepare_portal_rows`
        """
        _ = self.env._
        is_paid = row["status"] in ("paid", "processing", "reversed")
        paid_on = max((entry["date"] for entry in settlements), default=None)
        steps = [{"label": _("Issued"), "date": self.invoice_date, "done": True}]
        if self.is_move_sent:
            steps.append({"label": _("Sent"), "date": None, "done": True})
        if self.move_type == "out_refund":
            label = _("Used")
        else:
            label = _("Paid")
            if row["due"]:
                is_due = is_paid or row["due"] <= fields.Date.context_today(self)
                steps.append({"label": _("Due"), "date": row["due"], "done": is_due})
        steps.append(
            {"label": label, "date": paid_on if is_paid else None, "done": is_paid}
        )
        return steps
