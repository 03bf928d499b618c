"""The PDF of a quotation or an order, with what core's template prints.

That is `sale.report_saleorder_document`.
"""

from .document import Document, Row
from .lines import get_columns, get_discount, get_one_unit, get_quantity, get_taxes
from .plain_text import plain_text
from .tax_totals import get_total_rows


def draw(order, data=None, pro_forma=False):
    """Return the PDF of an order in the language of its customer.

    :param order: `sale.order` record, read in the rights it carries
    :param dict data: of the report, not used
    :param bool pro_forma: name it a pro forma invoice
    :rtype: bytes
    """
    order = order.with_context(lang=order.partner_id.lang or order.env.lang)
    pro_forma = pro_forma or bool(order.env.context.get("proforma"))
    document = Document(
        order,
        title=_get_title(order, pro_forma),
        # sudo: the seller's own number, printed for whoever reads the order
        vat=order.fiscal_position_id.sudo().foreign_vat or "",
    )
    document.add_addresses(
        order._get_partner_as_printed("partner_id"),
        _get_other_addresses(order),
        order.env._("Customer"),
    )
    document.add_title()
    document.add_facts(_get_facts(document, order, pro_forma))
    _add_lines(document, order)
    document.add_totals(get_total_rows(document, order.tax_totals, order.currency_id))
    if order.signature:
        signed = [order.signed_by, document.date(order.signed_on)]
        document.add_signature(
            order.env._("Signature"), order.signature, ", ".join(filter(None, signed))
        )
    _add_terms(document, order)
    return document.render()


def _get_title(order, pro_forma):
    _ = order.env._
    if pro_forma:
        return _("Pro forma invoice %s", order.name)
    if order._was_placed():
        return _("Order %s", order.name)
    return _("Quote %s", order.name)


def _get_other_addresses(order):
    """Return the addresses that are not the customer's own, labelled."""
    _ = order.env._
    invoice, shipping = order.partner_invoice_id, order.partner_shipping_id
    printed = {
        name: order._get_partner_as_printed(name)
        for name in ("partner_invoice_id", "partner_shipping_id")
    }
    if invoice != shipping:
        return [
            (_("Bill to"), printed["partner_invoice_id"]),
            (_("Ship to"), printed["partner_shipping_id"]),
        ]
    if invoice != order.partner_id:
        return [(_("Bill to and ship to"), printed["partner_invoice_id"])]
    return []


def _get_facts(document, order, pro_forma):
    _ = order.env._
    quotation = not order._was_placed()
    issued = (
        _("Issued on")
        if pro_forma
        else _("Quote Date")
        if quotation
        else _("Order Date")
    )
    return [
        (_("Your Reference"), order.client_order_ref),
        (issued, document.date(order.date_order)),
        (_("Valid until"), quotation and document.date(order.validity_date)),
        (_("Delivery Date"), document.date(order.commitment_date)),
        (_("Requested Date"), document.date(order.wished_date)),
        (
            _("On-site Contact"),
            ", ".join(
                filter(None, (order.site_contact_name, order.site_contact_phone))
            ),
        ),
        # sudo: customers may not read users; the name only
        (_("Salesperson"), order.user_id.sudo().name),
    ]


def _add_lines(document, order):
    lines = order._get_order_lines_to_report()
    with_taxes = any(line._has_taxes() for line in lines)
    rows = list(_get_rows(document, lines, with_taxes))
    document.add_lines(get_columns(order.env), rows)


def _get_rows(document, lines, with_taxes):
    """Yield the rows of the lines that core prints, under their sections."""
    level, priceless = 0, False
    for line in lines:
        heading = line.display_type in ("line_section", "line_subsection")
        if heading:
            section = line.display_type == "line_section"
            level = 0 if section else 1
            priceless = line.collapse_prices or (priceless and not section)
        if line.collapse_composition:
            for group in line._get_grouped_section_summary(with_taxes):
                yield _get_collapsed_row(document, line, group, level)
        elif heading:
            yield _get_section_row(document, line, level)
            level += 1
        elif line.display_type == "line_note":
            yield Row([line.name or ""], "note", level)
        elif line.product_type == "combo":
            yield _get_combo_row(document, line, level, priceless)
        else:
            yield _get_product_row(document, line, level, priceless)


def _get_section_row(document, line, level):
    total = ""
    if line.display_type == "line_section" or not line.parent_id.collapse_prices:
        subtotal = line._get_section_totals("price_subtotal")
        total = document.amount(subtotal, line.currency_id)
    cells = [line.name or "", "", "", "", "", total]
    return Row(cells, line.display_type.removeprefix("line_"), level)


def _get_collapsed_row(document, line, group, level):
    """Return the row of what a collapsed section sells under the same taxes."""
    total = document.amount(group["price_subtotal"], line.currency_id)
    taxes = ", ".join(group["tax_labels"])
    return Row(
        [line.name or "", get_one_unit(document), total, "", taxes, total], level=level
    )


def _get_combo_row(document, line, level, priceless):
    total = document.amount(line._get_combo_totals("price_subtotal"), line.currency_id)
    name = f"{line.name} x {document.number(line, 'product_uom_qty')}"
    return Row([name, "", "", "", "", "" if priceless else total], "subsection", level)


def _get_product_row(document, line, level, priceless):
    price = discount = total = ""
    if not priceless:
        price = document.number(line, "price_unit")
        discount = get_discount(document, line)
    if not priceless and not line.is_downpayment:
        total = document.amount(line.price_subtotal, line.currency_id)
    quantity = get_quantity(document, line, "product_uom_qty")
    cells = [line.name or "", quantity, price, discount, get_taxes(line), total]
    return Row(cells, level=level + bool(line.combo_item_id))


def _add_terms(document, order):
    _ = order.env._
    document.add_note(plain_text(order.note))
    # sudo: notes of the seller's configuration, printed for whoever reads the order.
    document.add_note(plain_text(order.payment_term_id.sudo().note))
    remark = plain_text(order.fiscal_position_id.sudo().note)  # sudo: as above
    document.add_note(remark, _("Fiscal Position Remark:"))
