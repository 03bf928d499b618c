"""Whoever clicks at the same time pays once and orders once.

The requests go in turns to two servers that share the database, as behind a load
balancer, and start together. What came of it is read from the database.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from books import Books
from people import (
    Person,
    Refused,
    find_by_name,
    make_invoice,
    make_invoiced_order,
    open_browsers,
    open_tabs,
    read_form,
    today,
)

CROWD = 12
CUSTOMER = "customer_portal.alder_works"


@pytest.fixture(scope="module")
def crowd(servers):
    """Return the one person of accounts payable in twelve browsers."""
    return open_browsers(servers, "payable@alder.example", CROWD)


@pytest.fixture(scope="module")
def colleagues(servers, crowd):
    """Return two people of one customer who may pay, in six browsers each."""
    half = CROWD // 2
    return crowd[:half] + open_browsers(servers, "admin@alder.example", half)


@pytest.fixture(scope="module")
def buyers(servers):
    """Return the one buyer in twelve tabs."""
    return open_tabs(servers, "buyer@alder.example", CROWD)


@pytest.fixture
def make_due(accounting):
    """Return how to make invoices that fell due: an id for each amount."""

    def make(*amounts):
        return [make_invoice(accounting, CUSTOMER, amount, 3) for amount in amounts]

    return make


@pytest.fixture
def books(live_server):
    """Open the books at this moment."""
    with live_server.connect() as connection:
        yield Books(connection)


@pytest.fixture
def together(request, capsys):
    """Return how to let people do the same at once; tell how long it took."""
    slowest = []

    def run(action, people, *arguments):
        for person in people:
            person.slowest = 0.0
        results = do_together(action, people, *arguments)
        slowest.append(max(person.slowest for person in people))
        return results

    yield run
    if slowest:
        terminal = request.config.pluginmanager.get_plugin("terminalreporter")
        times = ", ".join(f"{seconds:.1f} s" for seconds in slowest)
        with capsys.disabled():
            terminal.write_line(f"\n{request.node.name}: slowest answer {times}")


def do_together(action, people, *arguments):
    """Return what each got, a refusal as the exception.

    :param arguments: lists with one item a person
    """
    barrier = threading.Barrier(len(people))

    def act(*own):
        barrier.wait()
        try:
            return action(*own)
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(act, people, *arguments))


def granted(results):
    return [result for result in results if not isinstance(result, Refused)]


def make_key(number):
    return f"{number:032x}"


def make_fresh_keys():
    """Return keys of twelve forms: five were sent twice, two only once."""
    start = time.time_ns()
    return [
        make_key(start + number // 2 + number % 2 * (number > 9))
        for number in range(CROWD)
    ]


# ------------------------------------------------------------
# Pay
# ------------------------------------------------------------


def test_one_person_in_twelve_browsers_pays_once(crowd, make_due, books, way, together):
    check_paid_once(crowd, make_due, books, way, together)


def test_colleagues_pay_once(colleagues, make_due, books, way, together):
    check_paid_once(colleagues, make_due, books, way, together)


def check_paid_once(people, make_due, books, way, together):
    invoices = make_due(310.10, 45.45)
    amounts = dict(zip(invoices, (310.10, 45.45), strict=True))

    results = together(
        lambda person, key: person.pay(amounts, way, key), people, make_fresh_keys()
    )

    assert len(granted(results)) == 1
    assert books.payments() == [(Decimal("355.55"), "posted")]
    assert books.on_account() == 0
    assert books.residuals(invoices) == [0, 0]
    assert books.charges() == [(Decimal("355.55"), "done")]
    states = books.remittances(invoices)
    assert states.count("settled") == 1
    assert set(states) <= {"settled", "cancelled"}


def test_one_remittance_is_paid_once(colleagues, make_due, books, way, together):
    invoices = make_due(120.0)
    remittance = colleagues[0].choose({invoices[0]: 120.0})

    results = together(lambda person: person.begin(remittance, way), colleagues)
    [reference] = granted(results)
    payer = colleagues[results.index(reference)]
    payer.give_money(reference)

    assert books.charges() == [(Decimal(120), "done")]
    assert books.payments() == [(Decimal(120), "posted")]
    assert books.residuals(invoices) == [0]


def test_one_choice_is_announced_or_paid(colleagues, make_due, books, way, together):
    [invoice] = make_due(64.0)
    remittance = colleagues[0].choose({invoice: 64.0})

    def act(person, number):
        if number % 2:
            return person.begin(remittance, way)
        return person.announce(remittance)

    results = together(act, colleagues, range(CROWD))

    [state] = books.remittances([invoice])
    if state == "announced":
        # Who announces it again is shown the same transfer.
        assert granted(results) == [f"/my/pay/{remittance}"] * (CROWD // 2)
        assert books.charges() == []
    else:
        assert (state, len(granted(results))) == ("open", 1)
        assert books.charges() == [(Decimal(64), "draft")]


def test_an_invoice_is_promised_once(crowd, make_due, books, together):
    [invoice] = make_due(77.0)
    day = (today() + timedelta(days=3)).isoformat()

    results = together(
        lambda person, key: person.promise([invoice], day, key),
        crowd,
        make_fresh_keys(),
    )

    [promise] = set(granted(results))
    assert books.promises([invoice]) == [(promise, "open", Decimal(77))]
    crowd[0].submit(f"/my/promises/{promise}/withdraw", {})


def test_an_invoice_is_promised_and_paid(colleagues, make_due, books, way, together):
    """Whichever comes first: what is paid is promised no more."""
    [invoice] = make_due(88.0)
    day = (today() + timedelta(days=3)).isoformat()

    def act(person, number):
        if number % 2:
            return person.pay({invoice: 88.0}, way)
        return person.promise([invoice], day)

    together(act, colleagues, range(CROWD))

    assert books.residuals([invoice]) == [0]
    assert books.payments() == [(Decimal(88), "posted")]
    assert [state for _id, state, _amount in books.promises([invoice])] in (
        [],
        ["kept"],
    )


def test_rest_is_paid_once_while_a_part_is_under_way(
    colleagues, make_due, accounting, books, way, together
):
    [invoice] = make_due(100.0)
    reason = find_by_name(accounting, "customer_portal.short_payment_price")
    first = colleagues[0].choose({invoice: 40.0}, reason=reason)
    reference = colleagues[0].begin(first, way)

    results = together(
        lambda person: person.pay({invoice: 60.0}, way, left={invoice: 60.0}),
        colleagues[1:],
    )

    assert len(granted(results)) == 1
    assert books.charges() == [(Decimal(60), "done"), (Decimal(40), "draft")]
    assert books.residuals([invoice]) == [40]
    colleagues[0].give_money(reference)
    assert sorted(books.payments()) == [
        (Decimal(40), "posted"),
        (Decimal(60), "posted"),
    ]
    assert books.residuals([invoice]) == [0]
    assert books.on_account() == 0


def test_one_half_is_not_paid_twice_by_who_means_the_same(
    colleagues, make_due, accounting, books, way, together
):
    [invoice] = make_due(100.0)
    reason = find_by_name(accounting, "customer_portal.short_payment_price")

    results = together(
        lambda person: person.pay(
            {invoice: 50.0}, way, reason=reason, left={invoice: 100.0}
        ),
        colleagues,
    )

    assert len(granted(results)) == 1
    assert books.charges() == [(Decimal(50), "done")]
    assert books.payments() == [(Decimal(50), "posted")]
    assert books.residuals([invoice]) == [50]


def test_odoos_own_route_pays_the_rest_once(
    crowd, make_due, accounting, books, way, together
):
    [invoice] = make_due(80.0)
    token = read_access_token(accounting, invoice)
    first = crowd[0].begin_invoice(invoice, way, token, 30.0)

    results = together(
        lambda person, left: person.begin_invoice(invoice, way, token, 50.0, left),
        crowd[1:],
        [5000, 5000, 5000, 8000, 8000, 8000, None, None, 3000, 5000, 5000],
    )

    assert sorted(books.charges()) == [(Decimal(30), "draft"), (Decimal(50), "draft")]
    crowd[0].give_money(first)
    [rest] = granted(results)
    crowd[1 + results.index(rest)].give_money(rest)
    assert books.residuals([invoice]) == [0]
    assert books.on_account() == 0


def test_odoos_own_route_pays_once(crowd, make_due, accounting, books, way, together):
    [invoice] = make_due(80.0)
    token = read_access_token(accounting, invoice)

    results = together(
        lambda person: person.begin_invoice(invoice, way, token, 80.0), crowd
    )

    [reference] = granted(results)
    assert books.charges() == [(Decimal(80), "draft")]
    crowd[results.index(reference)].give_money(reference)
    assert books.payments() == [(Decimal(80), "posted")]
    assert books.on_account() == 0
    assert books.residuals([invoice]) == [0]


def test_portal_and_odoos_own_route_pay_once(
    colleagues, make_due, accounting, books, way, together
):
    invoices = make_due(64.0)
    token = read_access_token(accounting, invoices[0])

    def pay(person, number):
        if number % 2:
            person.pay({invoices[0]: 64.0}, way)
        else:
            person.give_money(person.begin_invoice(invoices[0], way, token, 64.0))

    results = together(pay, colleagues, range(CROWD))

    assert len(granted(results)) == 1
    assert books.charges() == [(Decimal(64), "done")]
    assert books.payments() == [(Decimal(64), "posted")]
    assert books.on_account() == 0
    assert books.residuals(invoices) == [0]


def test_odoos_own_route_of_an_order_pays_its_invoice_once(
    crowd, administrator, books, way, together
):
    order, invoice = make_invoiced_order(administrator, CUSTOMER, 52.5)
    token = read_access_token(administrator, order, "sale.order")

    results = together(
        lambda person: person.begin_order(order, way, token, 52.5), crowd
    )

    [reference] = granted(results)
    assert books.charges() == [(Decimal("52.5"), "draft")]
    crowd[results.index(reference)].give_money(reference)
    assert books.payments() == [(Decimal("52.5"), "posted")]
    assert books.on_account() == 0
    assert books.residuals([invoice]) == [0]


def read_access_token(accounting, document, model="account.move"):
    """Return the token of a document's link, as it stands in a mail."""
    address = accounting.execute(model, "get_portal_url", [document])
    return address.split("access_token=")[1].split("&")[0]


