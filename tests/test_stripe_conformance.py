"""The stand-in speaks as Stripe's own library says that Stripe speaks.

Each object is held against the annotations of its class, each parameter against those
of its request. What differs is named here: it belongs to an older version of the API.
"""

import sys
import types
import typing

import pytest
import stripe
from stripe._stripe_object import UntypedStripeObject
from stripe_standin import Standin, parameters
from stripe_standin.dispatch import ROUTES
from stripe_standin.parameters import Shape
from stripe_standin.store import PREFIXES
from stripe_standin.views import show

OLD = "2019-05-16"  # what Odoo's addon asks for
OLDER_FIELDS = {"payment_intent.charges"}  # before 2022-11-15
# Until the version of the library they were parameters; Odoo's addon sends them.
OLDER_PARAMETERS = {
    ("PaymentIntentCreate", "payment_method_types"),
    ("PaymentIntentModify", "payment_method_types"),
    ("SetupIntentCreate", "payment_method_types"),
}
# What only browsers send, which the library does not do.
BROWSER_PARAMETERS = {"client_secret", "payment_method_data.card"}
CLASSES = {kind: kind.title().replace("_", "") for kind in PREFIXES}


@pytest.fixture(scope="module")
def eventful():
    """Return a stand-in in which everything has happened that can."""
    with Standin(start=1_800_000_000) as standin:
        live(standin)
        yield standin


def live(standin):
    """Let everything happen that there is."""
    client = stripe.StripeClient(
        "sk_test_1", base_addresses={"api": standin.url}, max_network_retries=0
    )
    address = {"line1": "Coupure 1", "city": "Gent", "country": "BE"}
    customer = client.v1.customers.create(
        {"name": "Alder", "address": address, "metadata": {"a": "b"}}
    )
    client.v1.customers.update(customer.id, {"phone": "+32"})
    for status, number in _try_cards(client, customer.id).items():
        assert number, status
    _try_debits(standin, client, customer.id)
    _try_set_ups(standin, client, customer.id)
    _go_on(standin, client)
    other = client.v1.customers.create({"email": "x@birch.example"})
    client.v1.customers.delete(other.id)
    client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:1/x", "enabled_events": ["payout.failed"]}
    )


def _pay(client, method, **values):
    """Return an intent, whatever becomes of it."""
    base = {"amount": 9900, "currency": "usd", "confirm": True}
    try:
        return client.v1.payment_intents.create(
            {**base, "payment_method": method, **values}
        )
    except stripe.CardError as error:
        return client.v1.payment_intents.retrieve(error.error.payment_intent.id)


def _card(client, number):
    card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    return client.v1.payment_methods.create({"type": "card", "card": card}).id


def _try_cards(client, customer_id):
    """Return {status: intent} of intents of cards, each status once."""
    method = _card(client, "4242424242424242")
    client.v1.payment_methods.attach(method, {"customer": customer_id})
    held = _pay(client, "pm_card_visa", capture_method="manual")
    held_part = _pay(client, "pm_card_visa", capture_method="manual")
    client.v1.payment_intents.capture(held_part.id, {"amount_to_capture": 5000})
    left = client.v1.payment_intents.create({"amount": 100, "currency": "usd"})
    chosen = _pay(client, "pm_card_visa", confirm=False)
    gone = _pay(client, "pm_card_visa", capture_method="manual")
    client.v1.payment_intents.cancel(gone.id, {"cancellation_reason": "duplicate"})
    intents = [
        _pay(client, method, customer=customer_id, setup_future_usage="off_session"),
        _pay(client, _card(client, "4000000000000259")),
        _pay(client, "pm_card_chargeCustomerFail"),
        _pay(client, "pm_card_authenticationRequired"),
        _pay(client, "pm_card_authenticationRequired", off_session=True),
        *(held, left, chosen),
        client.v1.payment_intents.retrieve(gone.id),
    ]
    for number in ("4242424242424242", "4000000000007726", "4000000000005126"):
        paid = _pay(client, _card(client, number))
        client.v1.refunds.create({"payment_intent": paid.id, "amount": 100})
    return {intent.status: intent for intent in intents}


