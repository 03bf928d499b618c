"""Setup intents: a method is saved, and nothing is charged."""

from .attempts import (
    ACTION,
    check_open,
    describe_decline,
    get_decline,
    make_mandate,
    must_authenticate,
    raise_decline,
    take_method,
)
from .errors import Refusal, wrong_state
from .parameters import EXPAND, Shape, anything, flag, table, text, texts
from .payment_methods import DATA, attach
from .routing import Route
from .store import make_secret

CREATE = Shape(
    automatic_payment_methods=anything,
    confirm=flag,
    customer=text,
    description=text,
    mandate_data=anything,
    metadata=table,
    payment_method=text,
    payment_method_data=DATA,
    payment_method_options=anything,
    payment_method_types=texts,
    return_url=text,
    usage=text,
    **EXPAND,
)

# What an intent has not, to begin with.
EMPTY = (
    "application",
    "automatic_payment_methods",
    "cancellation_reason",
    "client_secret",
    "flow_directions",
    "last_setup_error",
    "latest_attempt",
    "mandate",
    "next_action",
    "on_behalf_of",
    "payment_method",
    "single_use_mandate",
)


def create(account, values):
    """Make an intent, and confirm it if the request says so."""
    if values.get("customer"):
        account.store.get_live("customer", values["customer"], "customer")
    intent = account.store.add(
        "setup_intent",
        {
            "customer": values.get("customer"),
            "description": values.get("description"),
            "metadata": values.get("metadata", {}),
            "payment_method_options": values.get("payment_method_options"),
            "payment_method_types": values.get("payment_method_types", ["card"]),
            "status": "requires_payment_method",
            **dict.fromkeys(EMPTY),
            "usage": values.get("usage") or "off_session",
        },
        is_authenticated=False,
    )
    intent["client_secret"] = f"{intent['id']}_secret_{make_secret()}"
    take_method(account, intent, values)
    account.tell("setup_intent.created", intent)
    if values.get("confirm"):
        confirm(account, intent, values)
    return intent


def confirm(account, intent, values):
    """Try to save the method.

    :raise Refusal: where the card is declined, or something is missing
    """
    check_open(intent, "confirm")
    take_method(account, intent, values)
    if not intent["payment_method"]:
        raise wrong_state("You cannot confirm this SetupIntent without a method.")
    method = account.store.find(intent["payment_method"])
    if must_authenticate(account, intent, method, off_session=False):
        intent.update(status="requires_action", next_action=dict(ACTION))
        account.tell("setup_intent.requires_action", intent)
        return
    _save(account, intent, method)


def _save(account, intent, method):
    if decline := get_decline(account, method, is_saving=True):
        error = describe_decline(*decline, method)
        _fail(account, intent, error)
        raise_decline(intent, error)
    if intent["customer"]:
        attach(account, method, intent["customer"])
    account.store.hidden(method)["is_set_up"] = True
    intent.update(
        last_setup_error=None,
        mandate=make_mandate(account, method),
        next_action=None,
        status="succeeded",
    )
    account.tell("setup_intent.succeeded", intent)


def _fail(account, intent, error):
    intent.update(
        last_setup_error=error,
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )
    account.tell("setup_intent.setup_failed", intent)


def authenticate(account, intent, *, accept):
    """Let the owner of a card say yes or no.

    :raise Refusal: where the card is declined afterwards
    """
    if intent["status"] != "requires_action":
        raise wrong_state("There is nothing to authenticate.")
    method = account.store.find(intent["payment_method"])
    if accept:
        account.store.hidden(intent)["is_authenticated"] = True
        _save(account, intent, method)
        return
    error = {
        "code": "setup_intent_authentication_failure",
        "message": "We are unable to authenticate your payment method.",
        "payment_method": dict(method),
        "type": "invalid_request_error",
    }
    _fail(account, intent, error)


def _confirm(account, values, intent_id):
    intent = account.store.get("setup_intent", intent_id, "intent")
    confirm(account, intent, values)
    return intent


def _cancel(account, values, intent_id):
    intent = account.store.get("setup_intent", intent_id, "intent")
    if intent["status"] in ("succeeded", "canceled", "processing"):
        raise Refusal(
            400,
            "You cannot cancel this SetupIntent because it has a status of "
            f"{intent['status']}.",
            code="setup_intent_unexpected_state",
            setup_intent=dict(intent),
        )
    reason = values.get("cancellation_reason")
    intent.update(cancellation_reason=reason, next_action=None, status="canceled")
    account.tell("setup_intent.canceled", intent)
    return intent


ROUTES = [
    Route("POST", "setup_intents", create, CREATE),
    Route.listing("setup_intents", "setup_intent", "customer", "payment_method"),
    Route.retrieving("setup_intents", "setup_intent", is_open=True),
    Route(
        "POST",
        "setup_intents/{}/confirm",
        _confirm,
        Shape(
            client_secret=text,
            mandate_data=anything,
            payment_method=text,
            payment_method_data=DATA,
            payment_method_options=anything,
            return_url=text,
            **EXPAND,
        ),
        is_open=True,
    ),
    Route(
        "POST",
        "setup_intents/{}/cancel",
        _cancel,
        Shape(cancellation_reason=text, **EXPAND),
    ),
]
