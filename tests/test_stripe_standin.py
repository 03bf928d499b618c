"""The stand-in for Stripe does what the tests of the portal rely on."""

import threading
import time

import pytest
import requests
import stripe
from listener import Listener
from stripe_standin import (
    DELAY,
    DROP,
    DROP_AFTER,
    ERROR,
    ERROR_AFTER,
    LATE,
    LOST,
    RATE_LIMIT,
    REVERSED,
    TWICE,
    Standin,
)

OLD, SECRET = "2019-05-16", "whsec_test"
DAY = 86400


@pytest.fixture
def standin():
    with Standin(start=1_800_000_000) as running:
        yield running


@pytest.fixture
def client(standin):
    return make_client(standin)


def make_client(standin, retries=0, timeout=10, **options):
    return stripe.StripeClient(
        "sk_test_1",
        base_addresses={"api": standin.url},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=timeout),
        **options,
    ).v1


def make_card(client, number):
    card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    return client.payment_methods.create({"type": "card", "card": card}).id


def pay(client, method="pm_card_visa", options=None, **values):
    base = {"amount": 10_000, "currency": "usd", "confirm": True}
    return client.payment_intents.create(
        {**base, "payment_method": method, **values}, options or {}
    )


def get_charged(standin):
    """Return what was charged, in the smallest unit."""
    charges = standin.find("charge", status="succeeded")
    return [charge["amount"] for charge in charges]


# ------------------------------------------------------------
# The server
# ------------------------------------------------------------


def test_it_starts_in_less_than_100_ms():
    start = time.perf_counter()
    with Standin():
        assert time.perf_counter() - start < 0.1


def test_only_this_machine_reaches_it(standin):
    assert standin._server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("key", ["", "sk_live_1", "rk_live_1", "other"])
def test_no_other_key_than_one_of_tests_is_taken(standin, key):
    answer = requests.get(
        f"{standin.url}/v1/charges",
        headers={"Authorization": f"Bearer {key}"},
        timeout=5,
    )
    assert answer.status_code == 401


def test_unknown_parameters_are_refused(standin, client):
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: colour"):
        client.customers.create({"colour": "red"})
    with pytest.raises(stripe.InvalidRequestError, match=r"address\[planet\]"):
        client.customers.create({"address": {"planet": "Mars"}})
    assert standin.find("customer") == []


def test_parameters_of_a_get_may_be_in_its_body(standin, client):
    # So does Odoo's addon.
    intent = pay(client)
    answer = requests.get(
        f"{standin.url}/v1/payment_intents/{intent.id}",
        data={"expand[]": "payment_method"},
        headers={"Authorization": "Bearer sk_test_1", "Stripe-Version": OLD},
        timeout=5,
    ).json()
    assert answer["payment_method"]["card"]["last4"] == "4242"
    assert [one["amount"] for one in answer["charges"]["data"]] == [10_000]


def test_page_with_the_public_key_confirms_its_own_intent_only(standin, client):
    intent = client.payment_intents.create({"amount": 100, "currency": "usd"})
    url = f"{standin.url}/v1/payment_intents/{intent.id}/confirm"
    card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2040"}
    values = {f"payment_method_data[card][{name}]": one for name, one in card.items()}
    values["payment_method_data[type]"] = "card"
    headers = {"Authorization": "Bearer pk_test_1"}
    for secret, status in (("", 401), ("wrong", 401), (intent.client_secret, 200)):
        values["client_secret"] = secret
        answer = requests.post(url, values, headers=headers, timeout=5)
        assert answer.status_code == status, secret
    assert answer.json()["status"] == "succeeded"
    refused = requests.get(f"{standin.url}/v1/charges", headers=headers, timeout=5)
    assert refused.status_code == 401