def test_polls_at_once_book_once(crowd, make_due, books, way, together):
    invoices = make_due(99.99)
    payer = crowd[0]
    reference = payer.begin(payer.choose({invoices[0]: 99.99}), way)
    payer.call(
        "/payment/demo/simulate_payment",
        reference=reference,
        payment_details="",
        simulated_state="done",
    )

    together(Person.wait_until_booked, [payer.open_tab() for _tab in range(8)])

    assert books.payments() == [(Decimal("99.99"), "posted")]
    assert books.on_account() == 0
    assert books.residuals(invoices) == [0]


# ------------------------------------------------------------
# Dispute
# ------------------------------------------------------------


def get_disputes(books, invoice):
    """Return (amount, state) of the disputes of an invoice."""
    return books.query(
        "SELECT amount_disputed, state FROM portal_dispute WHERE move_id = %(invoice)s",
        invoice=invoice,
    )


def test_one_dispute_of_a_line_is_opened(
    servers, make_due, accounting, books, together
):
    [invoice] = make_due(90.0)
    [line] = accounting.execute(
        "account.move.line",
        "search",
        [("move_id", "=", invoice), ("display_type", "=", "product")],
    )
    reason = find_by_name(accounting, "customer_portal.short_payment_price")
    people = open_tabs(servers, "payable@alder.example", 20)
    path = f"/my/invoices/{invoice}/dispute"

    results = together(
        lambda person: person.submit(
            path, {"reason_id": reason, f"price_{line}": "80", "text": "Too dear"}
        ),
        people,
    )

    assert len(granted(results)) == 1
    told = {str(result) for result in results if isinstance(result, Refused)}
    assert len(told) == 1
    assert "is disputed already" in told.pop()
    assert get_disputes(books, invoice) == [(Decimal(10), "open")]


