"""The receipt of a payment: which documents it paid, and with what."""

from . import payment_receipt
from .document import Document
from .settlement import add_warning, get_columns, get_rows, get_totals, get_transaction


def draw(remittance):
    """Return the PDF of a receipt in the language of the person who asks for it.

    :param remittance: `portal.remittance` record; who may read it has been checked
    :rtype: bytes
    """
    payer = remittance.payer_id or remittance.partner_id
    lang = remittance.env.lang or payer.lang or remittance.partner_id.lang
    # sudo: the payment of a customer's own remittance, whose fields are for the
    # accountants; the caller has checked that the reader may have the receipt.
    remittance = remittance.sudo().with_context(lang=lang)  # sudo: as above
    _ = remittance.env._
    document = Document(remittance, title=_("Payment receipt %s", remittance.name))
    document.add_addresses(remittance.partner_id, label=_("Customer"))
    document.add_title()
    document.add_facts(_get_facts(document, remittance))
    document.add_lines(get_columns(remittance.env), get_rows(document, remittance))
    label = _("Amount received") if remittance.settled_on else _("Amount to pay")
    document.add_totals(get_totals(document, remittance, label))
    if not remittance.settled_on:
        document.add_note(
            _("This payment has not arrived yet; this is not proof of payment.")
        )
    add_warning(document, remittance)
    return document.render()


def _get_facts(document, remittance):
    _ = remittance.env._
    transaction = get_transaction(remittance)
    payment = remittance.payment_id
    method = transaction.payment_method_id.name or payment._get_portal_method()
    return [
        (_("Paid on"), document.date(remittance.settled_on)),
        (_("Paid by"), remittance.payer_id.name),
        (_("Payment Method"), method),
        (_("Provider"), transaction.provider_id.name),
        (_("Reference"), transaction.reference),
        (_("Provider Reference"), transaction.provider_reference),
    ]


def draw_payment(payment):
    """Return the PDF of a receipt of an `account.payment`: see `payment_receipt`."""
    return payment_receipt.draw(payment)
