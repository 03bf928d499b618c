"""The PDF of an invoice or a credit note, with what core's template prints.

That is `account.report_invoice_document`.
"""

from .document import Document, Row, Total
from .lines import get_columns, get_discount, get_one_unit, get_quantity, get_taxes
from .plain_text import plain_text
from .summary import (
    get_bank_facts,
    get_facts,
    get_figures,
    get_heading,
    get_room,
    make_box,
)
from .tax_totals import get_company_total_rows, get_total_rows


def draw(move, data=None, with_payments=False):
    """Return the PDF of an invoice in the language of its customer.

    :param move: `account.move` record, read in the rights it carries
    :param dict data: of the report; `proforma` names the document so
    :param bool with_payments: list the payments and what is left to pay
    :rtype: bytes
    """
    data = data or {}
    move = move.with_context(lang=move.partner_id.lang or move.env.lang)
    # Core computes the section of each line and writes it to lines that were not
    # asked for, so that a page which only reads would write: ask for all at once.
    move.line_ids.mapped("parent_id")
    document = Document(
        move,
        title=_get_title(move, bool(data.get("proforma"))),
        # sudo: the seller's own number, printed for whoever reads the invoice
        vat=move.fiscal_position_id.sudo().foreign_vat or "",
        footer=move.name if data.get("display_name_in_footer") and move.name else "",
    )
    customer = move._get_partner_as_printed("partner_id")
    label = "" if move.is_purchase_document() else move.env._("Bill to")
    document.add_addresses(customer, _get_other_addresses(move), label)
    document.add_title()
    document.add_facts(_get_facts(document, move))
    first_page = len(document.story)
    _add_lines(document, move)
    _add_totals(document, move, with_payments)
    after_totals = len(document.story)
    _add_terms(document, move)
    _add_summary(document, move, first_page, after_totals)
    return document.render()


def _get_title(move, proforma):
    name = move.name if move.name and move.name != "/" else ""
    return f"{_get_kind(move, proforma)} {name}".strip()


def _get_kind(move, proforma):
    """Return the name of the type, the state and the pro forma of a document."""
    _ = move.env._
    if move.move_type in ("in_invoice", "in_refund"):
        return _get_vendor_kind(move, proforma)
    kinds = {
        ("out_invoice", "posted", False): _("Invoice"),
        ("out_invoice", "draft", False): _("Draft Invoice"),
        ("out_invoice", "cancel", False): _("Cancelled Invoice"),
        ("out_refund", "posted", False): _("Credit Note"),
        ("out_refund", "draft", False): _("Draft Credit Note"),
        ("out_refund", "cancel", False): _("Cancelled Credit Note"),
        ("out_invoice", "posted", True): _("Proforma Invoice"),
        ("out_invoice", "draft", True): _("Draft Proforma Invoice"),
        ("out_invoice", "cancel", True): _("Cancelled Proforma Invoice"),
        ("out_refund", "posted", True): _("Proforma Credit Note"),
        ("out_refund", "draft", True): _("Draft Proforma Credit Note"),
        ("out_refund", "cancel", True): _("Cancelled Proforma Credit Note"),
    }
    return kinds.get((move.move_type, move.state, proforma), _("Receipt"))


def _get_vendor_kind(move, proforma):
    _ = move.env._
    refund = move.move_type == "in_refund"
    if proforma:
        return _("Proforma Vendor Credit Note") if refund else _("Proforma Vendor Bill")
    if move.journal_id.is_self_billing:
        return _("Self Billing Credit Note") if refund else _("Self Billing")
    return _("Vendor Credit Note") if refund else _("Vendor Bill")


def _get_other_addresses(move):
    shipping = move.partner_shipping_id
    if not shipping or shipping == move.partner_id:
        return []
    shipping = move._get_partner_as_printed("partner_shipping_id")
    return [(move.env._("Ship to"), shipping)]


def _get_facts(document, move):
    _ = move.env._
    date_labels = {
        "out_invoice": _("Invoice Date"),
        "out_refund": _("Credit Note Date"),
        "out_receipt": _("Receipt Date"),
    }
    is_due = move.move_type == "out_invoice" and move.state == "posted"
    incoterm = move.invoice_incoterm_id.code and "\n".join(
        filter(None, [move.invoice_incoterm_id.code, move.incoterm_location])
    )
    return [
        (date_labels.get(move.move_type, _("Date")), document.date(move.invoice_date)),
        (_("Due Date"), is_due and document.date(move.invoice_date_due)),
        (
            _("Taxable Supply"),
            move.show_taxable_supply_date and document.date(move.taxable_supply_date),
        ),
        (_("Delivery Date"), document.date(move.delivery_date)),
        (_("Source"), move.invoice_origin),
        (_("Customer Code"), move._get_partner_as_printed("partner_id").ref),
        (_("Reference"), move.ref),
        (_("Incoterm"), incoterm),
    ]


