"""What both kinds of intents share: choosing a method, asking its owner, errors."""

from . import known_numbers
from .errors import Refusal, wrong_state
from .payment_methods import create as create_method
from .payment_methods import get as get_method

ACTION = {
    "type": "use_stripe_sdk",
    "use_stripe_sdk": {"type": "three_d_secure_redirect", "source": "test"},
}
OPEN_STATES = ("requires_payment_method", "requires_confirmation", "requires_action")


def take_method(account, intent, values):
    """Let an intent have the method that a request brings, if it brings one.

    :raise Refusal: for a method of another kind or customer, or one that is used up
    """
    if values.get("payment_method_data"):
        method = create_method(account, values["payment_method_data"])
    elif values.get("payment_method"):
        method = get_method(account, values["payment_method"])
    else:
        return
    if method["type"] not in intent["payment_method_types"]:
        raise Refusal(
            400,
            f"The PaymentMethod provided ({method['type']}) is not allowed for this "
            "intent. Please attach a PaymentMethod of one of the following types: "
            f"{', '.join(intent['payment_method_types'])}.",
            code="payment_method_unexpected_state",
        )
    if method["customer"] not in (None, intent["customer"]):
        raise Refusal(
            400,
            f"The payment method {method['id']} belongs to a customer. Please include "
            "the customer in the `customer` parameter on the PaymentIntent.",
            code="payment_method_unexpected_state",
            param="payment_method",
        )
    if method["customer"] is None and account.store.hidden(method)["is_used"]:
        raise Refusal(
            400,
            "The provided PaymentMethod was previously used without being attached to "
            "a customer or was detached from a customer, and may not be used again.",
            code="payment_method_unexpected_state",
        )
    intent["payment_method"] = method["id"]
    if intent["status"] == "requires_payment_method":
        intent["status"] = "requires_confirmation"


def check_open(intent, doing):
    """Refuse what an intent is too far for.

    :param str doing: the verb, such as "confirm"
    """
    if intent["status"] not in OPEN_STATES:
        raise wrong_state(
            f"You cannot {doing} this PaymentIntent because it has a status of "
            f"{intent['status']}.",
            **{intent["object"]: dict(intent)},
        )


def must_authenticate(account, intent, method, *, off_session):
    """Return whether the owner of a card has to be asked first."""
    hidden = account.store.hidden(method)
    card = hidden.get("card")
    if not card or account.store.hidden(intent).get("is_authenticated"):
        return False
    if card.authentication == "always":
        return True
    if card.authentication == "once":
        return not (off_session and hidden["is_set_up"])
    return card.authentication == "on_session" and not off_session


def get_decline(account, method, *, is_saving=False):
    """Return (code, decline code) with which the bank declines, or ().

    :param bool is_saving: whether nothing is charged
    """
    card = account.store.hidden(method).get("card")
    if not card:
        return ()
    return () if is_saving and card.attaches else card.decline


def describe_decline(code, decline_code, method):
    """Return the error that an intent keeps of a decline."""
    message = known_numbers.MESSAGES.get(decline_code) or known_numbers.MESSAGES.get(
        code, "Your card was declined."
    )
    error = {
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": message,
        "payment_method": dict(method),
        "type": "card_error",
    }
    if decline_code:
        error["decline_code"] = decline_code
    return error


def raise_decline(intent, error):
    """Answer that the intent was declined, as it is now.

    :raise Refusal: always
    """
    details = {name: value for name, value in error.items() if name != "type"}
    details[intent["object"]] = dict(intent)
    raise Refusal(402, details.pop("message"), error["type"], **details)


def make_mandate(account, method):
    """Return the id of a mandate for debits with a method, or None for a card."""
    if method["type"] == "card":
        return None
    hidden = account.store.hidden(method)
    if "mandate" not in hidden:
        own = {"reference": "TEST", "url": "https://mandate.test"}
        mandate = account.store.add(
            "mandate",
            {
                "customer_acceptance": {
                    "accepted_at": account.clock.now(),
                    "online": {"ip_address": "127.0.0.1", "user_agent": "test"},
                    "type": "online",
                },
                "multi_use": {},
                "payment_method": method["id"],
                "payment_method_details": {
                    "type": method["type"],
                    method["type"]: own if method["type"] == "sepa_debit" else {},
                },
                "status": "active",
                "type": "multi_use",
            },
        )
        hidden["mandate"] = mandate["id"]
    return hidden["mandate"]
