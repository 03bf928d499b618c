"""Disputes: of a card, which wait for an answer, and returned debits, which do not."""

from .errors import Refusal
from .ledger import book
from .parameters import EXPAND, Shape, anything, flag, table
from .routing import Route

FEE = 1500  # in the smallest unit
ANSWER_DAYS = 7

EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)
OPEN_STATES = ("needs_response", "under_review")


def open_dispute(account, charge, reason="fraudulent", amount=None):
    """Let the owner of a card or an account take the money back; return the dispute.

    :param amount: of it, if it is not all that was paid
    """
    if charge["disputed"] or not charge["amount_captured"]:
        raise Refusal(400, "This charge cannot be disputed.")
    amount = amount or charge["amount_captured"] - charge["amount_refunded"]
    due = account.clock.now() + ANSWER_DAYS * 86400
    is_card = charge["payment_method_details"]["type"] == "card"
    dispute = account.store.add(
        "dispute",
        {
            "amount": amount,
            "balance_transactions": [],
            "charge": charge["id"],
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
            "evidence_details": {
                "due_by": due if is_card else None,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
                "submission_method": "not_submitted",
            },
            "is_charge_refundable": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "reason": reason,
            "status": "needs_response",
        },
    )
    if is_card:
        brand = charge["payment_method_details"]["card"]["brand"]
        own = {"brand": brand, "network": brand, "network_reason_code": "10"}
        own["case_type"] = "chargeback"
        dispute["payment_method_details"] = {"type": "card", "card": own}
    charge["disputed"] = True
    _book(account, dispute, -amount, FEE)
    account.tell("charge.dispute.created", dispute)
    account.tell("charge.dispute.funds_withdrawn", dispute)
    return dispute


def _book(account, dispute, amount, fee):
    movement = book(account, "adjustment", amount, dispute, fee)
    dispute["balance_transactions"].append(dict(movement))


def close(account, dispute, status):
    """Decide a dispute: won or lost, for the seller; a lost one may be won later."""
    is_revised = (dispute["status"], status) == ("lost", "won")
    if dispute["status"] not in OPEN_STATES and not is_revised:
        raise Refusal(400, f"This dispute is already {dispute['status']}.")
    dispute["status"] = status
    if status == "won":
        _book(account, dispute, dispute["amount"], 0)
        account.tell("charge.dispute.funds_reinstated", dispute)
    account.tell("charge.dispute.closed", dispute)


def _update(account, values, dispute_id):
    dispute = account.store.get("dispute", dispute_id, "dispute")
    if values.get("evidence"):
        dispute["evidence"] |= values["evidence"]
        dispute["evidence_details"]["has_evidence"] = True
    if values.get("submit", bool(values.get("evidence"))):
        dispute["status"] = "under_review"
        dispute["evidence_details"]["submission_count"] += 1
        dispute["evidence_details"]["submission_method"] = "manual"
    dispute["metadata"] |= values.get("metadata", {})
    account.tell("charge.dispute.updated", dispute)
    return dispute


def _close(account, _values, dispute_id):
    dispute = account.store.get("dispute", dispute_id, "dispute")
    close(account, dispute, "lost")
    return dispute


ROUTES = [
    Route.listing("disputes", "dispute", "charge", "payment_intent"),
    Route.retrieving("disputes", "dispute"),
    Route(
        "POST",
        "disputes/{}",
        _update,
        Shape(evidence=anything, metadata=table, submit=flag, **EXPAND),
    ),
    Route("POST", "disputes/{}/close", _close, Shape(**EXPAND)),
]
