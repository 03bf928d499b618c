"""The receipt of a payment that belongs to no remittance, from what it settled."""

from .document import Column, Document, Row, Total

ARRIVED = ("in_process", "paid")


def draw(payment):
    """Return the PDF of a receipt in the language of the person who asks for it.

    :param payment: `account.payment` of a customer, or a refund to one, in sudo;
        who may read it has been checked
    :rtype: bytes
    """
    lang = payment.env.lang or payment.partner_id.lang
    payment = payment.with_context(lang=lang)
    _ = payment.env._
    refund = payment.payment_type == "outbound"
    name = payment.name or payment.memo or ""
    document = Document(
        payment, title=_("Refund %s", name) if refund else _("Payment receipt %s", name)
    )
    customer = payment._get_partner_as_printed("partner_id")
    document.add_addresses(customer, label=_("Customer"))
    document.add_title()
    document.add_facts(_get_facts(document, payment))
    settled = list(_get_settled(payment))
    if settled:
        labels = (
            _("Document"),
            _("Your Reference"),
            _("Date"),
            _("Due Date"),
            _("Total"),
            _("Settled"),
        )
        columns = [Column(label, wraps=label == labels[1]) for label in labels]
        document.add_lines(columns, _get_rows(document, payment, settled))
    document.add_totals(_get_totals(document, payment, settled))
    if payment.state not in ARRIVED:
        document.add_note(
            _(
                "This payment was not made or was reversed; this is not proof of "
                "payment."
            )
        )
    return document.render()


def _get_facts(document, payment):
    _ = payment.env._
    transaction = payment.payment_transaction_id
    method = transaction.payment_method_id.name or payment._get_portal_method()
    return [
        (_("Paid on"), document.date(payment.date)),
        (_("Payment Method"), method),
        (_("Provider"), transaction.provider_id.name),
        (_("Reference"), payment.memo or transaction.reference),
        (_("Payment Reference"), payment.payment_reference),
        (_("Provider Reference"), transaction.provider_reference),
    ]


def _get_settled(payment):
    """Yield (document, amount in the payment's currency), from the reconciliations.

    A payment without an entry of its own has none; it names its invoices, and the
    bank's line settles them later: amount None.
    """
    if not payment.move_id:
        yield from ((invoice, None) for invoice in payment.invoice_ids)
        return
    amounts = {}
    for item in _get_counterpart(payment):
        pairs = [
            (partial.debit_move_id, partial.credit_amount_currency)
            for partial in item.matched_debit_ids
        ]
        pairs += [
            (partial.credit_move_id, partial.debit_amount_currency)
            for partial in item.matched_credit_ids
        ]
        for other, amount in pairs:
            if (
                other.move_id.journal_id
                != other.company_id.currency_exchange_journal_id
            ):
                amounts[other.move_id] = amounts.get(other.move_id, 0.0) + amount
    yield from amounts.items()


def _get_counterpart(payment):
    """Return the receivable items of the payment's entry."""
    return payment.move_id.line_ids.filtered(
        lambda item: item.account_id.account_type == "asset_receivable"
    )


def _get_rows(document, payment, settled):
    """Return a row for each document, and one for those the reader may not read."""
    hidden = payment.env["account.move"].union(*(move for move, _amount in settled))
    hidden = hidden._get_hidden_papers()
    rows = [
        Row(
            [
                move.name or "",
                move.ref or "",
                document.date(move.invoice_date or move.date),
                document.date(move.invoice_date_due),
                document.amount(move.amount_total, move.currency_id),
                "" if amount is None else document.amount(amount, payment.currency_id),
            ]
        )
        for move, amount in settled
        if move not in hidden
    ]
    if hidden:
        others = sum(amount or 0.0 for move, amount in settled if move in hidden)
        label = payment.env._("Other documents (%s)", len(hidden))
        amount = document.amount(others, payment.currency_id) if others else ""
        rows.append(Row([label, *[""] * 4, amount]))
    return rows


def _get_totals(document, payment, settled):
    """Return the sum that leads from the documents to the money."""
    _ = payment.env._
    currency = payment.currency_id
    label = _("Amount received")
    if payment.payment_type == "outbound":
        label = _("Amount refunded")
    documents = sum(amount or 0.0 for _move, amount in settled)
    left = abs(sum(item.amount_residual_currency for item in _get_counterpart(payment)))
    # Discounts and small differences that were written off with the payment.
    difference = payment.amount - documents - left if payment.move_id else 0.0
    parts = [
        (_("Documents"), documents),
        (_("Discounts and differences"), difference),
        (_("On account"), left),
    ]
    return [
        *(
            Total(name, document.amount(part, currency))
            for name, part in parts
            if not currency.is_zero(part)
        ),
        Total(label, document.amount(payment.amount, currency), "total"),
    ]