# ------------------------------------------------------------
# Cards
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code", "decline_code"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000000069", "expired_card", "expired_card"),
        ("4000000000000127", "incorrect_cvc", "incorrect_cvc"),
        ("4000000000000119", "processing_error", "processing_error"),
    ],
)
def test_card_is_declined_and_the_intent_can_be_paid(
    standin, client, number, code, decline_code
):
    with pytest.raises(stripe.CardError) as caught:
        pay(client, make_card(client, number))
    error = caught.value.error
    assert (error.code, error.decline_code) == (code, decline_code)
    assert error.payment_intent.status == "requires_payment_method"
    assert get_charged(standin) == []
    done = client.payment_intents.confirm(
        error.payment_intent.id, {"payment_method": "pm_card_visa"}
    )
    assert (done.status, get_charged(standin)) == ("succeeded", [10_000])


@pytest.mark.parametrize(
    ("number", "year", "code"),
    [
        ("4242424242424241", 2040, "incorrect_number"),
        ("4242424242424242", 2020, "invalid_expiry_year"),
    ],
)
def test_wrong_card_is_no_method(client, number, year, code):
    card = {"number": number, "exp_month": 12, "exp_year": year}
    with pytest.raises(stripe.CardError) as caught:
        client.payment_methods.create({"type": "card", "card": card})
    assert caught.value.code == code


def test_owner_is_asked_and_says_no_then_yes(standin, client):
    intent = pay(client, "pm_card_authenticationRequired")
    assert intent.status == "requires_action"
    standin.authenticate(intent.id, accept=False)
    assert client.payment_intents.retrieve(intent.id).last_payment_error.code == (
        "payment_intent_authentication_failure"
    )
    values = {"payment_method": "pm_card_authenticationRequired"}
    client.payment_intents.confirm(intent.id, values)
    standin.authenticate(intent.id, accept=True)
    assert client.payment_intents.retrieve(intent.id).status == "succeeded"
    assert get_charged(standin) == [10_000]


def test_owner_who_is_away_cannot_be_asked(standin, client):
    with pytest.raises(stripe.CardError) as caught:
        pay(client, "pm_card_authenticationRequired", off_session=True)
    assert caught.value.code == "authentication_required"
    assert get_charged(standin) == []


def test_card_that_was_set_up_is_charged_without_its_owner(standin, client):
    customer = client.customers.create({}).id
    method = make_card(client, "4000002500003155")
    values = {"customer": customer, "payment_method": method, "confirm": True}
    intent = client.setup_intents.create(values)
    assert intent.status == "requires_action"
    standin.authenticate(intent.id, accept=True)
    done = pay(client, method, customer=customer, off_session=True)
    assert done.status == "succeeded"


def test_method_of_another_customer_is_refused(client):
    method = make_card(client, "4242424242424242")
    alder, birch = client.customers.create({}).id, client.customers.create({}).id
    client.payment_methods.attach(method, {"customer": alder})
    for customer in ({"customer": birch}, {}):
        with pytest.raises(stripe.InvalidRequestError, match="belongs to a customer"):
            pay(client, method, **customer)


def test_method_that_was_not_saved_is_used_once(client):
    method = make_card(client, "4242424242424242")
    pay(client, method)
    with pytest.raises(stripe.InvalidRequestError, match="previously used"):
        pay(client, method)


def test_methods_of_a_deleted_customer_are_gone(client):
    customer = client.customers.create({}).id
    method = make_card(client, "4242424242424242")
    client.payment_methods.attach(method, {"customer": customer})
    client.customers.delete(customer)
    with pytest.raises(stripe.InvalidRequestError):
        pay(client, method, customer=customer)
    assert client.customers.retrieve(customer).deleted is True


def test_authorization_ends_after_a_week(standin, client):
    intent = pay(client, capture_method="manual")
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 10_000)
    standin.advance(days=7)
    found = client.payment_intents.retrieve(intent.id)
    assert (found.status, found.cancellation_reason) == ("canceled", "automatic")
    with pytest.raises(stripe.InvalidRequestError, match="could not be captured"):
        client.payment_intents.capture(intent.id)


