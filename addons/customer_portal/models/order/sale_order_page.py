"""What the page of an order or quote shows, as plain rows.

In sudo: the caller has checked who reads the order.
"""

from odoo import fields, models

from ...tools.drawing import LineNumbers

# What the page needs of the order, its record rules included.
ORDER_FIELDS = [
    "access_token",
    "amount_paid",
    "amount_tax",
    "amount_total",
    "amount_untaxed",
    "client_order_ref",
    "commitment_date",
    "company_id",
    "currency_id",
    "currency_rate",
    "date_order",
    "fiscal_position_id",
    "invoice_status",
    "locked",
    "name",
    "note",
    "partner_id",
    "partner_invoice_id",
    "partner_shipping_id",
    "payment_term_id",
    "portal_change_ids",
    "portal_customer_id",
    "portal_debtor_id",
    "portal_user_id",
    "prepayment_percent",
    "pricelist_id",
    "require_payment",
    "require_signature",
    "signature",
    "signed_by",
    "signed_on",
    "site_contact_name",
    "site_contact_phone",
    "state",
    "transaction_ids",
    "user_id",
    "validity_date",
    "wished_date",
]
LINE_FIELDS = [
    "analytic_distribution",
    "collapse_composition",
    "collapse_prices",
    "combo_item_id",
    "company_id",
    "currency_id",
    "customer_lead",
    "discount",
    "display_type",
    "extra_tax_data",
    "invoice_lines",
    "is_downpayment",
    "is_expense",
    "is_optional",
    "linked_line_id",
    "name",
    "order_id",
    "order_partner_id",
    "price_subtotal",
    "price_tax",
    "price_total",
    "price_unit",
    "product_custom_attribute_value_ids",
    "product_id",
    "product_no_variant_attribute_value_ids",
    "product_uom_id",
    "product_uom_qty",
    "qty_delivered",
    "qty_delivered_method",
    "qty_invoiced",
    "sequence",
    "state",
    "tax_ids",
    "virtual_id",
]
PRODUCT_FIELDS = ["active", "default_code", "product_document_ids", "product_tmpl_id"]
TEMPLATE_FIELDS = ["invoice_policy", "name", "product_document_ids", "type"]
INVOICE_FIELDS = [
    "amount_residual",
    "amount_total",
    "commercial_partner_id",
    "company_id",
    "currency_id",
    "date",
    "invoice_date",
    "invoice_date_due",
    "move_type",
    "name",
    "partner_id",
    "payment_state",
    "state",
]
PLACE_FIELDS = [
    "city",
    "commercial_company_name",
    "commercial_partner_id",
    "company_name",
    "complete_name",
    "country_id",
    "is_company",
    "name",
    "parent_id",
    "state_id",
    "street",
    "street2",
    "type",
    "zip",
]
COUNTRY_FIELDS = ["address_format", "code", "name", "name_position"]
STATE_FIELDS = ["code", "name"]
DOCUMENT_FIELDS = [
    "active",
    "attached_on_sale",
    "ir_attachment_id",
    "res_id",
    "res_model",
    "sequence",
]
# What the page reads of what they link to.
ORDER_LINKS = {
    "payment_term_id": ["early_discount", "name"],
    "user_id": ["partner_id"],
    "user_id.partner_id": ["name"],
}
PLACE_LINKS = {"country_id": COUNTRY_FIELDS, "state_id": STATE_FIELDS}
LINE_LINKS = {
    "product_id": PRODUCT_FIELDS,
    "product_id.product_tmpl_id": TEMPLATE_FIELDS,
    "product_uom_id": ["name"],
}
TAX_FIELDS = ["amount_type", "invoice_label", "name", "tax_group_id"]
TAX_GROUP_FIELDS = ["name", "preceding_subtotal"]
MOST_INVOICES = 20
MOST_SIGNERS = 3


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _fetch_for_page(self):
        """Read what the page needs of this order, and no other column.

        Reading one field at a time, the ORM reads a hundred columns of each line,
        product and invoice.

        :return: the order, or none where it is missing
        """
        if not any(self._fields["invoice_ids"]._cache_missing_ids(self)):
            return self
        names, line_names = self._get_page_fields()
        if not self._fetch_linked(names, ORDER_LINKS):
            return self.browse()
        self.company_id._fetch_for_portal()
        self._get_portal_places()._fetch_linked(PLACE_FIELDS, PLACE_LINKS)
        lines = self._fetch_below("order_line", line_names, LINE_LINKS)
        products = lines.product_id
        documents = products.product_document_ids
        documents |= products.product_tmpl_id.product_document_ids
        documents.fetch(DOCUMENT_FIELDS)
        self._fetch_invoices()
        return self

    def _get_portal_places(self):
        """Return the partners whose names and addresses the page shows."""
        return (
            self.partner_id
            | self.partner_invoice_id
            | self.partner_shipping_id
            | self.portal_customer_id
        )

    def _fetch_invoices(self):
        """Read the invoices of one order as core finds them, if any, in one query."""
        invoices = self.env["account.move"]
        if self.order_line.invoice_lines:
            invoices = invoices.search_fetch(
                [
                    ("move_type", "in", ("out_invoice", "out_refund")),
                    ("line_ids.sale_line_ids", "in", self.order_line.ids),
                ],
                INVOICE_FIELDS,
            )
        self._fields["invoice_ids"]._insert_cache(self, [invoices._ids])

    def _get_page_fields(self):
        """Return (fields of the order, fields of its lines) that the page reads.

        Addons add what they read on it.
        """
        return [*ORDER_FIELDS], [*LINE_FIELDS]

    def _was_placed(self):
        """Return whether this is an order, or was one before it was cancelled.

        Odoo keeps no field of it; the order tells its followers when it is confirmed.
        """
        if self.state != "cancel" or self.invoice_ids:
            return self.state != "draft" and self.state != "sent"
        confirmed = self.env.ref("sale.mt_order_confirmed", raise_if_not_found=False)
        # sudo: only whether there is such a message
        messages_sudo = self.env["mail.message"].sudo()
        return bool(
            confirmed
            and messages_sudo.search_count(
                [
                    ("model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("subtype_id", "=", confirmed.id),
                ],
                limit=1,
            )
        )

    # ------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------

    def _prepare_portal_lines(self):
        """Return the lines as the paper prints them, sections and notes too.

        :return: list of dicts with id, kind (line, set, section, subsection, note),
            name and, where they are shown, as text quantity, unit, price, discount,
            taxes and amount_text, and as number amount. A line whose quantity the
            reader may choose has `whole`, what it has now
        """
        lines = self.order_line
        parents = self.env["account.move"]._get_line_parents(lines)
        amounts = self._get_portal_line_amounts(lines, parents)
        numbers = LineNumbers(self.env)
        digits = self.currency_id.decimal_places
        can_edit = self._can_be_edited_on_portal() and self._may_be_accepted_here()
        rows = []
        for line in self._get_order_lines_to_report():
            row = {"id": line.id, "name": line.name, "kind": "line"}
            rows.append(row)
            if line.display_type == "line_note":
                row["kind"] = "note"
                continue
            is_hidden = any(parent.collapse_prices for parent in parents[line])
            if not is_hidden:
                amount = amounts[line]
                row |= {
                    "amount": amount,
                    "amount_text": numbers.fixed(amount, digits),
                    "amount_value": f"{amount:.{digits}f}",
                }
            if line.display_type:
                if line.collapse_composition:
                    row |= {"quantity": "1", "unit": ""}
                else:
                    row["kind"] = line.display_type.removeprefix("line_")
                continue
            row |= {
                "quantity": numbers.short(line.product_uom_qty),
                "unit": line.product_uom_id.name or "",
            }
            if can_edit and line._can_be_edited_on_portal():
                row["whole"] = int(line.product_uom_qty)
            if line.product_id.type == "combo":
                row["kind"] = "set"
            elif not is_hidden:
                row |= {
                    "price": numbers.fixed(line.price_unit, numbers.price_digits),
                    "discount": line.discount and numbers.short(line.discount),
                    "taxes": numbers.get_taxes(line.tax_ids),
                }
        return rows

    @staticmethod
    def _get_portal_line_amounts(lines, parents):
        """Return {line: its net amount}; of a section or set the sum of its lines."""
        amounts = dict.fromkeys(lines, 0.0)
        for line in lines:
            if line.display_type or line.is_downpayment:
                continue
            whole = line.linked_line_id if line.combo_item_id else lines.browse()
            for item in (line, whole, *parents[line]):
                if item in amounts:
                    amounts[item] += line.price_subtotal
        return amounts

    def _prepare_portal_taxes(self):
        """Return the sums below the lines, from the net amount to the total.

        :return: list of dicts with label and amount
        """
        _ = self.env._
        taxes = self.order_line.tax_ids
        if not taxes:
            return []
        taxes.fetch(TAX_FIELDS)
        group = taxes.tax_group_id
        if (
            len(group) == 1
            and "group" not in taxes.mapped("amount_type")
            and not self.payment_term_id.early_discount
        ):
            # What core would work out anew has been kept with the order.
            group.fetch(TAX_GROUP_FIELDS)
            label = group.preceding_subtotal or _("Untaxed amount")
            return [
                {"label": label, "amount": self.amount_untaxed},
                {"label": group.name, "amount": self.amount_tax},
            ]
        totals = self.tax_totals or {}
        rows = []
        for subtotal in totals.get("subtotals", []):
            groups = subtotal.get("tax_groups", [])
            if groups:
                group = self.env["account.tax.group"].browse(groups[0]["id"])
                rows.append(
                    {
                        "label": group.preceding_subtotal or _("Untaxed amount"),
                        "amount": subtotal["base_amount_currency"],
                    }
                )
            rows += [
                {
                    "label": group["group_name"],
                    "amount": group["tax_amount_currency"],
                }
                for group in groups
            ]
        return rows

    # ------------------------------------------------------------
    # Facts, deliveries, invoices
    # ------------------------------------------------------------

    def _get_portal_facts(self):
        """Return what else there is to know: list of dicts with label and value.

        Addons add their own.
        """
        _ = self.env._
        facts = []
        customer = self.portal_customer_id
        customer.fetch(["name"])
        facts.append({"label": _("Company"), "value": customer.name})
        contact = ", ".join(
            filter(None, [self.site_contact_name, self.site_contact_phone])
        )
        if contact:
            facts.append({"label": _("On-site contact"), "value": contact})
        term = self.payment_term_id
        if term:
            term.fetch(["name"])
            facts.append({"label": _("Payment terms"), "value": term.name})
        user = self.user_id
        if user:
            user.fetch(["partner_id"])
            user.partner_id.fetch(["name"])
            facts.append({"label": _("Your contact"), "value": user.partner_id.name})
        return facts

    def _get_portal_deliveries(self):
        """Return the deliveries and returns, newest first; addons know them.

        :return: list of dicts with id, name, badge (for `draw_badge`), status, date,
            place, is_return, is_backorder, is_open (it is to come), carrier (text),
            tracking (list of dicts with label and url, or None), and papers (list of
            dicts with label and url)
        """
        return []

    def _get_portal_added_templates(self):
        """Return the templates of other addons of Odoo that the page shows as well.

        Each is called with sale_order, which is also there as order.
        """
        if "loyalty_data" not in self._fields:
            return []
        return [
            "sale_loyalty.sale_purchased_gift_card",
            "sale_loyalty.sale_order_portal_loyalty_content",
        ]

    def _prepare_portal_invoices(self, user):
        """Return the invoices of the order that one may follow, newest first.

        :return: list of dicts with name, url, date, total, residual and is_credit
        """
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        if not posted:
            return []
        shown = posted.sorted("date", reverse=True)._filtered_followed(user)
        return [
            {
                "name": move.name,
                "url": self._get_portal_invoice_url(move, user),
                "date": move.invoice_date,
                "total": move.amount_total,
                "residual": move.amount_residual,
                "currency": move.currency_id,
                "is_credit": move.move_type == "out_refund",
            }
            for move in shown[:MOST_INVOICES]
        ]

    # ------------------------------------------------------------
    # Quotes
    # ------------------------------------------------------------

    def _prepare_portal_validity(self):
        """Return until when a quote holds, or None.

        :return: dict with until (a date), days (that are left) and is_over
        """
        until = self.validity_date
        if self.state not in ("draft", "sent") or not until:
            return None
        days = (until - fields.Date.context_today(self)).days
        return {"until": until, "days": max(days, 0), "is_over": days < 0}

    def _waits_for_people(self):
        """Return whether the quote can be accepted, but only by who signs in."""
        return (
            self.state == "sent"
            and not self.is_expired
            and (self.require_signature or self.require_payment)
            and not self._may_be_accepted_here()
        )

    def _get_portal_signers(self, user):
        """Return who may accept a quote that this person may not: names.

        It is for people of the customer; who came by a link is told of nobody.
        """
        if (
            self.state != "sent"
            or self.is_expired
            or not user.share
            or user._is_public()
            or not self._portal_is_of(user)
            or self._portal_allows(user, "sign_quotes")
        ):
            return []
        people = self.portal_customer_id._get_portal_people("sign_quotes")
        return people.mapped("name")[:MOST_SIGNERS]
