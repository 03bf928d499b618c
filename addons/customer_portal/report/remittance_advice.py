"""The advice of a remittance: what the customer tells the seller to book.

Also of a transfer that was announced, with the account it goes to and the reference
that it carries.
"""

from .document import Document
from .settlement import add_warning, get_columns, get_rows, get_totals, get_transaction


def draw(remittance):
    """Return the PDF of the advice in the language of the person who asks for it.

    :param remittance: `portal.remittance` record; who may read it has been checked
    :rtype: bytes
    """
    payer = remittance.payer_id or remittance.partner_id
    lang = remittance.env.lang or payer.lang or remittance.partner_id.lang
    # sudo: the payment of a customer's own remittance, whose fields are for the
    # accountants; the caller has checked that the reader may have the advice.
    remittance = remittance.sudo().with_context(lang=lang)  # sudo: as above
    _ = remittance.env._
    document = Document(remittance, title=_("Remittance advice %s", remittance.name))
    document.add_addresses(
        remittance.company_id.partner_id,
        [(_("From"), remittance.partner_id)],
        _("To"),
    )
    document.add_title()
    document.add_facts(_get_facts(document, remittance))
    document.add_facts(_get_transfer_facts(document, remittance))
    document.add_lines(get_columns(remittance.env), get_rows(document, remittance))
    document.add_totals(get_totals(document, remittance, _get_label(remittance)))
    if not remittance.settled_on:
        document.add_note(_("This payment has not arrived yet."))
    add_warning(document, remittance)
    return document.render()


def _get_label(remittance):
    _ = remittance.env._
    if remittance.settled_on:
        return _("Amount paid")
    if remittance.state == "announced":
        return _("Amount of the transfer")
    return _("Amount to pay")


def _get_facts(document, remittance):
    _ = remittance.env._
    transaction = get_transaction(remittance)
    payment = remittance.payment_id
    method = transaction.payment_method_id.name or payment._get_portal_method()
    if not method and _get_transfer(remittance):
        method = _("Bank Transfer")
    return [
        (_("Paid on"), document.date(remittance.settled_on)),
        (_("Selected on"), document.date(remittance.create_date)),
        (_("Paid by"), remittance.payer_id.name),
        (_("Payment Method"), method),
        (_("Reference"), transaction.reference),
        (_("Provider Reference"), transaction.provider_reference),
    ]


def _get_transfer_facts(document, remittance):
    """Return where a bank transfer goes, nothing of other payments."""
    _ = remittance.env._
    details = _get_transfer(remittance)
    if not details:
        return []
    bank = ", ".join(filter(None, [details["bank"], details["bic"]]))
    return [
        (_("Account Holder"), details["name"]),
        (_("Bank Account"), details["account_number"]),
        (_("Bank"), bank),
        (_("Text of the transfer"), details["reference"]),
        (_("To be sent on"), document.date(details["send_on"])),
    ]


def _get_transfer(remittance):
    """Return the details of an announced transfer; other payments have none."""
    details = remittance._get_transfer_details()
    return details if details and details["reference"] else None