# ------------------------------------------------------------
# Debits, refunds, disputes, payouts
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "details", "days", "status"),
    [
        ("sepa_debit", {"iban": "DE89370400440532013000"}, 5, "succeeded"),
        (
            *("sepa_debit", {"iban": "DE62370400440532013001"}, 5),
            "requires_payment_method",
        ),
        ("us_bank_account", {"account_number": "000123456789"}, 4, "succeeded"),
        (
            *("us_bank_account", {"account_number": "000111111113"}, 4),
            "requires_payment_method",
        ),
        ("us_bank_account", {"account_number": "000000000009"}, 99, "processing"),
    ],
)
def test_bank_answers_after_days(standin, client, kind, details, days, status):
    method = client.payment_methods.create({"type": kind, kind: details})
    currency = "eur" if kind == "sepa_debit" else "usd"
    values = {"payment_method_types": [kind], "currency": currency}
    intent = pay(make_client(standin, stripe_version=OLD), method.id, **values)
    standin.advance(days=days, seconds=-1)
    assert client.payment_intents.retrieve(intent.id).status == "processing"
    with pytest.raises(stripe.InvalidRequestError, match="cannot cancel"):
        client.payment_intents.cancel(intent.id)
    standin.advance(seconds=1)
    assert client.payment_intents.retrieve(intent.id).status == status
    assert get_charged(standin) == ([10_000] if status == "succeeded" else [])


def test_bank_takes_a_debit_back_that_it_paid(standin, client):
    details = {"iban": "DE35370400440532013002"}
    method = client.payment_methods.create(
        {"type": "sepa_debit", "sepa_debit": details}
    )
    values = {"payment_method_types": ["sepa_debit"], "currency": "eur"}
    intent = pay(make_client(standin, stripe_version=OLD), method.id, **values)
    standin.advance(days=5)
    assert client.payment_intents.retrieve(intent.id).status == "succeeded"
    [dispute] = client.disputes.list({"payment_intent": intent.id}).data
    assert (dispute.status, dispute.reason) == ("lost", "debit_not_authorized")
    [movement] = dispute.balance_transactions
    assert (movement.amount, movement.fee, movement.net) == (-10_000, 1500, -11_500)


def test_no_more_is_given_back_than_was_paid(client):
    intent = pay(client)
    client.refunds.create({"payment_intent": intent.id, "amount": 4000})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        client.refunds.create({"payment_intent": intent.id, "amount": 6001})
    client.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.refunds.create({"payment_intent": intent.id})
    assert caught.value.code == "charge_already_refunded"
    charge = client.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (10_000, True)


def test_refund_comes_back_after_days(standin, client):
    intent = pay(client, make_card(client, "4000000000005126"))
    refund = client.refunds.create({"payment_intent": intent.id})
    assert refund.status == "succeeded"
    standin.advance(days=2)
    found = client.refunds.retrieve(refund.id)
    assert (found.status, found.failure_reason) == ("failed", "lost_or_stolen_card")
    assert client.charges.retrieve(intent.latest_charge).amount_refunded == 0
    kinds = [event.type for event in client.events.list({"limit": 3}).data]
    assert kinds == ["charge.refund.updated", "refund.updated", "refund.failed"]


def test_dispute_is_won(standin, client):
    intent = pay(client, make_card(client, "4000000000000259"))
    [dispute] = client.disputes.list({"payment_intent": intent.id}).data
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        client.refunds.create({"payment_intent": intent.id})
    evidence = {"evidence": {"customer_name": "Alder"}, "submit": True}
    assert client.disputes.update(dispute.id, evidence).status == "under_review"
    standin.close_dispute(dispute.id, "won")
    found = client.disputes.retrieve(dispute.id)
    amounts = [movement.net for movement in found.balance_transactions]
    assert (found.status, amounts) == ("won", [-11_500, 10_000])


def test_payout_is_the_sum_of_what_is_in_it(standin, client):
    for amount in (10_000, 2_660):
        pay(client, amount=amount)
    paid = pay(client, amount=5_000)
    client.refunds.create({"payment_intent": paid.id, "amount": 1_000})
    assert standin.pay_out("usd") is None  # money waits for two days
    standin.advance(days=2)
    pay(client, amount=99_900)
    payout = standin.pay_out("usd")
    listed = client.balance_transactions.list({"payout": payout["id"], "limit": 2})
    rows = list(listed.auto_paging_iter())
    assert sorted((row.type, row.amount, row.fee) for row in rows) == [
        ("charge", 2_660, 107),
        ("charge", 5_000, 175),
        ("charge", 10_000, 320),
        ("payout", -16_058, 0),
        ("refund", -1_000, 0),
    ]
    assert sum(row.net for row in rows) == 0
    standin.advance(days=1)
    found = client.payouts.retrieve(payout["id"])
    assert (found.status, found.reconciliation_status) == ("paid", "completed")
    assert standin.pay_out("usd") is None


