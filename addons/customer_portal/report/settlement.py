"""What the receipt and the advice of a remittance have in common."""

from .document import Column, Row, Total


def get_columns(env):
    """Return the columns; each row gives a cell for each of them."""
    _ = env._
    return [
        Column(_("Document")),
        Column(_("Your Reference"), wraps=True),
        Column(_("Date")),
        Column(_("Due Date")),
        Column(_("Total")),
        Column(_("Discount")),
        Column(_("Settled")),
    ]


def get_rows(document, remittance):
    """Return the invoices that are paid, then the credits that are used."""
    _ = remittance.env._
    headings = {"invoice": _("Invoices"), "credit": _("Credits used")}
    hidden = remittance._get_hidden_lines()
    lines = remittance.line_ids - hidden
    rows = []
    for kind, heading in headings.items():
        of_kind = lines.filtered(lambda line, kind=kind: line.kind == kind)
        if of_kind and of_kind != lines:
            rows.append(Row([heading, *[""] * 6], "section"))
        rows += [_get_row(document, line) for line in of_kind]
    return rows + _get_hidden_row(document, hidden)


def _get_hidden_row(document, lines):
    """Return one row in place of documents that the reader may not read."""
    if not lines:
        return []
    settled = sum(_get_sign(line) * _get_settled(line) for line in lines)
    discount = sum(_get_discount(line) for line in lines)
    currency = lines.currency_id
    return [
        Row(
            [
                lines.env._("Other documents (%s)", len(lines)),
                *[""] * 4,
                document.amount(-discount, currency) if discount else "",
                document.amount(settled, currency),
            ]
        )
    ]


def _get_sign(line):
    return -1 if line.kind == "credit" else 1


def _get_row(document, line):
    """Return the row of a document; credits are negative."""
    move, currency = line.move_id, line.currency_id
    sign = _get_sign(line)
    discount = _get_discount(line)
    # An entry may be of many customers: only what is this one's is printed of it.
    is_paper = bool(move._filtered_papers())
    total = document.amount(sign * move.amount_total, currency) if is_paper else ""
    return Row(
        [
            "\n".join(_describe(line)),
            move.ref or "" if is_paper else "",
            document.date(move.invoice_date or move.date),
            document.date(move.invoice_date_due) if line.kind == "invoice" else "",
            total,
            document.amount(-discount, currency) if discount else "",
            document.amount(sign * _get_settled(line), currency),
        ]
    )


def _describe(line):
    """Yield the name of a document, whose it is, and why less of it is paid."""
    yield line.move_id.name or ""
    if line.partner_id and line.partner_id != line.remittance_id.partner_id:
        yield line.partner_id.name or ""
    if line.reason_id:
        yield ": ".join(filter(None, [line.reason_id.name, line.reason_note]))


def _get_settled(line):
    """Return what was paid of a document, what is to be paid before the payment."""
    settled = line.remittance_id.settled_on
    return line.amount_applied if settled else line.amount_requested


def _get_discount(line):
    settled = line.remittance_id.settled_on
    return line.discount_applied if settled else line.discount_requested


def get_totals(document, remittance, label):
    """Return the sum that leads from the documents to the money.

    :param str label: what the money is called
    """
    _ = remittance.env._
    currency = remittance.currency_id
    totals = {"invoice": 0.0, "credit": 0.0}
    for line in remittance.line_ids:
        totals[line.kind] += _get_settled(line)
    discount = sum(_get_discount(line) for line in remittance.line_ids)
    kept = (
        remittance.amount_on_account
        if remittance.settled_on
        else remittance.amount_extra
    )
    parts = [
        (_("Invoices"), totals["invoice"]),
        (_("Early-payment discount"), -discount),
        (_("Credits used"), -totals["credit"]),
        (_("Kept on account"), kept),
    ]
    money = sum(amount for _name, amount in parts)
    return [
        *(
            Total(name, document.amount(part, currency))
            for name, part in parts
            if not currency.is_zero(part)
        ),
        Total(label, document.amount(money, currency), "total"),
    ]


def get_transaction(remittance):
    """Return the transaction that brought the money, the newest try without one."""
    transactions = remittance.transaction_ids
    done = transactions.filtered(lambda transaction: transaction.state == "done")
    return (done or transactions).sorted("id")[-1:]


def add_warning(document, remittance):
    """Say of a remittance that is taken back or cancelled that it is so."""
    _ = remittance.env._
    warnings = {
        "reversed": _("This payment was reversed; the documents are open again."),
        "cancelled": _("This payment was cancelled. Nothing was paid with it."),
    }
    document.add_note(warnings.get(remittance.state))
