"""Payment intents: from the wish to pay to the money, and all that lies between."""

from . import charges, disputes
from .attempts import (
    ACTION,
    OPEN_STATES,
    check_open,
    describe_decline,
    get_decline,
    make_mandate,
    must_authenticate,
    raise_decline,
    take_method,
)
from .errors import Refusal, wrong_state
from .parameters import (
    EXPAND,
    SHIPPING,
    Shape,
    anything,
    flag,
    integer,
    table,
    text,
    texts,
)
from .payment_methods import DATA, attach
from .routing import Route
from .store import make_secret

SMALLEST = {"eur": 50, "usd": 50}
LARGEST = 99_999_999
AUTHORIZED_DAYS = 7  # until an authorization that nobody captures ends
REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
BANK_MESSAGE = "The customer's bank account could not be debited."

OWN = {
    "amount": integer,
    "currency": text,
    "customer": text,
    "description": text,
    "metadata": table,
    "payment_method": text,
    "payment_method_data": DATA,
    "payment_method_options": anything,
    "payment_method_types": texts,
    "receipt_email": text,
    "setup_future_usage": text,
    "shipping": SHIPPING,
    "statement_descriptor": text,
    "statement_descriptor_suffix": text,
}
# What belongs to the moment of a confirmation.
MOMENT = {
    "error_on_requires_action": flag,
    "mandate": text,
    "mandate_data": anything,
    "off_session": flag,
    "return_url": text,
}
CREATE = Shape(
    ("amount", "currency"),
    automatic_payment_methods=anything,
    capture_method=text,
    confirm=flag,
    confirmation_method=text,
    **OWN,
    **MOMENT,
    **EXPAND,
)
# What an intent has not, to begin with.
EMPTY = (
    "application",
    "application_fee_amount",
    "canceled_at",
    "cancellation_reason",
    "client_secret",
    "last_payment_error",
    "latest_charge",
    "next_action",
    "on_behalf_of",
    "payment_method",
    "processing",
    "review",
    "source",
    "transfer_data",
    "transfer_group",
)
KEPT = (
    "customer",
    "description",
    "payment_method_options",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
)


def create(account, values):
    """Make an intent, and confirm it if the request says so."""
    amount, currency = values["amount"], values["currency"].lower()
    _check_amount(amount, currency)
    if values.get("customer"):
        account.store.get_live("customer", values["customer"], "customer")
    if values.get("off_session") and not values.get("confirm"):
        raise Refusal(400, "You can only set off_session together with confirm.")
    automatic = values.get("automatic_payment_methods") or {}
    is_automatic = automatic.get("enabled") == "true"
    every = ["card", "sepa_debit" if currency == "eur" else "us_bank_account"]
    intent = account.store.add(
        "payment_intent",
        {
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "automatic_payment_methods": {"enabled": True} if is_automatic else None,
            "capture_method": values.get("capture_method") or "automatic",
            "confirmation_method": values.get("confirmation_method") or "automatic",
            "currency": currency,
            "metadata": values.get("metadata", {}),
            "payment_method_types": every
            if is_automatic
            else values.get("payment_method_types", ["card"]),
            "status": "requires_payment_method",
            **dict.fromkeys(EMPTY),
            **{name: values.get(name) for name in KEPT},
        },
        is_authenticated=False,
    )
    intent["client_secret"] = f"{intent['id']}_secret_{make_secret()}"
    take_method(account, intent, values)
    account.tell("payment_intent.created", intent)
    if values.get("confirm"):
        confirm(account, intent, values)
    return intent


def _check_amount(amount, currency):
    if amount < SMALLEST.get(currency, 1):
        raise Refusal(
            400,
            f"Amount must be at least {SMALLEST.get(currency, 1)} {currency}",
            code="amount_too_small",
            param="amount",
        )
    if amount > LARGEST:
        raise Refusal(
            400,
            "Amount must be no more than 999,999.99",
            code="amount_too_large",
            param="amount",
        )


def confirm(account, intent, values):
    """Try to pay.

    :raise Refusal: where the card is declined, or something is missing
    """
    check_open(intent, "confirm")
    take_method(account, intent, values)
    if not intent["payment_method"]:
        raise wrong_state(
            "You cannot confirm this PaymentIntent because it's missing a payment "
            "method."
        )
    if values.get("setup_future_usage"):
        intent["setup_future_usage"] = values["setup_future_usage"]
    method = account.store.find(intent["payment_method"])
    off_session = bool(values.get("off_session"))
    if must_authenticate(account, intent, method, off_session=off_session):
        if off_session or values.get("error_on_requires_action"):
            code = "authentication_required"
            _decline(account, intent, method, code, code)
        intent.update(status="requires_action", next_action=dict(ACTION))
        account.tell("payment_intent.requires_action", intent)
        return
    _charge(account, intent, method)