def test_a_dispute_and_a_payment_of_the_same_end_consistent(
    colleagues, make_due, accounting, books, way, together
):
    [invoice] = make_due(100.0)
    reason = find_by_name(accounting, "customer_portal.short_payment_price")
    path = f"/my/invoices/{invoice}/dispute"

    def act(person, number):
        if number:
            return person.pay({invoice: 100.0}, way)
        return person.submit(path, {"reason_id": reason, "amount": "30"})

    results = together(act, colleagues[:6], range(6))

    # The dispute is heard whatever comes first; the whole is paid once or not at all.
    assert not isinstance(results[0], Refused)
    assert get_disputes(books, invoice) == [(Decimal(30), "open")]
    paid = granted(results[1:])
    if paid:
        assert len(paid) == 1
        assert books.payments() == [(Decimal(100), "posted")]
        assert books.residuals([invoice]) == [0]
    else:
        assert books.payments() == []
        assert books.residuals([invoice]) == [100]
    assert books.on_account() == 0


def test_a_dispute_and_a_credit_note_of_the_same_end_consistent(
    colleagues, make_due, accounting, books, together
):
    [invoice] = make_due(100.0)
    line = {"name": "Too dear", "quantity": 1, "price_unit": 30.0, "tax_ids": []}
    credit = accounting.execute(
        "account.move",
        "create",
        {
            "move_type": "out_refund",
            "partner_id": find_by_name(accounting, CUSTOMER),
            "invoice_line_ids": [(0, 0, line)],
        },
    )
    accounting.execute("account.move", "action_post", [credit])
    [item] = accounting.execute(
        "account.move.line",
        "search",
        [("move_id", "=", credit), ("display_type", "=", "payment_term")],
    )
    reason = find_by_name(accounting, "customer_portal.short_payment_price")

    def act(person, number):
        if number:
            accounting.execute(
                "account.move", "js_assign_outstanding_line", [invoice], item
            )
            return None
        return person.submit(
            f"/my/invoices/{invoice}/dispute", {"reason_id": reason, "amount": "100"}
        )

    together(act, colleagues[:2], range(2))

    # All is disputed; of what the credit note has left nothing can be paid.
    assert get_disputes(books, invoice) == [(Decimal(100), "open")]
    assert books.residuals([invoice]) == [70]
    with pytest.raises(Refused):
        colleagues[1].choose({invoice: 70.0})


