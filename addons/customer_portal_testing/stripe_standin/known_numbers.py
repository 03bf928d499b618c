"""What becomes of Stripe's test numbers: https://docs.stripe.com/testing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """How a card behaves.

    :param decline: code and decline code, of each charge
    :param attaches: whether it can be saved although its charges are declined
    :param authentication: "always"; "once": not off the session after it was set up; or
        "on_session": it counts as set up
    :param dispute: the reason for which its charges are disputed
    :param refund: what becomes of a refund that first looks otherwise
    """

    brand: str = "visa"
    decline: tuple = ()
    attaches: bool = True
    authentication: str = ""
    dispute: str = ""
    refund: str = ""


@dataclass(frozen=True)
class Account:
    """How the account of a debit behaves.

    :param days: until the bank answers; None: never
    :param failure: its code, or "" where the debit succeeds
    :param dispute: the reason for which a debit that succeeded comes back
    """

    days: int | None
    failure: str = ""
    dispute: str = ""


def _declines(decline_code, code="card_declined"):
    return Card(decline=(code, decline_code), attaches=False)


CARDS = {
    "4242424242424242": Card(),
    "4000056655665556": Card(),
    "5555555555554444": Card("mastercard"),
    "378282246310005": Card("amex"),
    "6011111111111117": Card("discover"),
    "4000000000000002": _declines("generic_decline"),
    "4000000000009995": _declines("insufficient_funds"),
    "4000000000009987": _declines("lost_card"),
    "4000000000009979": _declines("stolen_card"),
    "4000000000006975": _declines("card_velocity_exceeded"),
    "4000000000000069": _declines("expired_card", "expired_card"),
    "4000000000000127": _declines("incorrect_cvc", "incorrect_cvc"),
    "4000000000000119": _declines("processing_error", "processing_error"),
    "4000000000000341": Card(decline=("card_declined", "generic_decline")),
    "4000002500003155": Card(authentication="once"),
    "4000002760003184": Card(authentication="always"),
    "4000000000003220": Card(authentication="always"),
    "4000003800000446": Card(authentication="on_session"),
    "4000008260003178": Card(
        authentication="once", decline=("card_declined", "insufficient_funds")
    ),
    "4000008400001629": Card(
        authentication="always", decline=("card_declined", "generic_decline")
    ),
    "4000000000000259": Card(dispute="fraudulent"),
    "4000000000002685": Card(dispute="product_not_received"),
    "4000000000007726": Card(refund="succeeded"),
    "4000000000005126": Card(refund="failed"),
}

# Ids that stand for a new method with that card.
METHODS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
}

SEPA_DAYS, ACH_DAYS = 5, 4

IBANS = {
    "DE89370400440532013000": Account(SEPA_DAYS),
    "DE08370400440532013003": Account(SEPA_DAYS + 3),
    "DE62370400440532013001": Account(SEPA_DAYS, "debit_not_authorized"),
    "DE78370400440532013004": Account(SEPA_DAYS + 3, "debit_not_authorized"),
    "DE65370400440002222227": Account(SEPA_DAYS, "insufficient_funds"),
    "DE35370400440532013002": Account(SEPA_DAYS, dispute="debit_not_authorized"),
}

US_ACCOUNTS = {
    "000123456789": Account(ACH_DAYS),
    "000111111113": Account(ACH_DAYS, "account_closed"),
    "000111111116": Account(ACH_DAYS, "no_account"),
    "000222222227": Account(ACH_DAYS, "insufficient_funds"),
    "000333333335": Account(ACH_DAYS, "debit_not_authorized"),
    "000555555559": Account(ACH_DAYS, dispute="debit_not_authorized"),
    "000000000009": Account(None),
}

MESSAGES = {
    "authentication_required": "Your card was declined. This transaction requires "
    "authentication.",
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a "
    "little bit.",
}
