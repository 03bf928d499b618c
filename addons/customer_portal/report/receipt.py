"""The receipt of a payment: which documents a remittance paid, and with what."""

from .document import Column, Document, Row, Total


def draw(remittance):
    """Return the PDF of a receipt in the language of the person who paid.

    :param remittance: `portal.remittance` record; who may read it has been checked
    :rtype: bytes
    """
    payer = remittance.payer_id or remittance.partner_id
    lang = payer.lang or remittance.partner_id.lang or remittance.env.lang
    # sudo: the payment of a customer's own remittance, whose fields are for the
    # accountants; the caller has checked that the reader may have the receipt.
    remittance = remittance.sudo().with_context(lang=lang)  # sudo: as above
    _ = remittance.env._
    document = Document(remittance, title=_("Payment receipt %s", remittance.name))
    document.add_addresses(remittance.partner_id)
    document.add_title()
    document.add_facts(_get_facts(document, remittance))
    labels = [_("Document"), _("Date"), _("Due Date"), _("Total"), _("Settled")]
    columns = [Column(label) for label in labels]
    document.add_lines(columns, _get_rows(document, remittance))
    document.add_totals(_get_totals(document, remittance))
    if not remittance.settled_on:
        document.add_note(
            _("This payment has not arrived yet; this is no proof of payment.")
        )
    return document.render()


def _get_facts(document, remittance):
    _ = remittance.env._
    transaction = _get_transaction(remittance)
    return [
        (_("Paid on"), document.date(remittance.settled_on)),
        (_("Paid by"), remittance.payer_id.name),
        (_("Payment Method"), transaction.payment_method_id.name),
        (_("Provider"), transaction.provider_id.name),
        (_("Reference"), transaction.reference),
        (_("Provider Reference"), transaction.provider_reference),
    ]


def _get_transaction(remittance):
    """Return the transaction that brought the money, the newest try without one."""
    transactions = remittance.transaction_ids
    done = transactions.filtered(lambda transaction: transaction.state == "done")
    return (done or transactions).sorted("id")[-1:]


def _get_rows(document, remittance):
    """Return the invoices that were paid, then the credits that were used."""
    _ = remittance.env._
    headings = {"invoice": _("Invoices"), "credit": _("Credits used")}
    lines = remittance.line_ids
    rows = []
    for kind, heading in headings.items():
        of_kind = lines.filtered(lambda line, kind=kind: line.kind == kind)
        if of_kind and of_kind != lines:
            rows.append(Row([heading, "", "", "", ""], "section"))
        rows += [_get_row(document, line) for line in of_kind]
    return rows


def _get_row(document, line):
    """Return the row of a document; credits are negative."""
    move, currency = line.move_id, line.currency_id
    sign = -1 if line.kind == "credit" else 1
    return Row(
        [
            " · ".join(filter(None, [move.name, move.ref])),
            document.date(move.invoice_date),
            document.date(move.invoice_date_due) if line.kind == "invoice" else "",
            document.amount(sign * move.amount_total, currency),
            document.amount(sign * _get_settled(line), currency),
        ]
    )


def _get_settled(line):
    """Return what was paid of a document, what is to be paid before the payment."""
    settled = line.remittance_id.settled_on
    return line.amount_applied if settled else line.amount_requested


def _get_totals(document, remittance):
    """Return the sum that leads from the documents to the money."""
    _ = remittance.env._
    currency = remittance.currency_id
    totals = {"invoice": 0.0, "credit": 0.0}
    for line in remittance.line_ids:
        totals[line.kind] += _get_settled(line)
    money = totals["invoice"] - totals["credit"] + remittance.amount_on_account
    parts = [
        (_("Invoices"), totals["invoice"]),
        (_("Credits used"), -totals["credit"]),
        (_("Kept on account"), remittance.amount_on_account),
    ]
    label = _("Amount received") if remittance.settled_on else _("Amount to pay")
    return [
        *(
            Total(name, document.amount(part, currency))
            for name, part in parts
            if not currency.is_zero(part)
        ),
        Total(label, document.amount(money, currency), "total"),
    ]