def _charge(account, intent, method):
    """Charge a method whose owner agrees."""
    if decline := get_decline(account, method):
        _decline(account, intent, method, *decline)
    account.store.hidden(method)["is_used"] = True
    mandate = None
    if intent["setup_future_usage"] and intent["customer"]:
        attach(account, method, intent["customer"])
        account.store.hidden(method)["is_set_up"] = True
        mandate = make_mandate(account, method)
    elif method["customer"]:
        mandate = make_mandate(account, method)
    intent.update(next_action=None, last_payment_error=None)
    if bank := account.store.hidden(method).get("bank"):
        _debit(account, intent, method, mandate, bank)
        return
    captured = intent["capture_method"] != "manual"
    charge = charges.create(account, intent, method, "succeeded", captured=captured)
    if captured:
        _succeed(account, intent, charge)
        return
    intent.update(status="requires_capture", amount_capturable=intent["amount"])
    account.tell("payment_intent.amount_capturable_updated", intent)
    account.clock.call_in(AUTHORIZED_DAYS, lambda: _end_authorization(account, intent))


def _succeed(account, intent, charge):
    intent.update(
        status="succeeded",
        amount_capturable=0,
        amount_received=charge["amount_captured"],
        processing=None,
    )
    account.tell("payment_intent.succeeded", intent)
    method = account.store.find(charge["payment_method"])
    hidden = account.store.hidden(method)
    # A bank that gives money back decides at once; a card's waits for an answer.
    if reason := (hidden.get("card") or hidden["bank"]).dispute:
        dispute = disputes.open_dispute(account, charge, reason)
        if method["type"] != "card":
            disputes.close(account, dispute, "lost")


def _decline(account, intent, method, code, decline_code):
    """Let a card be declined.

    :raise Refusal: always
    """
    error = describe_decline(code, decline_code, method)
    charge = charges.create(account, intent, method, "failed", error=error)
    error["charge"] = charge["id"]
    _fail(account, intent, error)
    raise_decline(intent, error)


def _fail(account, intent, error):
    intent.update(
        last_payment_error=error,
        next_action=None,
        payment_method=None,
        processing=None,
        status="requires_payment_method",
    )
    account.store.hidden(intent)["is_authenticated"] = False
    account.tell("payment_intent.payment_failed", intent)


def _debit(account, intent, method, mandate, bank):
    """Ask a bank, which answers after days."""
    charge = charges.create(account, intent, method, "pending", mandate=mandate)
    intent["status"] = "processing"
    account.tell("payment_intent.processing", intent)
    if bank.days is not None:
        account.clock.call_in(
            bank.days, lambda: settle_debit(account, intent, charge, bank.failure)
        )


def settle_debit(account, intent, charge, failure=""):
    """Let the bank answer a debit: it pays, or says why not."""
    if intent["status"] != "processing":
        return
    if not failure:
        charges.settle(account, charge)
        _succeed(account, intent, charge)
        return
    charges.fail(account, charge, failure, BANK_MESSAGE)
    method = account.store.find(charge["payment_method"])
    error = {
        "charge": charge["id"],
        "code": "payment_intent_payment_attempt_failed",
        "decline_code": failure,
        "message": BANK_MESSAGE,
        "payment_method": dict(method),
        "type": "card_error",
    }
    _fail(account, intent, error)


def authenticate(account, intent, *, accept):
    """Let the owner of a card say yes or no.

    :raise Refusal: where the card is declined afterwards
    """
    if intent["status"] != "requires_action":
        raise wrong_state("There is nothing to authenticate.")
    if accept:
        account.store.hidden(intent)["is_authenticated"] = True
        intent["status"] = "requires_confirmation"
        _charge(account, intent, account.store.find(intent["payment_method"]))
        return
    method = account.store.find(intent["payment_method"])
    error = {
        "code": "payment_intent_authentication_failure",
        "message": "We are unable to authenticate your payment method. Please choose "
        "a different payment method and try again.",
        "payment_method": dict(method),
        "type": "invalid_request_error",
    }
    _fail(account, intent, error)


