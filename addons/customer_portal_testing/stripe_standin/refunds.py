"""Refunds: of a card at once, of a debit after days, and some that fail."""

from .errors import Refusal
from .ledger import book
from .parameters import EXPAND, Shape, integer, table, text
from .routing import Route

DEBIT_DAYS = 4
CARD_DAYS = 2  # of the test cards whose refunds change afterwards
GIVEN = ("pending", "succeeded", "requires_action")


def create(account, values):
    """Give back a charge, or a part of it; a charge is never given back twice."""
    charge = _find_charge(account, values)
    if not charge["amount_captured"] or charge["status"] != "succeeded":
        raise Refusal(400, f"Charge {charge['id']} has not been captured.")
    left = charge["amount_captured"] - charge["amount_refunded"]
    if not left:
        raise Refusal(
            400,
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
        )
    amount = values.get("amount", left)
    if not 0 < amount <= left:
        raise Refusal(
            400,
            f"Refund amount ({amount}) is greater than unrefunded amount on charge "
            f"({left})",
            param="amount",
        )
    if charge["disputed"]:
        raise Refusal(
            400,
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    method = account.store.find(charge["payment_method"])
    card = account.store.hidden(method).get("card")
    status = "pending" if not card or card.refund == "succeeded" else "succeeded"
    refund = account.store.add(
        "refund",
        {
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "currency": charge["currency"],
            "destination_details": {
                "type": method["type"],
                **({"card": {"type": "pending"}} if card else {}),
            },
            "metadata": values.get("metadata", {}),
            "payment_intent": charge["payment_intent"],
            "reason": values.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": status,
            "transfer_reversal": None,
        },
    )
    kind = "refund" if card else "payment_refund"
    refund["balance_transaction"] = book(account, kind, -amount, refund)["id"]
    _count(account, charge)
    account.tell("refund.created", refund)
    account.tell("charge.refunded", charge)
    if not card:
        account.clock.call_in(DEBIT_DAYS, lambda: change(account, refund, "succeeded"))
    elif card.refund:
        account.clock.call_in(CARD_DAYS, lambda: change(account, refund, card.refund))
    return refund


def _find_charge(account, values):
    if values.get("charge"):
        return account.store.get("charge", values["charge"], "charge")
    if not values.get("payment_intent"):
        raise Refusal(400, "One of charge or payment_intent is needed.")
    intent_id = values["payment_intent"]
    intent = account.store.get("payment_intent", intent_id, "payment_intent")
    charge = account.store.find(intent["latest_charge"])
    if not charge:
        raise Refusal(400, "This PaymentIntent does not have a successful charge.")
    return charge


def _count(account, charge):
    """Sum up what is given back of a charge."""
    refunds = account.store.all("refund", charge=charge["id"])
    given = sum(one["amount"] for one in refunds if one["status"] in GIVEN)
    refunded = given == charge["amount_captured"]
    charge.update(amount_refunded=given, refunded=refunded)


def change(account, refund, status):
    """Let a refund arrive, or come back."""
    if refund["status"] in ("failed", "canceled", status):
        return
    refund["status"] = status
    if status == "failed":
        refund["failure_reason"] = "lost_or_stolen_card"
        kind = "refund_failure"
        if refund["destination_details"]["type"] != "card":
            kind = "payment_failure_refund"
        back = book(account, kind, refund["amount"], refund)
        refund["failure_balance_transaction"] = back["id"]
        _count(account, account.store.find(refund["charge"]))
        account.tell("refund.failed", refund)
    account.tell("refund.updated", refund)
    account.tell("charge.refund.updated", refund)


def _update(account, values, refund_id):
    refund = account.store.get("refund", refund_id, "refund")
    refund["metadata"] |= values.get("metadata", {})
    return refund


ROUTES = [
    Route(
        "POST",
        "refunds",
        create,
        Shape(
            amount=integer,
            charge=text,
            metadata=table,
            payment_intent=text,
            reason=text,
            **EXPAND,
        ),
    ),
    Route.listing("refunds", "refund", "charge", "payment_intent"),
    Route.retrieving("refunds", "refund"),
    Route("POST", "refunds/{}", _update, Shape(metadata=table, **EXPAND)),
]
