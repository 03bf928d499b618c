"""An order is changed by many at once, or while the warehouse ships it.

What came of it is one state of the order, and a log that leads there step by step.
The requests go in turns to two servers that share the database.
"""

import itertools
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from people import Refused, connect, find_by_name, open_tabs, read_form
from test_parallel import CROWD, do_together, granted

ROUNDS = 24
LONGEST_PAUSE = 0.25  # seconds, between the two of a round
BUYER = "buyer@alder.example"


@pytest.fixture(scope="module")
def staff(administrator):
    return administrator


@pytest.fixture(scope="module")
def crowd(servers):
    """Return the one buyer in twelve tabs."""
    return open_tabs(servers, BUYER, CROWD)


@pytest.fixture(scope="module")
def yards(staff):
    """Return two addresses that the orders may go to."""
    return [
        find_by_name(staff, f"customer_portal.{name}")
        for name in ("alder_boston_yard", "alder_works")
    ]


@pytest.fixture
def place(staff, yards):
    """Return how to place an order of Alder Works; it returns the order's id."""

    def run():
        order = staff.execute(
            "sale.order",
            "create",
            {
                "partner_id": find_by_name(staff, "customer_portal.alder_works"),
                "partner_shipping_id": yards[0],
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": find_by_name(
                                staff, "customer_portal.product_hex_bolt"
                            ),
                            "product_uom_qty": 5,
                        },
                    )
                ],
            },
        )
        staff.execute("sale.order", "action_confirm", [order])
        return order

    return run


def prepare(person, order, **changes):
    """Look at a change; return what the page that confirms it would send."""
    address = f"/my/orders/{order}/change"
    answer = person.post(address, {"action": "review", **changes})
    assert answer.status_code == 200, answer.text
    return read_form(answer, address) | {"action": "apply"}


def confirm(person, order, fields):
    return person.submit(f"/my/orders/{order}/change", fields)


def read(staff, order):
    """Return the order and its changes, the oldest first."""
    names = ["partner_shipping_id", "site_contact_name", "state", "picking_ids"]
    [row] = staff.execute("sale.order", "read", [order], names)
    changes = staff.execute_kw(
        "portal.order.change",
        "search_read",
        [[("order_id", "=", order)], ["state", "before", "after"]],
        {"order": "id"},
    )
    return row, changes


def test_one_of_twelve_changes_of_the_same_page_is_made(crowd, place, yards, staff):
    order = place()
    forms = [
        prepare(
            person,
            order,
            partner_shipping_id=yards[number % 2],
            site_contact_name=f"Contact {number}",
        )
        for number, person in enumerate(crowd)
    ]
    results = do_together(
        lambda person, form: confirm(person, order, form), crowd, forms
    )
    assert len(granted(results)) == 1
    assert {str(result) for result in results if isinstance(result, Refused)} == {
        (
            "This order was changed a moment ago, so your change was not made. "
            "Check the order and try again."
        )
    }
    winner = next(
        number
        for number, result in enumerate(results)
        if not isinstance(result, Refused)
    )
    row, changes = read(staff, order)
    assert len(changes) == 1
    assert row["site_contact_name"] == f"Contact {winner}"
    assert row["partner_shipping_id"][0] == yards[winner % 2]
    assert_transfers_follow(staff, row)


def test_one_form_sent_twelve_times_changes_once(crowd, place, yards, staff):
    order = place()
    form = prepare(crowd[0], order, partner_shipping_id=yards[1])
    results = do_together(lambda person: confirm(person, order, form), crowd)
    assert len(granted(results)) == CROWD
    row, changes = read(staff, order)
    assert len(changes) == 1
    assert row["partner_shipping_id"][0] == yards[1]
    assert_transfers_follow(staff, row)


