"""What we rely on of Stripe is so at our stand-in, and at another one that others made.

localstripe runs unmodified, in an environment and a process of its own, on loopback. It
knows less than ours (docs/decisions/0053), so what is asked of both is what it knows.
"""

import subprocess
import time
import urllib.parse
import urllib.request

import pytest
import stripe
from listener import Listener
from stripe_standin import Standin

from bootstrap import environment, terminal
from bootstrap.serve import find_free_port

SECRET = "whsec_contract"
# Its own command listens on all addresses of the machine.
RUN = """
import sys
from aiohttp import web
from localstripe.server import app

web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


class Service:
    """One of the two, to be asked by the library."""

    def __init__(self, url):
        self.url = url
        self.client = stripe.StripeClient(
            "sk_test_12345",
            base_addresses={"api": url},
            stripe_version="2019-05-16",
            max_network_retries=0,
        ).v1


class Ours(Service):
    """The stand-in of this project."""

    def __init__(self, standin):
        super().__init__(standin.url)
        self.standin = standin

    def send_events_to(self, url):
        self.standin.webhooks.add(url, [SECRET])

    def authenticate(self, intent, accept):
        self.standin.authenticate(intent.id, accept=accept)

    def wait_for_bank(self):
        self.standin.advance(days=6)


class Localstripe(Service):
    """localstripe, in another process."""

    def send_events_to(self, url):
        self._post("/_config/webhooks/contract", {"url": url, "secret": SECRET})

    def authenticate(self, intent, accept):
        self._post(
            f"/v1/payment_intents/{intent.id}/_authenticate",
            {"success": str(accept).lower(), "client_secret": intent.client_secret},
        )

    def wait_for_bank(self):
        time.sleep(0.7)  # it lets a bank take half a second

    def _post(self, path, values):
        data = urllib.parse.urlencode(values).encode()
        # The address is that of the process that was started here.
        request = urllib.request.Request(self.url + path, data)  # noqa: S310
        request.add_header("Authorization", "Bearer sk_test_12345")
        # As said above.
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310


@pytest.fixture(scope="module")
def ours():
    with Standin() as standin:
        yield Ours(standin)


@pytest.fixture(scope="module")
def localstripe(tmp_path_factory):
    python, port = environment.get_localstripe(), find_free_port()
    folder = tmp_path_factory.mktemp("localstripe")
    process = subprocess.Popen(
        [python, "-c", RUN, str(port)],
        env=terminal.clean_environment(TMPDIR=folder),  # it keeps its objects there
        cwd=folder,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _try in range(100):
            try:
                urllib.request.urlopen(url, timeout=1)
            except urllib.error.HTTPError:
                break  # it answers
            except OSError:
                time.sleep(0.1)
        yield Localstripe(url)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["ours", "localstripe"])
def service(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def customer(service):
    return service.client.customers.create(
        {"name": "Alder", "email": "pay@alder.example", "metadata": {"partner": "7"}}
    )


def make_card(service, number="4242424242424242"):
    card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    return service.client.payment_methods.create({"type": "card", "card": card})


def charge(service, customer, method, **values):
    base = {"amount": 9900, "currency": "usd", "customer": customer.id}
    base |= {"confirm": True, "off_session": True, "metadata": {"reference": "R1"}}
    service.client.payment_methods.attach(method.id, {"customer": customer.id})
    values = {**base, "payment_method": method.id, **values}
    return service.client.payment_intents.create(
        {name: value for name, value in values.items() if value is not None}
    )


def test_customer_is_found_again(service, customer):
    found = service.client.customers.retrieve(customer.id)
    assert (found.name, found.metadata["partner"]) == ("Alder", "7")
    listed = service.client.customers.list({"email": "pay@alder.example"})
    assert customer.id in [one.id for one in listed.data]
    service.client.customers.update(customer.id, {"name": "Alder Ltd"})
    assert service.client.customers.retrieve(customer.id).name == "Alder Ltd"


def test_unknown_object_is_refused(service):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        service.client.payment_intents.retrieve("pi_unknown")
    assert caught.value.http_status == 404


def test_saved_card_is_charged(service, customer):
    intent = charge(service, customer, make_card(service))
    assert (intent.status, intent.amount, intent.customer) == (
        "succeeded",
        9900,
        customer.id,
    )
    assert intent.metadata["reference"] == "R1"
    found = service.client.payment_intents.retrieve(
        intent.id, {"expand": ["payment_method"]}
    )
    assert found.payment_method.card.last4 == "4242"
    [paid] = found.charges.data
    assert (paid.status, paid.amount, paid.captured) == ("succeeded", 9900, True)


def test_saved_cards_are_listed(service, customer):
    method = make_card(service)
    service.client.payment_methods.attach(method.id, {"customer": customer.id})
    found = service.client.payment_methods.list(
        {"customer": customer.id, "type": "card"}
    )
    assert [one.id for one in found.data] == [method.id]
    service.client.payment_methods.detach(method.id)
    found = service.client.payment_methods.list(
        {"customer": customer.id, "type": "card"}
    )
    assert found.data == []


def test_declined_card_says_so(service, customer):
    with pytest.raises(stripe.CardError) as caught:
        charge(service, customer, make_card(service, "4000000000000341"))
    assert (caught.value.http_status, caught.value.code) == (402, "card_declined")


@pytest.mark.parametrize(
    ("accept", "status"), [(True, "succeeded"), (False, "requires_payment_method")]
)
def test_owner_of_a_card_is_asked(service, customer, accept, status):
    method = make_card(service, "4000002760003184")
    intent = charge(service, customer, method, off_session=None)
    assert intent.status == "requires_action"
    service.authenticate(intent, accept)
    assert service.client.payment_intents.retrieve(intent.id).status == status


def test_authorization_is_captured_in_part(service, customer):
    method = make_card(service)
    intent = charge(service, customer, method, capture_method="manual")
    assert intent.status == "requires_capture"
    service.client.payment_intents.capture(intent.id, {"amount_to_capture": 5000})
    assert service.client.payment_intents.retrieve(intent.id).status == "succeeded"


def test_cancelled_intent_cannot_be_paid(service, customer):
    intent = service.client.payment_intents.create(
        {"amount": 9900, "currency": "usd", "customer": customer.id}
    )
    assert service.client.payment_intents.cancel(intent.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        service.client.payment_intents.confirm(intent.id)


def test_paid_intent_cannot_be_cancelled(service, customer):
    intent = charge(service, customer, make_card(service))
    with pytest.raises(stripe.InvalidRequestError):
        service.client.payment_intents.cancel(intent.id)


def test_refund_is_of_a_charge(service, customer):
    intent = charge(service, customer, make_card(service))
    refund = service.client.refunds.create(
        {"payment_intent": intent.id, "amount": 4000, "metadata": {"by": "us"}}
    )
    assert (refund.status, refund.amount) == ("succeeded", 4000)
    listed = service.client.refunds.list({"charge": refund.charge})
    assert [one.id for one in listed.data] == [refund.id]


def test_card_is_saved_without_a_charge(service, customer):
    intent = service.client.setup_intents.create(
        {"customer": customer.id, "payment_method_types": ["card"]}
    )
    done = service.client.setup_intents.confirm(
        intent.id, {"payment_method": make_card(service).id}
    )
    assert done.status == "succeeded"


def test_debit_that_the_bank_refuses_fails_later(service, customer):
    method = service.client.payment_methods.create(
        {
            "type": "sepa_debit",
            "sepa_debit": {"iban": "DE62370400440532013001"},
            "billing_details": {"name": "Alder", "email": "pay@alder.example"},
        }
    )
    intent = charge(
        service,
        customer,
        method,
        off_session=None,
        currency="eur",
        payment_method_types=["sepa_debit"],
    )
    assert intent.status == "processing"
    service.wait_for_bank()
    found = service.client.payment_intents.retrieve(intent.id)
    assert found.status == "requires_payment_method"


def test_events_are_listed_by_type(service, customer):
    intent = charge(service, customer, make_card(service))
    events = service.client.events.list(
        {"type": "payment_intent.succeeded", "limit": 100}
    )
    assert intent.id in [event.data.object.id for event in events.data]


def test_message_is_signed(service, customer):
    with Listener(SECRET) as listener:
        service.send_events_to(listener.url)
        intent = charge(service, customer, make_card(service))
        assert listener.wait_for("payment_intent.succeeded", intent.id)
