"""The PDF of a delivery slip, with what core's template prints.

That is `stock.report_delivery_document`.
"""

from odoo.addons.customer_portal.report.document import Column, Document, Row


def draw(picking, data=None):
    """Return the PDF of a transfer in the language of its partner.

    :param picking: `stock.picking` record, read in the rights it carries
    :param dict data: of the report, not used
    :rtype: bytes
    """
    picking = picking.with_context(lang=picking._get_report_lang())
    code = picking.picking_type_id._get_code_report_name()
    document = Document(picking, title=f"{code} {picking.name}")
    _add_addresses(document, picking)
    document.add_title()
    document.add_facts(_get_facts(document, picking))
    if picking.state == "done":
        _add_done_lines(document, picking)
    else:
        _add_planned_lines(document, picking)
    _add_backorders(document, picking)
    if picking.signature:
        document.add_signature(
            picking.env._("Signature"),
            picking.signature,
            picking._get_partner_as_printed("partner_id").name or "",
        )
    return document.render()


def _add_addresses(document, picking):
    _ = picking.env._
    partner = picking.partner_id or picking.move_ids[:1].partner_id
    warehouse = picking.picking_type_id.warehouse_id.partner_id
    if picking.should_print_delivery_address():
        address = picking._get_on_slip(
            picking.move_ids[:1].partner_id or picking.partner_id
        )
        label = _("Delivery Address")
    else:
        address, label = warehouse, _("Warehouse Address")
    others = [(label, address)] if address else []
    customer = picking._get_customer_on_slip(partner or warehouse)
    document.add_addresses(customer, others)


def _get_facts(document, picking):
    _ = picking.env._
    done = picking.state == "done"
    date = picking.date_done if done else picking.scheduled_date
    order = picking.sale_id
    return [
        (_("Order"), picking.origin),
        (_("Your Reference"), order.client_order_ref),
        (_("Shipping Date"), document.date(date)),
        (_("On-site Contact"), _get_site_contact(picking)),
        (_("Requested Date"), document.date(picking.wished_date)),
        (_("Operator"), picking.user_id.name),
    ]


def _get_site_contact(picking):
    contact = (picking.site_contact_name, picking.site_contact_phone)
    return ", ".join(filter(None, contact))


def _add_planned_lines(document, picking):
    _ = picking.env._
    columns = [Column(_("Product")), Column(_("Ordered")), Column(_("Delivered"))]
    rows = [
        Row(
            [
                _describe(move),
                _format(document, move.product_uom_qty, move.product_uom),
                _format(document, move.quantity, move.product_uom),
            ]
        )
        for move in picking.move_ids
        if move.product_uom_qty
    ]
    document.add_lines(columns, rows)


def _add_done_lines(document, picking):
    """Add what left, by package, with lot numbers where the seller prints them."""
    _ = picking.env._
    with_lots = picking.move_line_ids.lot_id and picking.env.user.has_group(
        "stock.group_lot_on_delivery_slip"
    )
    second = _("Lot/Serial Number") if with_lots else _("Ordered")
    columns = [Column(_("Product")), Column(second), Column(_("Delivered"))]
    get_rows = _get_lot_rows if with_lots else _get_sum_rows
    packages = picking.move_line_ids.result_package_id
    rows = []
    for package in packages:
        rows.append(Row([package.display_name, "", ""], "section"))
        lines = picking.move_line_ids.filtered(
            lambda line, package=package: line.result_package_id == package
        )
        rows += get_rows(document, lines, strict=True)
    if packages:
        loose = picking.move_line_ids.filtered(lambda line: not line.result_package_id)
        loose_rows = get_rows(document, loose, strict=with_lots)
        if loose_rows:
            heading = _("Products with no package assigned")
            rows += [Row([heading, "", ""], "section"), *loose_rows]
    else:
        rows += get_rows(document, picking.move_line_ids)
    document.add_lines(columns, rows)


def _get_lot_rows(document, lines, strict=False):
    """Return a row for each move line, with its lot or serial number."""
    return [
        Row(
            [
                _describe(line.move_id) or line.product_id.display_name,
                line.lot_id.name or "",
                _format(document, line.quantity, line.product_uom_id),
            ]
        )
        for line in lines
    ]


def _get_sum_rows(document, lines, strict=False):
    """Return a row for each product, its quantities added up as core does it.

    :param bool strict: leave out what a backorder still has to bring
    """
    sums = lines._get_aggregated_product_quantities(strict=strict) if lines else {}
    return [
        Row(
            [
                "\n".join(filter(None, [entry["name"], entry["description"]])),
                _format(document, entry["qty_ordered"], entry["product_uom"]),
                _format(document, entry["quantity"] or 0.0, entry["product_uom"]),
            ]
        )
        for entry in sums.values()
    ]


def _add_backorders(document, picking):
    _ = picking.env._
    waiting = picking.backorder_ids.filtered(
        lambda backorder: backorder.state not in ("done", "cancel")
    )
    moves = waiting.move_ids.filtered("product_uom_qty")
    if not moves:
        return
    document.add_note(_("Remaining quantities not yet delivered:"))
    columns = [Column(_("Product")), Column(_("Quantity"))]
    rows = [
        Row(
            [
                _describe(move),
                _format(document, move.product_uom_qty, move.product_uom),
            ]
        )
        for move in moves
    ]
    document.add_lines(columns, rows)


def _describe(move):
    product = move.product_id
    text = move.description_picking
    if not text or text in (product.name, product.display_name):
        return product.display_name
    return f"{product.display_name}\n{text}"


def _format(document, quantity, unit):
    return f"{document.float(quantity, 'Product Unit')} {unit.name or ''}".strip()