# ------------------------------------------------------------
# Idempotency
# ------------------------------------------------------------


def test_same_key_has_the_same_answer(standin, client):
    first = pay(client, options={"idempotency_key": "once"})
    again = pay(client, options={"idempotency_key": "once"})
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert get_charged(standin) == [10_000]


def test_decline_is_an_answer_too(standin, client):
    for _time in range(2):
        with pytest.raises(stripe.CardError):
            pay(
                client,
                "pm_card_chargeCustomerFail",
                options={"idempotency_key": "declined"},
            )
    assert len(standin.find("payment_intent")) == 1


def test_same_key_with_other_parameters_is_refused(standin, client):
    pay(client, options={"idempotency_key": "once"})
    with pytest.raises(stripe.IdempotencyError) as caught:
        pay(client, amount=1, options={"idempotency_key": "once"})
    assert caught.value.http_status == 400
    assert get_charged(standin) == [10_000]


def test_refused_parameters_do_not_use_up_a_key(client):
    options = {"idempotency_key": "wrong"}
    with pytest.raises(stripe.InvalidRequestError):
        pay(client, options=options, colour="red")
    assert pay(client, options=options).status == "succeeded"


def test_key_in_flight_is_refused(standin, client):
    fault = standin.faults.add(DELAY, "payment_intents", seconds=10)
    options = {"idempotency_key": "slow"}
    thread = threading.Thread(target=pay, args=(client,), kwargs={"options": options})
    thread.start()
    fault.begun.wait(5)
    with pytest.raises(stripe.StripeError) as caught:
        pay(client, options=options)
    found = caught.value.json_body["error"]
    assert (caught.value.http_status, found["code"]) == (
        409,
        "idempotency_key_in_use",
    )
    fault.release.set()
    thread.join(5)
    assert pay(client, options=options).status == "succeeded"
    assert get_charged(standin) == [10_000]


def test_key_is_forgotten_after_a_day(standin, client):
    options = {"idempotency_key": "daily"}
    pay(client, options=options)
    standin.advance(days=1)
    pay(client, options=options)
    assert get_charged(standin) == [10_000, 10_000]


# ------------------------------------------------------------
# Faults
# ------------------------------------------------------------


@pytest.mark.parametrize("kind", [ERROR, RATE_LIMIT, DROP])
def test_nothing_is_done_where_it_fails_before(standin, client, kind):
    standin.faults.add(kind, "payment_intents")
    with pytest.raises(stripe.StripeError):
        pay(client)
    assert get_charged(standin) == []
    assert pay(client).status == "succeeded"


@pytest.mark.parametrize("kind", [ERROR_AFTER, DROP_AFTER])
def test_it_is_done_where_it_fails_after(standin, client, kind):
    standin.faults.add(kind, "payment_intents")
    with pytest.raises(stripe.StripeError):
        pay(client)
    assert get_charged(standin) == [10_000]


def test_library_asks_again_with_its_key(standin):
    standin.faults.add(DROP_AFTER, "payment_intents")
    assert pay(make_client(standin, retries=2)).status == "succeeded"
    assert get_charged(standin) == [10_000]
    keys = {key for _method, _path, key, _status in standin.requests}
    assert len(keys) == 1


def test_charge_whose_answer_is_too_late_is_made(standin):
    fault = standin.faults.add(DELAY, "payment_intents", seconds=10)
    with pytest.raises(stripe.APIConnectionError):
        pay(make_client(standin, timeout=0.2))
    assert get_charged(standin) == []
    fault.release.set()
    end = time.monotonic() + 5
    while not get_charged(standin) and time.monotonic() < end:
        time.sleep(0.01)
    assert get_charged(standin) == [10_000]


