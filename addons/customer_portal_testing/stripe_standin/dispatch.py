"""A request from its keys to its answer, whatever carries it."""

import base64
import binascii
import hmac
from dataclasses import dataclass, field

from . import (
    charges,
    customers,
    disputes,
    events,
    faults,
    ledger,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)
from .errors import Refusal
from .forms import parse
from .routing import Page, find
from .store import make_secret
from .views import show, show_page

ROUTES = [
    route
    for module in (
        charges,
        customers,
        disputes,
        events,
        ledger,
        payment_intents,
        payment_methods,
        refunds,
        setup_intents,
    )
    for route in module.ROUTES
]


@dataclass
class Request:
    """What was asked."""

    method: str
    path: str
    query: str = ""
    body: str = ""
    headers: dict = field(default_factory=dict)  # with small letters

    @property
    def key(self):
        """The idempotency key; only what changes something has one."""
        return self.headers.get("idempotency-key") if self.method == "POST" else None

    @property
    def api_key(self):
        """The key of the account that asks, or an empty text."""
        kind, _space, value = self.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return value
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""


@dataclass
class Answer:
    """What is answered; `body` None means that the connection just ends."""

    status: int
    body: dict | str | None
    headers: dict = field(default_factory=dict)


DROPPED = Answer(0, None)


def answer(account, keys, request, fault=None):
    """Return the answer to a request, with its fault if it has one."""
    kind = fault.kind if fault else ""
    if kind == faults.DROP:
        return DROPPED
    try:
        _check_api_key(request)
        if kind in BEFORE:
            raise BEFORE[kind]()
        if request.key:
            found = _answer_once(account, keys, request, fault)
        else:
            found, _is_executed = _execute(account, request, fault)
    except Refusal as refusal:
        return refuse(refusal)
    return DROPPED if kind == faults.DROP_AFTER else found


def _answer_once(account, keys, request, fault):
    """Return the answer to a request with a key: the first one's, if it is none.

    :raise Refusal: see `Keys.begin`
    """
    kept = keys.begin(request.key, (request.method, request.path, request.body))
    if kept:
        headers = kept.headers | {"Idempotent-Replayed": "true"}
        return Answer(kept.status, kept.body, headers)
    found = None
    try:
        found, is_executed = _execute(account, request, fault)
    finally:
        keys.end(request.key, found if found and is_executed else None)
    return found


def _execute(account, request, fault):
    """Carry a request out.

    :return: (the answer, whether anything was begun)
    """
    if fault and fault.kind == faults.DELAY:
        fault.delay()
    try:
        with account.lock:
            account.clock.run_due()
            account.request_key = request.key
            try:
                found = _dispatch(account, request)
            finally:
                account.request_key = None
    except Refusal as refusal:
        found = refuse(refusal)
        if not refusal.is_executed:
            return found, False
    if fault and fault.kind == faults.ERROR_AFTER:
        found = refuse(_fail())
    return found, True


def _dispatch(account, request):
    route, ids = find(ROUTES, request.method, request.path)
    values = route.shape.take(parse(request.query, request.body))
    if request.api_key.startswith("pk_"):
        _check_client_secret(account, route, values, ids)
    version = request.headers.get("stripe-version", account.version)
    expand = values.get("expand", ())
    found = route.function(account, values, *ids)
    if isinstance(found, Page):
        shown = show_page(
            account.store, found.rows, found.has_more, request.path, version, expand
        )
    else:
        shown = show(account.store, found, version, expand)
    return Answer(200, shown)


def _check_api_key(request):
    """Refuse who is not the seller of a test account, and not its page either.

    :raise Refusal: also for a live key: nobody may believe that money moves here
    """
    if not request.api_key.startswith(("sk_test_", "rk_test_", "pk_test_")):
        raise Refusal(401, "Invalid API Key provided: this is a stand-in for tests.")


def _check_client_secret(account, route, values, ids):
    """Refuse a browser that does not know the secret of an intent.

    :raise Refusal: for all but the intents, too
    """
    found = account.store.find(ids[0]) if ids else None
    expected = (found or {}).get("client_secret") or ""
    if (
        not route.is_open
        or not expected
        or not hmac.compare_digest(expected, values.get("client_secret") or "")
    ):
        raise Refusal(401, "This API call cannot be made with a publishable API key.")


def _fail():
    return Refusal(500, "Something went wrong on our end.", "api_error")


def _limit():
    message = "Too many requests hit the API too quickly."
    return Refusal(429, message, code="rate_limit")


# Faults of requests that nothing is done for.
BEFORE = {faults.ERROR: _fail, faults.RATE_LIMIT: _limit}


def refuse(refusal):
    """Return the answer that a refusal is."""
    request_id = f"req_{make_secret(14)}"
    return Answer(refusal.status, {"error": refusal.error}, {"Request-Id": request_id})
