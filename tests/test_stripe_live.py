"""Several processes, and a Stripe that counts: money is taken once, and booked once."""

import contextlib
import json
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psutil
import pytest
import requests
from people import Person, Refused, connect, make_invoice, open_tabs
from stripe_seller import (
    SECRET,
    close_at_stripe,
    find_charges,
    open_at_stripe,
    read_paid,
    read_remittance,
    run,
    save_card,
)
from stripe_standin import DELAY, LATE, Standin, sign

from bootstrap.serve import Server, find_free_port

CUSTOMER = "customer_portal.alder_works"
PAYER = "payable@alder.example"
CLICKS, MESSAGES = 12, 6
# So many times a server is killed; docs/operations.md says how to do it more often.
KILLS = int(os.environ.get("CUSTOMER_PORTAL_KILLS", "5"))


@pytest.fixture(scope="module")
def standin():
    with Standin() as running:
        yield running


@pytest.fixture(scope="module")
def at_stripe(standin, administrator, live_server):
    """Let the seller take money with Stripe; return the ways, and a saved card."""
    way = open_at_stripe(administrator, standin)
    token = save_card(administrator, standin, PAYER, way)
    yield SimpleNamespace(way=way, token=token)
    close_at_stripe(administrator, live_server, way)


@pytest.fixture
def invoice(accounting):
    return make_invoice(accounting, CUSTOMER, 91.0, 2)


def charge(person, remittance, at_stripe):
    """Press the button with the saved card; return what came of it, or the refusal."""
    try:
        return person.call(
            f"/my/pay/{remittance}/transaction",
            **at_stripe.way,
            token_id=at_stripe.token,
            flow="token",
        )
    except Refused as refusal:
        return refusal


def read_name(server, remittance):
    return read_remittance(server, remittance).name


def test_twelve_clicks_charge_once(
    servers, live_server, standin, at_stripe, administrator, invoice
):
    tabs = open_tabs(servers, PAYER, CLICKS)
    remittance = tabs[0].choose({invoice: 91.0})
    together = threading.Barrier(CLICKS)

    def click(person):
        together.wait()
        return charge(person, remittance, at_stripe)

    with ThreadPoolExecutor(CLICKS) as pool:
        answers = list(pool.map(click, tabs))
    assert sum(isinstance(one, Refused) for one in answers) == CLICKS - 1
    name = read_name(live_server, remittance)
    assert find_charges(standin, name) == [9100]
    run(administrator, "payment.cron_post_process_payment_tx")
    assert read_paid(live_server, invoice) == ([91.0], 0.0)


def test_six_messages_and_the_return_at_once_book_once(
    servers, live_server, standin, at_stripe, administrator, invoice
):
    endpoint = standin.webhooks.add("", [SECRET], policy=LATE)
    person = Person(servers[0], PAYER)
    remittance = person.choose({invoice: 91.0})
    values = person.call(
        f"/my/pay/{remittance}/transaction",
        **at_stripe.way,
        token_id=None,
        flow="direct",
        tokenization_requested=False,
    )
    intent = values["client_secret"].partition("_secret_")[0]
    requests.post(
        f"{standin.url}/v1/payment_intents/{intent}/confirm",
        {"payment_method": "pm_card_visa"},
        headers={"Authorization": "Bearer sk_test_1"},
        timeout=10,
    ).raise_for_status()
    standin.webhooks.endpoints.clear()
    [event] = [
        one for one in endpoint.held if one["type"] == "payment_intent.succeeded"
    ]
    body = json.dumps(event).encode()

    def send(number):
        header = sign(body, [SECRET], standin.account.clock.now())
        return requests.post(
            f"{servers[number % 2]}/payment/stripe/webhook",
            body,
            headers={"Stripe-Signature": header, "Content-Type": "application/json"},
            timeout=60,
        ).status_code

    with ThreadPoolExecutor(MESSAGES + 2) as pool:
        handling = pool.submit(run, administrator, "customer_portal_stripe.cron_events")
        coming = pool.submit(
            person.get,
            f"/payment/stripe/return?reference={values['reference']}"
            f"&payment_intent={intent}",
        )
        assert list(pool.map(send, range(MESSAGES))) == [200] * MESSAGES
        handling.result()
        assert coming.result().status_code in (302, 303)
    run(
        administrator,
        "customer_portal_stripe.cron_events",
        "payment.cron_post_process_payment_tx",
        "payment.cron_post_process_payment_tx",
    )
    assert read_paid(live_server, invoice) == ([91.0], 0.0)
    with live_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM portal_stripe_event WHERE reference = %s",
            [event["id"]],
        )
        assert cursor.fetchone() == (1,)