# Lines


def _add_lines(document, move):
    document.add_lines(get_columns(move.env), list(_get_rows(document, move)))


def _get_rows(document, move):
    """Yield the rows of the lines that core prints, under their sections."""
    level = 0
    for line in move._get_move_lines_to_report():
        if line.collapse_composition or line.collapse_prices:
            for child in line._get_child_lines():
                yield _get_collapsed_row(document, line, child)
        elif line.display_type in ("line_section", "line_subsection"):
            level = 1 if line.display_type == "line_section" else 2
            yield _get_section_row(document, line, level - 1)
        elif line.display_type == "line_note":
            yield Row([line.name or ""], "note", level)
        else:
            yield _get_product_row(document, line, level)


def _get_section_row(document, line, level):
    total = document.amount(line.get_section_subtotal(), line.currency_id)
    cells = [line.name or "", "", "", "", "", total]
    return Row(cells, line.display_type.removeprefix("line_"), level)


def _get_product_row(document, line, level):
    included = line.move_id.company_price_include == "tax_included"
    total = line.price_total if included else line.price_subtotal
    cells = [
        line.name or "",
        get_quantity(document, line, "quantity"),
        document.number(line, "price_unit"),
        get_discount(document, line),
        get_taxes(line),
        document.amount(total, line.currency_id),
    ]
    return Row(cells, level=level)


def _get_collapsed_row(document, section, child):
    """Return a row of a collapsed section, which has prices only as a whole.

    :param dict child: of `_get_child_lines`
    """
    whole = section.collapse_composition
    heading = not whole and child["display_type"] in ("line_section", "line_subsection")
    included = section.move_id.company_price_include == "tax_included"
    total = child["price_total"] if included else child["price_subtotal"]
    quantity = price = ""
    if whole:
        quantity = get_one_unit(document)
    elif not heading:
        quantity = document.float(child["quantity"], "Product Unit")
        quantity += f" {child['line_uom'].name}" if child.get("line_uom") else ""
    if whole and not section.collapse_prices:
        price = document.float(child["price_subtotal"], "Product Price")
    cells = [
        child["name"] or "",
        quantity,
        price,
        "",
        ", ".join(child.get("taxes") or []),
        document.amount(total, section.currency_id) if whole or heading else "",
    ]
    kind = child["display_type"].removeprefix("line_") if heading else "line"
    return Row(cells, kind, level=0 if whole or heading else 1)


# Totals


def _add_totals(document, move, with_payments):
    if not move.tax_totals:
        return
    totals = get_total_rows(document, move.tax_totals, move.currency_id)
    if with_payments and move.payment_state != "invoicing_legacy":
        totals += _get_payment_rows(document, move)
    document.add_totals(totals)
    if move.company_id.display_invoice_amount_total_words:
        document.add_note(
            move.amount_total_words, move.env._("Total amount in words:"), at_end=True
        )
    if move.tax_totals.get("display_in_company_currency"):
        currency = move.company_currency_id
        document.add_totals(
            get_company_total_rows(document, move.tax_totals, currency),
            heading=move.env._("Taxes %s", currency.name),
        )


def _get_payment_rows(document, move):
    """Return what was paid and when, then what is left; nothing if nothing was paid."""
    _ = move.env._
    # sudo: who reads an invoice need not read what pays it; core prints the same.
    payments = (move.sudo().invoice_payments_widget or {}).get("content", [])
    rows = [
        Total(
            (_("Reversed on %s") if payment["is_refund"] else _("Paid on %s"))
            % document.date(payment["date"]),
            document.amount(payment["amount"], move.currency_id),
            "pale",
        )
        for payment in payments
        if not payment["is_exchange"]
    ]
    if payments:
        due = document.amount(move.amount_residual, move.currency_id)
        rows.append(Total(_("Amount Due"), due, "total"))
    return rows


# Terms


def _add_terms(document, move):
    _ = move.env._
    # sudo: notes of the seller's configuration, printed for whoever reads the invoice.
    document.add_note(plain_text(move.fiscal_position_id.sudo().note))
    document.add_note(plain_text(move.taxes_legal_notes))
    term = move.invoice_payment_term_id.sudo()  # sudo: as above
    document.add_note(plain_text(term.note))
    if (
        term.display_on_invoice
        and move.payment_term_details
        and move.show_payment_term_details
    ):
        document.add_note("\n".join(_get_instalments(document, move, term)))
    document.add_note(plain_text(move.narration))