def _try_debits(standin, client, customer_id):
    bank = {"routing_number": "110000000", "account_holder_type": "company"}
    for kind, details, currency in (
        ("sepa_debit", {"iban": "DE89370400440532013000"}, "eur"),
        ("sepa_debit", {"iban": "DE62370400440532013001"}, "eur"),
        ("sepa_debit", {"iban": "DE35370400440532013002"}, "eur"),
        ("us_bank_account", bank | {"account_number": "000123456789"}, "usd"),
        ("us_bank_account", bank | {"account_number": "000000000009"}, "usd"),
    ):
        method = client.v1.payment_methods.create({"type": kind, kind: details})
        values = {"payment_method_types": [kind], "customer": customer_id}
        _pay(
            client,
            method.id,
            currency=currency,
            setup_future_usage="off_session",
            **values,
        )
    standin.advance(days=6)
    for intent in standin.find("payment_intent", status="succeeded", currency="eur"):
        charge = standin.account.store.find(intent["latest_charge"])
        if not charge["disputed"]:
            client.v1.refunds.create({"payment_intent": intent["id"]})


def _try_set_ups(standin, client, customer_id):
    for method, accept in (
        ("pm_card_visa", None),
        ("pm_card_authenticationRequired", True),
        ("pm_card_authenticationRequired", False),
    ):
        values = {"customer": customer_id, "payment_method": method, "confirm": True}
        intent = client.v1.setup_intents.create(values)
        if accept is not None:
            standin.authenticate(intent.id, accept=accept)
    waiting = {"customer": customer_id, "payment_method": "pm_card_visa"}
    client.v1.setup_intents.create(waiting)
    client.v1.setup_intents.create(
        {"payment_method": "pm_card_authenticationRequired", "confirm": True}
    )
    ended = client.v1.setup_intents.create({})
    client.v1.setup_intents.cancel(ended.id)


def _go_on(standin, client):
    """Let days pass: disputes, refunds that change, payouts."""
    won = standin.find("dispute", status="needs_response")[0]
    evidence = {"evidence": {"customer_name": "Alder"}, "submit": True}
    client.v1.disputes.update(won["id"], evidence)
    standin.close_dispute(won["id"], "won")
    standin.advance(days=8)
    standin.open_dispute(standin.find("payment_intent", status="succeeded")[0]["id"])
    payout = standin.pay_out("usd")
    client.v1.events.list({"limit": 1})
    standin.advance(days=1)
    standin.fail_payout(payout["id"])


# ------------------------------------------------------------
# Objects
# ------------------------------------------------------------


def complain(value, wanted, path):
    """Yield what is not as the annotation says."""
    wanted = _resolve(wanted)
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is typing.Union:
        yield from _complain_of_union(value, inner, path)
    elif origin is typing.Literal:
        if value not in inner:
            yield f"{path}: {value!r} is none of {inner[:9]}"
    elif isinstance(origin or wanted, type) and issubclass(
        origin or wanted, stripe.StripeObject
    ):
        yield from _complain_of_object(value, origin or wanted, inner, path)
    elif origin is list:
        for number, one in enumerate(value if isinstance(value, list) else [None]):
            yield from complain(one, inner[0], f"{path}.{number}")
    elif wanted is not typing.Any and type(value) is not wanted:
        yield f"{path}: {value!r} is no {wanted}"


def _resolve(wanted):
    """Return the class of a name that the library imports for type checkers only."""
    if isinstance(wanted, typing.ForwardRef):
        return getattr(stripe, wanted.__forward_arg__, stripe.StripeObject)
    return wanted


def _complain_of_union(value, options, path):
    # `Literal[..] | str` stands for values that later versions add: not for ours.
    if any(typing.get_origin(one) is typing.Literal for one in options):
        options = [one for one in options if one is not str]
    found = [list(complain(value, one, path)) for one in options]
    if all(found):
        yield min(found, key=len)[0] if value is not None else f"{path} is None"


def _complain_of_object(value, wanted, inner, path):
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no {wanted.__name__}"
        return
    if wanted in (UntypedStripeObject, stripe.StripeObject):
        for name, one in value.items() if inner else ():
            yield from complain(one, inner[0], f"{path}.{name}")
        return
    if wanted is stripe.ListObject:
        for number, one in enumerate(value["data"]):
            yield from complain(one, inner[0], f"{path}.{number}")
        return
    fields = {
        name: kind
        for name, kind in wanted.__annotations__.items()
        if name[0] != "_" and typing.get_origin(kind) is not typing.ClassVar
    }
    for name, one in value.items():
        if name in fields:
            yield from complain(one, fields[name], f"{path}.{name}")
        else:
            yield f"{path}.{name} is not there"
    for name, kind in fields.items():
        if name not in value and not _may_miss(kind):
            yield f"{path}.{name} is missing"


def _may_miss(kind):
    return type(None) in typing.get_args(kind)


