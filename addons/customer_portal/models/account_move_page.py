"""What the page of one invoice shows; in sudo, for whoever may read the invoice."""

from odoo import fields, models

# A payment of the document was chosen, and what becomes of it is not known yet.
UNDER_WAY = ("open", "announced", "processing", "booking")


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_portal_kind(self):
        """Return what the document is called."""
        self.ensure_one()
        _ = self.env._
        return {
            "out_invoice": _("Invoice"),
            "out_refund": _("Credit note"),
            "in_invoice": _("Your invoice to us"),
            "in_refund": _("Your credit note to us"),
        }.get(self.move_type, _("Document"))

    def _prepare_portal_lines(self):
        """Return the lines as the paper prints them, sections and notes too.

        Which section a line stands in follows from its place. Core's `parent_id` says
        the same, and writes while it computes, which a page that reads must not.

        :return: list of dicts with kind (line, section, subsection, note), name and,
            where they are shown, quantity, unit, price, discount, taxes and amount
        """
        lines = self.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))
        parents = self._get_line_parents(lines)
        sums = {}
        for line in lines:
            for parent in parents[line] if line.display_type == "product" else ():
                sums[parent] = sums.get(parent, 0.0) + self._get_shown_amount(line)
        rows = []
        for line in lines:
            if any(parent.collapse_composition for parent in parents[line]):
                continue
            row = self._prepare_portal_line(line, sums.get(line, 0.0))
            if any(parent.collapse_prices for parent in parents[line]):
                row = {
                    name: value
                    for name, value in row.items()
                    if name not in ("price", "discount", "taxes", "amount")
                }
            rows.append(row)
        return rows

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

    def _get_shown_amount(self, line):
        is_included = self.company_price_include == "tax_included"
        return line.price_total if is_included else line.price_subtotal

    def _prepare_portal_line(self, line, subtotal):
        """Return one row; of a section that is sold as a whole, a line.

        :param float subtotal: what stands below a section
        """
        if line.display_type == "line_note":
            return {"kind": "note", "name": line.name}
        if line.display_type in ("line_section", "line_subsection"):
            kind = line.display_type.removeprefix("line_")
            row = {"kind": kind, "name": line.name, "amount": subtotal}
            if line.collapse_composition:
                row |= {"kind": "line", "quantity": 1, "unit": ""}
            return row
        return {
            "kind": "line",
            "name": line.name,
            "quantity": line.quantity,
            "unit": line.product_uom_id.name or "",
            "price": line.price_unit,
            "discount": line.discount,
            "taxes": ", ".join(filter(None, line.tax_ids.mapped("tax_label"))),
            "amount": self._get_shown_amount(line),
        }

    def _prepare_portal_taxes(self):
        """Return the sums below the lines, from the net amount to the total.

        :return: list of dicts with label and amount
        """
        totals = self.tax_totals
        if not totals:
            return []
        rows = []
        for subtotal in totals["subtotals"]:
            if subtotal["tax_groups"]:
                amount = subtotal["base_amount_currency"]
                rows.append({"label": subtotal["name"], "amount": amount})
            rows += [
                {"label": group["group_name"], "amount": group["tax_amount_currency"]}
                for group in subtotal["tax_groups"]
            ]
        rounding = totals.get("cash_rounding_base_amount_currency")
        if rounding:
            rows.append({"label": self.env._("Rounding"), "amount": rounding})
        return rows

    def _prepare_portal_instalments(self):
        """Return when how much is due; of an invoice with one date, one row.

        :return: list of dicts with due (date), amount and residual (in the document's
            currency, positive) and days (since it was due, 0 while it is not)
        """
        today = fields.Date.context_today(self)
        sign = -1 if self.is_outbound() else 1
        items = self.line_ids.filtered(
            lambda item: item.display_type == "payment_term"
        ).sorted("date_maturity")
        return [
            {
                "due": item.date_maturity,
                "amount": sign * item.amount_currency,
                "residual": sign * item.amount_residual_currency,
                "days": max((today - item.date_maturity).days, 0)
                if item.date_maturity and not item.reconciled
                else 0,
            }
            for item in items
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
                row["other_id"]
                for row in rows
                if row["other_type"] in ("out_invoice", "out_refund")
            ]
            if documents:
                moves = self.env["account.move"].with_user(user)
                readable = set(moves.search([("id", "in", documents)]).ids)
        settlements = []
        for row in rows:
            payment = payments.get(row["other_id"])
            url = payment._get_url() if payment else ""
            if row["other_id"] in readable:
                url = f"/my/invoices/{row['other_id']}"
            settlements.append(
                {
                    "date": row["date"],
                    "kind": self._get_settlement_kind(row, payment),
                    # Names of entries are the seller's, not what the customer knows.
                    "name": payment.name
                    if payment
                    else row["other_name"]
                    if row["other_type"] != "entry"
                    else "",
                    "amount": row["amount"],
                    "url": url,
                }
            )
        return settlements

    def _get_settlement_kind(self, row, payment):
        if row["other_type"] in ("out_refund", "in_refund"):
            return "credit"
        if row["other_type"] in ("out_invoice", "in_invoice"):
            return "invoice"
        if payment and payment.kind == "credit":
            return "credit"
        if row["payment_id"]:
            return "refund" if self.move_type == "out_refund" else "payment"
        return "entry"

    def _prepare_portal_under_way(self, user):
        """Return the payments of this document that were chosen and not booked.

        :return: list of dicts with state, amount and, for a person who may read the
            payment, name and url
        """
        lines = self.env["portal.remittance.line"].search(
            [("move_id", "=", self.id), ("remittance_id.state", "in", UNDER_WAY)]
        )
        is_person = user.share and not user._is_public()
        found = []
        for line in lines:
            remittance = line.remittance_id
            reads = is_person and remittance._portal_allows(user, "see_invoices")
            if remittance.state == "open" and not reads:
                continue
            found.append(
                {
                    "state": remittance.state,
                    "amount": line.amount_requested,
                    "name": remittance.name if reads else "",
                    "url": f"/my/pay/{remittance.id}" if reads else "",
                }
            )
        return found

    def _get_portal_order_links(self, user):
        """Return the orders that this invoice bills, as far as a person reads them."""
        if not user.share or user._is_public():
            return self.env["sale.order"]
        return (
            self.env["sale.order"]
            .with_user(user)
            .search(
                [("order_line.invoice_lines.move_id", "=", self.id)],
                order="id",
                limit=20,
            )
        )

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