def _get_instalments(document, move, term):
    _ = move.env._
    if move._is_eligible_for_early_payment_discount(
        move.currency_id, move.invoice_date
    ):
        early = term._get_amount_due_after_discount(move.amount_total, move.amount_tax)
        yield _(
            "%(amount)s due if paid before %(date)s",
            amount=document.amount(early, move.currency_id),
            date=term._get_last_discount_date_formatted(move.invoice_date),
        )
    details = move.payment_term_details
    if len(details) > 1:
        for number, detail in enumerate(details, start=1):
            yield _(
                "Installment %(number)s: %(amount)s, due on %(date)s",
                number=number,
                amount=document.amount(detail["amount"], move.currency_id),
                date=detail["date"],
            )


# How it is paid


def _add_summary(document, move, first_page, after_totals):
    """Say what is due, when, and how it is paid: on the first page of a long paper.

    :param int first_page: place in the story where the lines begin
    :param int after_totals: place below the totals, for a short paper
    """
    codes = [code for code in (_get_payment_code(move), _get_link_code(move)) if code]
    room = get_room(document, len(codes))
    facts = _get_payment_facts(move)
    to_pay = get_facts(document, facts, room, per_row=2 if codes else 4)
    if facts or codes:
        to_pay.insert(0, get_heading(document, move.env._("How to pay")))
    box = [make_box(document, to_pay, codes)] if to_pay else []
    if not document.is_long(box):
        document.story[after_totals:after_totals] = box
    elif move.tax_totals:
        figures = get_figures(document, _get_due(document, move), room)
        box = [make_box(document, [figures, *to_pay], codes)]
        document.story[first_page:first_page] = box


def _get_due(document, move):
    """Return the total of a long paper, what of it is open, and the due date."""
    _ = move.env._
    total = document.amount(move.amount_total, move.currency_id)
    figures = [Total(_("Total"), total, "total")]
    if _is_to_pay(move):
        if move.currency_id.compare_amounts(move.amount_residual, move.amount_total):
            open_amount = document.amount(move.amount_residual, move.currency_id)
            figures.append(Total(_("Amount Due"), open_amount))
        figures.append(Total(_("Due Date"), document.date(move.invoice_date_due)))
    return figures


def _is_to_pay(move):
    """Return whether something of the document is left to pay, or to collect."""
    return (
        move.state == "posted"
        and move.move_type != "out_refund"
        and move.currency_id.compare_amounts(move.amount_residual, 0) > 0
    )


def _get_payment_facts(move):
    """Return where the money goes, and with which words, as facts."""
    if not _is_to_pay(move):
        return []
    # sudo: the account to pay to, printed for whoever reads the invoice
    bank = move.partner_bank_id.sudo()
    if not bank and move.is_sale_document(include_receipts=True):
        bank = move.company_id._get_bank_to_pay(move.currency_id)
    facts = get_bank_facts(move.env, bank)
    if move.payment_reference:
        facts.append((move.env._("Text of the transfer"), move.payment_reference))
    return facts


def _get_payment_code(move):
    """Return the code that banking applications read, where core would print one.

    Core's own `_generate_qr_code` is not used: it paints with a library that
    need not be installed, and writes the chosen method on the invoice, which a
    read-only request cannot.

    :return: (text of the code, its caption), or None
    """
    if not move.display_qr_code or not _is_to_pay(move):
        return None
    bank = move.partner_bank_id.sudo()  # sudo: the account to pay to
    values = bank._build_qr_code_vals(
        move.amount_residual,
        move.payment_reference or move.name,
        move.payment_reference,
        move.currency_id,
        move.partner_id,
        move.qr_code_method,
    )
    code = values and bank._get_qr_code_generation_params(**values)
    if not code or code["barcode_type"] != "QR":
        return None
    return code["value"], move.env._("Scan this code with your banking app")


def _get_link_code(move):
    """Return the code that leads to the page that pays, if the seller wants it.

    Core's own link is not used: making it writes, which a read-only request cannot.

    :return: (text of the code, its caption), or None
    """
    # sudo: a switch of the seller's, and the link that its mails carry
    move_sudo = move.sudo()
    is_wanted = move_sudo.display_link_qr_code and _is_to_pay(move)
    url = is_wanted and move_sudo._get_printed_pay_url()
    return (url, move.env._("Scan this code to pay online")) if url else None