def test_twelve_who_do_not_give_up_change_one_after_the_other(
    crowd, place, yards, staff, capsys, request
):
    order = place()
    tries = []

    def insist(person, number):
        for attempt in range(1, 60):
            form = prepare(
                person,
                order,
                partner_shipping_id=yards[number % 2],
                site_contact_name=f"Contact {number}",
            )
            try:
                confirm(person, order, form)
            except Refused:
                time.sleep(random.uniform(0, 0.5))
                continue
            tries.append(attempt)
            return
        raise AssertionError("never got through")

    do_together(insist, crowd, range(CROWD))
    row, changes = read(staff, order)
    assert len(changes) == CROWD
    for earlier, later in itertools.pairwise(changes):
        for name in later["before"].keys() & {
            "site_contact_name",
            "partner_shipping_id",
        }:
            known = read_last(changes, earlier, name)
            assert known in (None, later["before"][name])
    assert row["site_contact_name"] == changes[-1]["after"]["site_contact_name"]
    last = read_last(changes, changes[-1], "partner_shipping_id")
    assert row["partner_shipping_id"][0] == last["id"]
    entries = staff.execute(
        "portal.activity",
        "search_count",
        [("res_model", "=", "sale.order"), ("res_id", "=", order)],
    )
    assert entries == CROWD
    assert_transfers_follow(staff, row)
    tell(request, capsys, f"{CROWD} changes, {sum(tries)} tries")


def read_last(changes, change, name):
    """Return what a field was after a change: of the last one that touched it."""
    until = changes[: changes.index(change) + 1]
    values = [one["after"][name] for one in until if name in one["after"]]
    return values[-1] if values else None


def test_change_against_a_validated_transfer(
    crowd, place, yards, staff, live_server, capsys, request
):
    """The first two rounds are no race, so that either outcome is seen."""
    warehouse = connect(live_server, "admin", password="admin")
    outcomes = {"changed": 0, "shipped": 0}
    random.seed(7)
    for turn in range(ROUNDS):
        person, order = crowd[turn % CROWD], place()
        [picking] = read(staff, order)[0]["picking_ids"]
        form = prepare(person, order, partner_shipping_id=yards[1])
        pause = random.uniform(-LONGEST_PAUSE, LONGEST_PAUSE) if turn > 1 else 0

        def change(person=person, order=order, form=form, pause=pause):
            time.sleep(max(pause, 0))
            try:
                return confirm(person, order, form)
            except Refused as refusal:
                return refusal

        def validate(picking=picking, pause=pause):
            time.sleep(max(-pause, 0))
            return warehouse.execute("stock.picking", "button_validate", [picking])

        if turn == 0:
            answer, shipped = change(), validate()
        elif turn == 1:
            shipped, answer = validate(), change()
        else:
            with ThreadPoolExecutor(2) as pool:
                futures = [pool.submit(change), pool.submit(validate)]
                answer, shipped = [future.result() for future in futures]
        assert shipped is True
        row, changes = read(staff, order)
        [transfer] = staff.execute(
            "stock.picking", "read", [picking], ["state", "partner_id"]
        )
        assert transfer["state"] == "done"
        if isinstance(answer, Refused):
            outcomes["shipped"] += 1
            assert changes == []
            expected = yards[0]
        else:
            outcomes["changed"] += 1
            assert [one["state"] for one in changes] == ["applied"]
            expected = yards[1]
        assert transfer["partner_id"][0] == expected
        assert row["partner_shipping_id"][0] == expected
    assert outcomes["changed"]
    assert outcomes["shipped"]
    tell(request, capsys, f"of {ROUNDS} rounds {outcomes}")


def assert_transfers_follow(staff, row):
    transfers = staff.execute(
        "stock.picking", "read", row["picking_ids"], ["partner_id", "site_contact_name"]
    )
    for transfer in transfers:
        assert transfer["partner_id"][0] == row["partner_shipping_id"][0]
        assert transfer["site_contact_name"] == row["site_contact_name"]


def tell(request, capsys, text):
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    with capsys.disabled():
        terminal.write_line(f"\n{request.node.name}: {text}")