# ------------------------------------------------------------
# Killed
# ------------------------------------------------------------


@pytest.fixture
def prefork(live_server):
    """Return a server of two processes that answer, which are to be killed."""
    port = find_free_port()
    server = Server(
        live_server.databases,
        live_server.database,
        port,
        f"killed-{port}",
        workers=2,
        options=("--max-cron-threads", "0"),
    )
    with server:
        yield server


def kill_processes(server):
    """SIGKILL to all that answer pages; the one that started them makes others."""
    for child in psutil.Process(server.process.pid).children():
        with contextlib.suppress(psutil.Error):
            if "gevent" not in child.cmdline():
                child.kill()


def make_older(server):
    """Let an hour pass for all attempts whose answer was lost."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE payment_transaction
               SET create_date = create_date - interval '1 hour',
                   last_state_change = last_state_change - interval '1 hour'
             WHERE state IN ('draft', 'pending')
            """
        )


def verify(server, administrator):
    """Let an hour pass, and the scheduled actions verify what was lost."""
    make_older(server)
    run(administrator, "customer_portal_stripe.cron_lost")
    make_older(server)
    run(
        administrator,
        "customer_portal_stripe.cron_lost",
        "customer_portal_stripe.cron_event_list",
        "payment.cron_post_process_payment_tx",
        "customer_portal.cron_remittances",
    )


def test_processes_killed_while_stripe_charges_take_money_once(
    prefork, live_server, standin, at_stripe, administrator, invoice
):
    person = Person(prefork.url, PAYER)
    remittance = person.choose({invoice: 91.0})
    fault = standin.faults.add(DELAY, "payment_intents$", seconds=30)
    with ThreadPoolExecutor(1) as pool:
        click = pool.submit(charge, person, remittance, at_stripe)
        assert fault.begun.wait(30)
        kill_processes(prefork)
        fault.release.set()
        with pytest.raises((requests.ConnectionError, AssertionError)):
            click.result()
    name = read_name(live_server, remittance)
    end = time.monotonic() + 10
    while not find_charges(standin, name) and time.monotonic() < end:
        time.sleep(0.05)
    again = Person(live_server.url, PAYER)
    assert isinstance(charge(again, remittance, at_stripe), Refused)
    verify(live_server, administrator)
    assert find_charges(standin, name) == [9100]
    assert read_paid(live_server, invoice) == ([91.0], 0.0)


@pytest.fixture
def authorized(live_server, at_stripe, administrator, accounting):
    """Authorise 100.00 for two invoices; return (the dialog, invoices, name)."""
    provider = at_stripe.way["provider_id"]
    found = administrator.execute(
        "payment.provider", "read", [provider], ["payment_method_ids"]
    )
    card = {"payment_method_ids": [(6, 0, [at_stripe.way["payment_method_id"]])]}
    administrator.execute("payment.provider", "write", [provider], card)
    administrator.execute(
        "payment.provider", "write", [provider], {"capture_manually": True}
    )
    invoices = [make_invoice(accounting, CUSTOMER, amount, 2) for amount in (80, 20)]
    person = Person(live_server.url, PAYER)
    remittance = person.choose(dict(zip(invoices, (80.0, 20.0), strict=True)))
    charge(person, remittance, at_stripe)
    [transaction] = accounting.execute(
        "payment.transaction", "search", [("portal_remittance_id", "=", remittance)]
    )
    lines = accounting.execute(
        "portal.remittance.line",
        "search",
        [("remittance_id", "=", remittance), ("move_id", "=", invoices[1])],
    )
    values = {"transaction_id": transaction}
    values["line_ids"] = [(0, 0, {"line_id": lines[0], "amount": 20.0})]
    dialog = accounting.execute("portal.capture.wizard", "create", values)
    yield dialog, invoices, read_name(live_server, remittance)
    administrator.execute(
        "payment.provider", "write", [provider], {"capture_manually": False}
    )
    methods = [(6, 0, found[0]["payment_method_ids"])]
    administrator.execute(
        "payment.provider", "write", [provider], {"payment_method_ids": methods}
    )


