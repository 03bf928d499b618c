"""Charges: the money itself, of cards at once and of debits after days."""

from .ledger import book
from .parameters import EXPAND, Shape, table, text
from .routing import Route

OUTCOME = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "risk_score": 11,
    "seller_message": "Payment complete.",
    "type": "authorized",
}


def create(account, intent, method, status, *, captured=True, mandate=None, error=None):
    """Charge a method for an intent, and return the charge.

    :param str status: succeeded, pending or failed
    :param bool captured: whether the money is taken, and not only authorized
    :param dict error: why it failed
    """
    error = error or {}
    charge = account.store.add(
        "charge",
        {
            "amount": intent["amount"],
            "amount_captured": 0,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": None,
            "billing_details": dict(method["billing_details"]),
            "calculated_statement_descriptor": "STANDIN",
            "captured": False,
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": error.get("code"),
            "failure_message": error.get("message"),
            "fraud_details": {},
            "metadata": dict(intent["metadata"]),
            "on_behalf_of": None,
            "outcome": OUTCOME | ({} if status != "failed" else _decline(error)),
            "paid": status != "failed",
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": _describe(account, intent, method, mandate),
            "receipt_email": intent["receipt_email"],
            "receipt_number": None,
            "receipt_url": None,
            "refunded": False,
            "review": None,
            "shipping": intent["shipping"],
            "source_transfer": None,
            "statement_descriptor": intent["statement_descriptor"],
            "statement_descriptor_suffix": None,
            "status": status,
            "transfer_data": None,
            "transfer_group": None,
        },
    )
    intent["latest_charge"] = charge["id"]
    if status == "failed":
        account.tell("charge.failed", charge)
    elif status == "pending":
        charge["captured"] = True
        account.tell("charge.pending", charge)
    else:
        if captured:
            capture(account, charge, charge["amount"], tells=False)
        account.tell("charge.succeeded", charge)
    return charge


def _decline(error):
    reason = error.get("decline_code") or error.get("code")
    return {
        "network_status": "declined_by_network",
        "reason": reason,
        "seller_message": "The bank did not return any further details.",
        "type": "issuer_declined",
    }


def _describe(account, intent, method, mandate):
    kind = method["type"]
    details = dict(method[kind])
    for name in ("display_brand", "generated_from", "networks", "status_details"):
        details.pop(name, None)
    details.pop("three_d_secure_usage", None)
    details.pop("financial_connections_account", None)
    if kind == "card":
        details |= {"installments": None, "network": details["brand"]}
        details |= {"three_d_secure": None}
        options = (intent["payment_method_options"] or {}).get("card") or {}
        asked = options.get("request_multicapture") == "if_available"
        status = "available" if asked and account.multicapture else "unavailable"
        details["multicapture"] = {"status": status}
    if mandate or kind != "us_bank_account":
        details["mandate"] = mandate
    return {"type": kind, kind: details}


def capture(account, charge, amount, *, tells=True):
    """Take the money of a charge, or a part of it."""
    share, fixed = account.fee
    kind = "charge" if charge["payment_method_details"]["type"] == "card" else "payment"
    movement = book(account, kind, amount, charge, round(amount * share) + fixed)
    charge.update(
        amount_captured=charge["amount_captured"] + amount,
        balance_transaction=movement["id"],
        captured=True,
        status="succeeded",
    )
    if tells:
        account.tell("charge.captured", charge)


def settle(account, charge):
    """Let the bank pay a debit."""
    capture(account, charge, charge["amount"], tells=False)
    account.tell("charge.succeeded", charge)


def fail(account, charge, code, message):
    """Let the bank refuse a debit or a card."""
    charge.update(
        failure_code=code, failure_message=message, paid=False, status="failed"
    )
    account.tell("charge.failed", charge)


def _update(account, values, charge_id):
    charge = account.store.get("charge", charge_id, "charge")
    charge["metadata"] |= values.get("metadata", {})
    if "description" in values:
        charge["description"] = values["description"]
    account.tell("charge.updated", charge)
    return charge


ROUTES = [
    Route.listing("charges", "charge", "customer", "payment_intent"),
    Route.retrieving("charges", "charge"),
    Route(
        "POST",
        "charges/{}",
        _update,
        Shape(description=text, metadata=table, **EXPAND),
    ),
]