# ------------------------------------------------------------
# Documents
# ------------------------------------------------------------


def test_one_pdf_of_an_invoice_is_made(crowd, make_due, books, together):
    [invoice] = make_due(12.0)
    path = f"/my/invoices/{invoice}?report_type=pdf&download=true"

    answers = together(lambda person: person.get(path), crowd[:8])

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    rows = books.query(
        """
        SELECT COUNT(*) FROM ir_attachment
         WHERE res_model = 'account.move' AND res_id = %(invoice)s
           AND res_field = 'invoice_pdf_report_file'
        """,
        invoice=invoice,
    )
    assert rows == [(1,)]


# ------------------------------------------------------------
# Privacy
# ------------------------------------------------------------


def test_one_export_is_queued_once(buyers, books, together):
    # Few: one that begins anew counts once more against the limit of exports.
    answers = together(
        lambda person: person.submit("/my/privacy/exports", {}), buyers[:4]
    )

    assert {*answers} == {"/my/privacy?notice=export_queued"}
    rows = books.query(
        """
        SELECT COUNT(*) FROM portal_data_export export
          JOIN res_users person ON person.id = export.user_id
         WHERE person.login = 'buyer@alder.example'
        """
    )
    assert rows == [(1,)]


def test_one_answer_to_a_text_is_kept_once(buyers, books, together):
    [(version,)] = books.query(
        "SELECT id FROM portal_consent_text WHERE code = 'terms' AND version = 2"
    )
    address = f"/my/privacy/consents/{version}"
    together(lambda person: person.submit(address, {"answer": "give"}), buyers)

    rows = books.query(
        "SELECT state FROM portal_consent WHERE text_id = %(version)s", version=version
    )
    assert rows == [("given",)]


# ------------------------------------------------------------
# Order
# ------------------------------------------------------------


def test_one_reorder_is_placed_once(buyers, accounting, books, together):
    order = find_by_name(accounting, "customer_portal.order_alder_promised")
    address = f"/my/orders/{order}/reorder"
    fields = read_form(buyers[0].get(address), address)

    drafts = together(lambda person: person.submit(address, fields), buyers)

    assert len({*drafts}) == 1
    [(order, state)] = books.orders()
    assert state == "draft"
    assert drafts[0] == f"/my/orders/{order}/review"

    fields = read_form(buyers[0].get(drafts[0]), drafts[0]) | {"action": "submit"}
    placed = together(lambda person: person.submit(drafts[0], fields), buyers)

    assert {*placed} == {f"/my/orders/{order}?notice=placed"}
    assert books.orders() == [(order, "sale")]
    assert books.notes(order) == ["mt_note", "mt_order_confirmed"]