def cancel(account, intent, reason=None):
    """End an intent; nothing can be charged with it afterwards."""
    if intent["status"] not in (*OPEN_STATES, "requires_capture"):
        raise wrong_state(
            "You cannot cancel this PaymentIntent because it has a status of "
            f"{intent['status']}. Only a PaymentIntent with one of the following "
            "statuses may be canceled: requires_payment_method, requires_capture, "
            "requires_confirmation, requires_action, processing.",
            payment_intent=dict(intent),
        )
    if intent["status"] == "requires_capture" and not intent["amount_received"]:
        charge = account.store.find(intent["latest_charge"])
        charge.update(amount_refunded=charge["amount"], refunded=True)
    intent.update(
        amount_capturable=0,
        canceled_at=account.clock.now(),
        cancellation_reason=reason,
        next_action=None,
        status="canceled",
    )
    account.tell("payment_intent.canceled", intent)


def _end_authorization(account, intent):
    if intent["status"] == "requires_capture":
        cancel(account, intent, "automatic")


def _confirm(account, values, intent_id):
    intent = account.store.get("payment_intent", intent_id, "intent")
    confirm(account, intent, values)
    return intent


def _update(account, values, intent_id):
    intent = account.store.get("payment_intent", intent_id, "intent")
    check_open(intent, "update")
    if "amount" in values:
        _check_amount(values["amount"], intent["currency"])
        intent["amount"] = values["amount"]
    if "metadata" in values:
        merged = intent["metadata"] | values["metadata"]
        intent["metadata"] = {key: value for key, value in merged.items() if value}
    if "payment_method_types" in values:
        intent["payment_method_types"] = values["payment_method_types"]
    intent.update({name: values[name] for name in KEPT if name in values})
    take_method(account, intent, values)
    return intent


def _cancel(account, values, intent_id):
    intent = account.store.get("payment_intent", intent_id, "intent")
    reason = values.get("cancellation_reason")
    if reason not in (None, *REASONS):
        raise Refusal(400, "Invalid cancellation_reason", param="cancellation_reason")
    cancel(account, intent, reason)
    return intent


def _capture(account, values, intent_id):
    intent = account.store.get("payment_intent", intent_id, "intent")
    if intent["status"] != "requires_capture":
        raise wrong_state(
            "This PaymentIntent could not be captured because it has a status of "
            f"{intent['status']}.",
            payment_intent=dict(intent),
        )
    amount = values.get("amount_to_capture") or intent["amount_capturable"]
    if not 0 < amount <= intent["amount_capturable"]:
        raise Refusal(
            400, "The amount to capture is too large.", code="amount_too_large"
        )
    charge = account.store.find(intent["latest_charge"])
    details = charge["payment_method_details"]["card"]
    is_last = values.get("final_capture", True)
    if not is_last and details["multicapture"]["status"] != "available":
        raise Refusal(
            400,
            "final_capture can only be false where multicapture is available.",
            param="final_capture",
        )
    charges.capture(account, charge, amount)
    left = intent["amount_capturable"] - amount
    if is_last or not left:
        _succeed(account, intent, charge)
        return intent
    intent.update(amount_capturable=left, amount_received=charge["amount_captured"])
    account.tell("payment_intent.amount_capturable_updated", intent)
    return intent


ROUTES = [
    Route("POST", "payment_intents", create, CREATE),
    Route.listing("payment_intents", "payment_intent", "customer"),
    Route.retrieving("payment_intents", "payment_intent", is_open=True),
    Route("POST", "payment_intents/{}", _update, Shape(**OWN, **EXPAND)),
    Route(
        "POST",
        "payment_intents/{}/confirm",
        _confirm,
        Shape(
            client_secret=text,
            payment_method=text,
            payment_method_data=DATA,
            payment_method_options=anything,
            receipt_email=text,
            setup_future_usage=text,
            shipping=SHIPPING,
            **MOMENT,
            **EXPAND,
        ),
        is_open=True,
    ),
    Route(
        "POST",
        "payment_intents/{}/cancel",
        _cancel,
        Shape(cancellation_reason=text, **EXPAND),
    ),
    Route(
        "POST",
        "payment_intents/{}/capture",
        _capture,
        Shape(amount_to_capture=integer, final_capture=flag, metadata=table, **EXPAND),
    ),
]