def find_captured(standin, name):
    return [
        one["amount_captured"]
        for one in standin.find("charge", status="succeeded")
        if one["description"].startswith(name)
    ]


def test_processes_killed_while_stripe_captures_take_money_once(
    prefork, live_server, standin, administrator, authorized
):
    dialog, invoices, name = authorized
    staff = connect(prefork, "accounting@seller.example")
    fault = standin.faults.add(DELAY, "capture$", seconds=30)
    with ThreadPoolExecutor(1) as pool:
        click = pool.submit(
            staff.execute, "portal.capture.wizard", "action_capture", [dialog]
        )
        assert fault.begun.wait(30)
        kill_processes(prefork)
        fault.release.set()
        with pytest.raises(OSError):
            click.result()
    # A second click of the same dialog finds the first one, and captures nothing.
    again = connect(live_server, "accounting@seller.example")
    again.execute("portal.capture.wizard", "action_capture", [dialog])
    verify(live_server, administrator)
    assert find_captured(standin, name) == [2000]
    assert [read_paid(live_server, one) for one in invoices] == [
        ([], 80.0),
        ([20.0], 0.0),
    ]


def test_many_clicks_of_one_dialog_capture_once(
    live_server, standin, administrator, authorized
):
    dialog, invoices, name = authorized
    clients = [connect(live_server, "accounting@seller.example") for _one in range(4)]
    together = threading.Barrier(len(clients))

    def click(client):
        together.wait()
        client.execute("portal.capture.wizard", "action_capture", [dialog])

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(click, clients))
    verify(live_server, administrator)
    assert find_captured(standin, name) == [2000]
    assert read_paid(live_server, invoices[1]) == ([20.0], 0.0)


def test_processes_killed_at_random_take_no_money_twice(
    prefork, live_server, standin, at_stripe, administrator, accounting
):
    chosen = {}
    for number in range(KILLS):
        bill = make_invoice(accounting, CUSTOMER, 100.0 + number, 2)
        person = Person(live_server.url, PAYER)
        remittance = person.choose({bill: 100.0 + number})
        chosen[bill] = (remittance, read_name(live_server, remittance))
        person.url = prefork.url  # the session is of both
        person.session.headers["Connection"] = "close"
        with ThreadPoolExecutor(1) as pool:
            click = pool.submit(charge, person, remittance, at_stripe)
            time.sleep(random.uniform(0, 0.6))
            kill_processes(prefork)
            with contextlib.suppress(requests.ConnectionError, AssertionError):
                click.result()
        wait_until_answered(prefork)
    verify(live_server, administrator)
    for bill, (remittance, _name) in chosen.items():
        if read_paid(live_server, bill)[1]:  # killed before anything was written
            charge(Person(live_server.url, PAYER), remittance, at_stripe)
    verify(live_server, administrator)
    assert {
        bill: (find_charges(standin, name), read_paid(live_server, bill))
        for bill, (_remittance, name) in chosen.items()
    } == {
        bill: ([10000 + 100 * number], ([100.0 + number], 0.0))
        for number, bill in enumerate(chosen)
    }


def wait_until_answered(server):
    """Wait until a process answers that is not to be killed."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"{server.url}/web/health", timeout=5).ok:
                return
        time.sleep(0.1)
