"""Cards and accounts of debits, saved for a customer or used once."""

import hashlib

from . import known_numbers
from .errors import Refusal, bad_parameter
from .parameters import (
    ADDRESS,
    EXPAND,
    PAGE,
    Shape,
    integer,
    table,
    text,
)
from .routing import Page, Route

BILLING = Shape(address=ADDRESS, email=text, name=text, phone=text)
CARD = Shape(cvc=text, exp_month=integer, exp_year=integer, number=text)
SEPA = Shape(("iban",), iban=text)
US_BANK = Shape(
    account_holder_type=text,
    account_number=text,
    account_type=text,
    routing_number=text,
)
KINDS = {"card": CARD, "sepa_debit": SEPA, "us_bank_account": US_BANK}
DATA = Shape(("type",), type=text, billing_details=BILLING, metadata=table, **KINDS)


def create(account, values):
    """Make a payment method from the number of a card or an account."""
    kind = values.get("type")
    if kind not in KINDS:
        raise bad_parameter("type", f"Invalid type: {kind}", "parameter_invalid")
    details, hidden = PREPARE[kind](account, values.get(kind) or {})
    billing = dict.fromkeys(("address", "email", "name", "phone", "tax_id"))
    return account.store.add(
        "payment_method",
        {
            "allow_redisplay": "unspecified",
            "billing_details": billing | (values.get("billing_details") or {}),
            "customer": None,
            "metadata": values.get("metadata", {}),
            "type": kind,
            kind: details,
        },
        is_set_up=False,
        is_used=False,
        **hidden,
    )


def _prepare_card(account, values):
    number = (values.get("number") or "").replace(" ", "")
    if not _is_card_number(number):
        raise _refuse_card("incorrect_number", "Your card number is incorrect.")
    month, year = values.get("exp_month") or 0, values.get("exp_year") or 0
    today = account.clock.today()
    if not 1 <= month <= 12:
        raise _refuse_card(
            "invalid_expiry_month", "Your card's expiration month is invalid."
        )
    if (year, month) < (today.year, today.month):
        raise _refuse_card(
            "invalid_expiry_year", "Your card's expiration year is invalid."
        )
    card = known_numbers.CARDS.get(number, known_numbers.Card())
    details = {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass" if values.get("cvc") else None,
        },
        "country": "US",
        "display_brand": card.brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": _fingerprint(number),
        "funding": "credit",
        "generated_from": None,
        "last4": number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
    return details, {"card": card}


def _refuse_card(code, message):
    return Refusal(402, message, "card_error", code=code, is_executed=False)


def _is_card_number(number):
    """Return whether the last digit is right (Luhn)."""
    if not (number.isdigit() and 12 <= len(number) <= 19):
        return False
    doubled = [
        int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))
    ]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _prepare_sepa(_account, values):
    iban = (values.get("iban") or "").replace(" ", "")
    if len(iban) < 15:
        raise bad_parameter("sepa_debit[iban]", "Invalid IBAN", "invalid_bank_account")
    details = {
        "bank_code": iban[4:12],
        "branch_code": "",
        "country": iban[:2],
        "fingerprint": _fingerprint(iban),
        "generated_from": {"charge": None, "setup_attempt": None},
        "last4": iban[-4:],
    }
    standard = known_numbers.Account(known_numbers.SEPA_DAYS)
    return details, {"bank": known_numbers.IBANS.get(iban, standard)}


def _prepare_us_bank(_account, values):
    number = values.get("account_number") or ""
    if not number.isdigit():
        message = "Invalid account number"
        raise bad_parameter(
            "us_bank_account[account_number]", message, "account_number_invalid"
        )
    details = {
        "account_holder_type": values.get("account_holder_type") or "company",
        "account_type": values.get("account_type") or "checking",
        "bank_name": "STRIPE TEST BANK",
        "financial_connections_account": None,
        "fingerprint": _fingerprint(number),
        "last4": number[-4:],
        "networks": {"preferred": "ach", "supported": ["ach"]},
        "routing_number": values.get("routing_number") or "110000000",
        "status_details": {},
    }
    standard = known_numbers.Account(known_numbers.ACH_DAYS)
    return details, {"bank": known_numbers.US_ACCOUNTS.get(number, standard)}


PREPARE = {
    "card": _prepare_card,
    "sepa_debit": _prepare_sepa,
    "us_bank_account": _prepare_us_bank,
}


def _fingerprint(number):
    return hashlib.sha256(number.encode()).hexdigest()[:16]


def get(account, method_id, name="payment_method"):
    """Return a payment method; a well-known test id makes a new one."""
    if number := known_numbers.METHODS.get(method_id):
        values = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
        return create(account, {"type": "card", "card": values})
    return account.store.get("payment_method", method_id, name)


def attach(account, method, customer_id):
    """Save a method for a customer; one that belongs to another one is refused."""
    account.store.get("customer", customer_id, "customer")
    if method["customer"] not in (None, customer_id):
        raise Refusal(
            400,
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    if method["customer"] is None:
        method["customer"] = customer_id
        account.tell("payment_method.attached", method)


def detach(account, method):
    """Let a method be used no more."""
    before, method["customer"] = method["customer"], None
    account.store.hidden(method)["is_used"] = True
    account.tell("payment_method.detached", method, customer=before)


def _attach(account, values, method_id):
    method = get(account, method_id)
    card = account.store.hidden(method).get("card")
    if card and card.decline and not card.attaches:
        code, decline_code = card.decline
        message = known_numbers.MESSAGES.get(code, "Your card was declined.")
        raise Refusal(402, message, "card_error", code=code, decline_code=decline_code)
    attach(account, method, values["customer"])
    return method


def _detach(account, _values, method_id):
    method = account.store.get("payment_method", method_id)
    if not method["customer"]:
        raise Refusal(
            400,
            "The payment method you provided is not attached to a customer so "
            "detachment is impossible.",
        )
    detach(account, method)
    return method


def _update(account, values, method_id):
    method = account.store.get("payment_method", method_id)
    method["metadata"] |= values.get("metadata", {})
    method["billing_details"] |= values.get("billing_details") or {}
    for name, value in (values.get("card") or {}).items():
        if name in ("exp_month", "exp_year"):
            method["card"][name] = value
    account.tell("payment_method.updated", method)
    return method


def _list(account, values):
    wanted = {name: values[name] for name in ("customer", "type") if values.get(name)}
    rows = account.store.all("payment_method", **wanted) if "customer" in wanted else []
    return Page(*account.store.cut_page(rows, values))


ROUTES = [
    Route(
        "POST",
        "payment_methods",
        create,
        Shape(
            ("type",),
            type=text,
            billing_details=BILLING,
            metadata=table,
            **KINDS,
            **EXPAND,
        ),
    ),
    Route("GET", "payment_methods", _list, Shape(customer=text, type=text, **PAGE)),
    Route.retrieving("payment_methods", "payment_method"),
    Route(
        "POST",
        "payment_methods/{}",
        _update,
        Shape(
            billing_details=BILLING,
            card=Shape(exp_month=integer, exp_year=integer),
            metadata=table,
            **EXPAND,
        ),
    ),
    Route(
        "POST",
        "payment_methods/{}/attach",
        _attach,
        Shape(("customer",), customer=text, **EXPAND),
    ),
    Route("POST", "payment_methods/{}/detach", _detach, Shape(**EXPAND)),
    Route.retrieving("mandates", "mandate"),
]