def _check(standin, version):
    found = set()
    for kind in PREFIXES:
        wanted = getattr(stripe, CLASSES[kind])
        for one in standin.find(kind):
            shown = show(standin.account.store, one, version)
            found |= set(complain(shown, wanted, kind))
    return found


def test_objects_are_as_the_library_says(eventful):
    assert _check(eventful, stripe.api_version) == set()


def test_version_of_odoo_s_addon_differs_as_was_said(eventful):
    assert {text.split(" is ")[0] for text in _check(eventful, OLD)} == OLDER_FIELDS


def test_events_are_of_objects_as_the_library_says(eventful):
    found = set()
    for event in eventful.find("event"):
        inner = event["data"]["object"]
        wanted = getattr(stripe, CLASSES[inner["object"]])
        found |= set(complain(inner, wanted, inner["object"]))
    assert {text.split(" is ")[0] for text in found} == OLDER_FIELDS


@pytest.mark.parametrize(
    ("kind", "unseen"),
    # The stand-in saves every account at once.
    [("payment_intent", set()), ("setup_intent", {"processing"})],
)
def test_every_status_of_an_intent_was_seen(eventful, kind, unseen):
    wanted = getattr(stripe, CLASSES[kind]).__annotations__["status"]
    [every, _text] = typing.get_args(wanted)
    objects = [event["data"]["object"] for event in eventful.find("event")]
    objects = [one for one in objects if one["object"] == kind] + eventful.find(kind)
    seen = {one["status"] for one in objects}
    assert seen == set(typing.get_args(every)) - unseen


def test_a_wrong_object_is_found():
    refund = {"id": "re_1", "object": "refund", "amount": "12", "created": 1}
    found = set(complain(refund | {"colour": "red"}, stripe.Refund, "refund"))
    assert found == {
        "refund.amount: '12' is no <class 'int'>",
        "refund.colour is not there",
        "refund.currency is missing",
    }


# ------------------------------------------------------------
# Parameters
# ------------------------------------------------------------

ACTIONS = {
    ("GET", False): "List",
    ("POST", False): "Create",
    ("GET", True): "Retrieve",
    ("POST", True): "Modify",
    ("DELETE", True): "Delete",
}


def _name_parameters(route):
    """Return the name of the class with the parameters of a route."""
    words = route.path.split("/")
    if words[0] == "customers" and words[-1] == "payment_methods":
        return "CustomerListPaymentMethods"
    action = ACTIONS[route.method, len(words) > 1]
    if len(words) > 2:
        action = words[2].title()
    return f"{words[0].removesuffix('s').title().replace('_', '')}{action}"


def _unwrap(wanted, owner):
    """Return the kinds that a parameter may have, without what is around them.

    :param owner: the class that it is a parameter of
    """
    if isinstance(wanted, typing.ForwardRef):
        wanted = wanted.__forward_arg__
    if isinstance(wanted, str):
        # The library writes its own names as text.
        wanted = eval(wanted, vars(sys.modules[owner.__module__]))  # noqa: S307
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in WRAPPERS:
        return [kind for one in inner for kind in _unwrap(one, owner)]
    return [wanted]


WRAPPERS = (typing.NotRequired, typing.Required, typing.Union, types.UnionType)

KINDS = {
    parameters.integer: int,
    parameters.flag: bool,
    parameters.texts: list,
    parameters.table: dict,
}


def complain_of_shape(shape, wanted, path):
    """Yield what a shape has and the class of parameters has not."""
    for name, kind in shape.kinds.items():
        if name not in wanted.__annotations__:
            yield (path, name)
            continue
        options = _unwrap(wanted.__annotations__[name], wanted)
        if isinstance(kind, Shape):
            [inner] = [one for one in options if hasattr(one, "__required_keys__")]
            yield from complain_of_shape(kind, inner, f"{path}.{name}")
        elif kind in KINDS and KINDS[kind] not in [
            typing.get_origin(one) or one for one in options
        ]:
            yield (path, name, str(options))
    missing = wanted.__required_keys__ - set(shape.required)
    yield from ((path, name) for name in missing)


@pytest.mark.parametrize("route", ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_parameters_are_those_of_the_library(route):
    name = _name_parameters(route)
    wanted = getattr(stripe.params, f"{name}Params")
    found = set(complain_of_shape(route.shape, wanted, name)) - OLDER_PARAMETERS
    found = {".".join(one).removeprefix(f"{name}.") for one in found}
    assert found - BROWSER_PARAMETERS == set()