# ------------------------------------------------------------
# Events and messages
# ------------------------------------------------------------


def test_events_are_listed_from_the_newest_and_from_a_cursor(standin, client):
    intents = [pay(client).id for _number in range(3)]
    listed = client.events.list({"type": "payment_intent.succeeded"})
    assert [one.data.object.id for one in listed.data] == intents[::-1]
    first, second, third = reversed(listed.data)
    kinds = ["payment_intent.succeeded"]
    after = client.events.list({"ending_before": first.id, "types": kinds, "limit": 1})
    assert ([one.id for one in after.data], after.has_more) == ([second.id], True)
    older = client.events.list({"starting_after": third.id, "types": kinds})
    assert [one.id for one in older.data] == [second.id, first.id]
    pages = client.events.list({"ending_before": first.id, "types": kinds, "limit": 1})
    assert [one.id for one in pages.auto_paging_iter()] == [second.id, third.id]


def test_events_are_kept_for_30_days(standin, client):
    intent = pay(client)
    standin.advance(days=31)
    other = pay(client)
    found = {one.data.object.id for one in client.events.list({"limit": 100}).data}
    assert intent.id not in found
    assert other.id in found


def test_event_has_the_object_of_its_moment(client):
    intent = pay(client, capture_method="manual")
    client.payment_intents.capture(intent.id)
    [authorized] = client.events.list(
        {"type": "payment_intent.amount_capturable_updated"}
    ).data
    assert authorized.data.object.status == "requires_capture"


def listen(standin, listener, policy, **options):
    kinds = ["payment_intent.created", "payment_intent.succeeded"]
    return standin.webhooks.add(
        listener.url, [SECRET], events=kinds, policy=policy, **options
    )


def test_messages_come_late_twice_reversed_or_never(standin, client):
    with Listener(SECRET) as listener:
        for policy, expected in (
            (LOST, []),
            (LATE, ["created", "succeeded"]),
            (REVERSED, ["succeeded", "created"]),
            (TWICE, ["created", "created", "succeeded", "succeeded"]),
        ):
            standin.webhooks.endpoints.clear()
            listener.messages.clear()
            listen(standin, listener, policy)
            pay(client)
            standin.webhooks.wait()
            if policy in (LATE, REVERSED):
                assert listener.events == []
            standin.webhooks.release()
            kinds = [event.type.partition(".")[2] for event in listener.events]
            assert (sorted(kinds) if policy == TWICE else kinds) == expected, policy


def test_message_is_signed_with_the_old_and_the_new_secret(standin, client):
    with Listener(SECRET) as listener:
        standin.webhooks.add(listener.url, ["whsec_new", SECRET])
        pay(client)
        standin.webhooks.wait()
        body, signature = listener.messages[0]
    for secret in (SECRET, "whsec_new"):
        stripe.Webhook.construct_event(body, signature, secret, tolerance=None)
    for wrong in ((body + b" ", SECRET), (body, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(
                wrong[0], signature, wrong[1], tolerance=None
            )


def test_message_that_was_not_taken_comes_again(standin, client):
    with Listener(SECRET) as listener:
        listener.status = 500
        endpoint = listen(standin, listener, "at_once")
        pay(client)
        standin.webhooks.wait()
        assert [status for _event, status in endpoint.answers] == [500, 500]
        listener.status = 200
        standin.advance(hours=1)
        standin.webhooks.wait()
        assert [status for _event, status in endpoint.answers[2:]] == [200, 200]
        standin.advance(days=1)
        standin.webhooks.wait()
        assert len(endpoint.answers) == 4


def test_address_is_registered_and_gets_a_secret_once(standin, client):
    with Listener("") as listener:
        added = client.webhook_endpoints.create(
            {"url": listener.url, "enabled_events": ["payment_intent.succeeded"]}
        )
        listener.secret = added.secret
        intent = pay(client)
        assert listener.wait_for("payment_intent.succeeded", intent.id)
        [listed] = client.webhook_endpoints.list().data
        assert "secret" not in listed
        client.webhook_endpoints.delete(added.id)
        pay(client)
        standin.webhooks.wait()
        assert len(listener.messages) == 1
