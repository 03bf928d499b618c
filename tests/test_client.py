"""What programs find that ask the server by odoorpc: the seller's, and a customer's.

People pay and order over HTTP; accounting and sales then look at what was booked.
"""

import re
from datetime import timedelta

import odoorpc
import pytest
from people import connect, find_by_name, make_invoice, read_form, sign_in, today

MINE = "customer_portal.alder_works"
OTHER = "customer_portal.birch_supply"


@pytest.fixture(scope="module")
def customer(live_server):
    """Return the program of a person of Alder Works."""
    return connect(live_server, "payable@alder.example")


@pytest.fixture(scope="module")
def payable(live_server):
    return sign_in(live_server.url, "payable@alder.example")


@pytest.fixture(scope="module")
def stranger(live_server):
    return sign_in(live_server.url, "admin@birch.example")


def read(client, model, ids, *fields):
    """Return the values of some fields, a dict a record; many2one as the id."""
    rows = client.execute_kw(model, "read", [ids], {"fields": fields, "load": None})
    return [{name: row[name] for name in fields} for row in rows]


def search_read(client, model, domain, *fields):
    ids = client.execute(model, "search", domain)
    return read(client, model, ids, *fields)


# ------------------------------------------------------------
# The seller
# ------------------------------------------------------------


@pytest.fixture(scope="module")
def paid(accounting, payable, way):
    """Pay a part of one invoice and all of another: the remittance and both."""
    invoices = [make_invoice(accounting, MINE, amount) for amount in (200.0, 75.5)]
    amounts = dict(zip(invoices, (120.0, 75.5), strict=True))
    reasons = accounting.execute("portal.short.payment.reason", "search", [])
    return payable.pay(amounts, way, reason=reasons[0]), invoices


def test_accounting_reads_the_remittance(accounting, paid):
    remittance, invoices = paid
    assert read(
        accounting,
        "portal.remittance",
        [remittance],
        *("state", "amount_cash", "amount_credit", "amount_on_account"),
        *("exception_note", "partner_id"),
    ) == [
        {
            "state": "settled",
            "amount_cash": 195.5,
            "amount_credit": 0.0,
            "amount_on_account": 0.0,
            "exception_note": "",
            "partner_id": find_by_name(accounting, MINE),
        }
    ]
    lines = search_read(
        accounting,
        "portal.remittance.line",
        [("remittance_id", "=", remittance)],
        *("move_id", "kind", "amount_requested", "amount_applied"),
    )
    assert sorted(tuple(line.values()) for line in lines) == [
        (invoices[0], "invoice", 120.0, 120.0),
        (invoices[1], "invoice", 75.5, 75.5),
    ]


def test_accounting_reads_the_payment(accounting, paid):
    remittance, _invoices = paid
    [found] = read(
        accounting, "portal.remittance", [remittance], "name", "payment_id", "move_id"
    )
    payments = search_read(
        accounting,
        "account.payment",
        [("memo", "like", found["name"])],
        *("id", "amount", "payment_type", "state", "move_id", "partner_id"),
    )
    assert payments == [
        {
            "id": found["payment_id"],
            "amount": 195.5,
            "payment_type": "inbound",
            "state": "in_process",  # until the bank statement shows it
            "move_id": found["move_id"],
            "partner_id": find_by_name(accounting, MINE),
        }
    ]


def test_accounting_reads_a_receivable_line_for_each_document(accounting, paid):
    remittance, invoices = paid
    [found] = read(accounting, "portal.remittance", [remittance], "move_id")
    items = search_read(
        accounting,
        "account.move.line",
        [("move_id", "=", found["move_id"])],
        *("account_type", "balance", "reconciled", "matched_debit_ids"),
    )
    receivable = [item for item in items if item["account_type"] == "asset_receivable"]
    others = [item for item in items if item["account_type"] != "asset_receivable"]
    assert [item["balance"] for item in others] == [195.5]
    assert {
        (item["balance"], item["reconciled"], find_paid(accounting, item))
        for item in receivable
    } == {(-120.0, True, invoices[0]), (-75.5, True, invoices[1])}
    assert len(receivable) == 2


def find_paid(accounting, item):
    """Return the id of the only document that a receivable line pays."""
    [match] = read(
        accounting,
        "account.partial.reconcile",
        item["matched_debit_ids"],
        "debit_move_id",
    )
    [debit] = read(accounting, "account.move.line", [match["debit_move_id"]], "move_id")
    return debit["move_id"]


def test_accounting_reads_what_is_still_open(accounting, paid):
    _remittance, invoices = paid
    assert read(
        accounting, "account.move", invoices, "amount_residual", "payment_state"
    ) == [
        {"amount_residual": 80.0, "payment_state": "partial"},
        {"amount_residual": 0.0, "payment_state": "paid"},
    ]


def test_sales_reads_the_order(sales, live_server):
    buyer = sign_in(live_server.url, "buyer@alder.example")
    past = find_by_name(sales, "customer_portal.order_alder_promised")
    wished = (today() + timedelta(days=21)).isoformat()

    address = f"/my/orders/{past}/reorder"
    fields = read_form(buyer.get(address), address)
    quantities = [name for name in fields if name.startswith("quantity_")]
    fields[quantities[0]] = "7"
    for name in quantities[2:]:
        fields[name] = "0"
    review = buyer.submit(address, fields)
    fields = read_form(buyer.get(review), review) | {
        "client_order_ref": "PO 4711",
        "wished_date": wished,
    }
    buyer.submit(review, fields | {"action": "save"})
    buyer.submit(review, fields | {"action": "submit"})

    order = int(re.search(r"\d+", review)[0])
    [found] = read(
        sales,
        "sale.order",
        [order],
        *("state", "client_order_ref", "wished_date", "partner_id", "origin"),
        *("reorder_origin_id", "amount_total"),
    )
    [old] = read(sales, "sale.order", [past], "name", "partner_id")
    assert found == {
        "state": "sale",
        "client_order_ref": "PO 4711",
        "wished_date": wished,
        "partner_id": old["partner_id"],
        "origin": old["name"],
        "reorder_origin_id": past,
        "amount_total": float(fields["total_seen"]),
    }
    assert read_lines(sales, order) == [
        (read_lines(sales, past)[0][0], 7.0),
        read_lines(sales, past)[1],
    ]


def read_lines(client, order):
    """Return (product, quantity) of each line of an order."""
    rows = search_read(
        client,
        "sale.order.line",
        [("order_id", "=", order)],
        *("product_id", "product_uom_qty"),
    )
    return [tuple(row.values()) for row in rows]


# ------------------------------------------------------------
# A customer
# ------------------------------------------------------------


def refuse_access(call, *arguments):
    """Fail unless the server refuses the call for want of a right."""
    with pytest.raises(odoorpc.error.RPCError) as refusal:
        call(*arguments)
    assert refusal.value.info["data"]["name"] == "odoo.exceptions.AccessError"


def refuse_record(client, model, record, field):
    """Fail unless the server answers as for a record that is not there."""
    with pytest.raises(odoorpc.error.RPCError, match="There is no such record"):
        read(client, model, [record], field)


def test_customer_reads_own_remittances_only(customer, accounting, stranger, paid):
    invoice = make_invoice(accounting, OTHER, 50.0)
    foreign = stranger.choose({invoice: 50.0})
    found = customer.execute("portal.remittance", "search", [])
    assert paid[0] in found
    assert foreign not in found
    refuse_record(customer, "portal.remittance", foreign, "amount_cash")
    refuse_record(customer, "portal.remittance", foreign + 10**6, "amount_cash")
    [line] = accounting.execute(
        "portal.remittance.line", "search", [("remittance_id", "=", foreign)]
    )
    refuse_record(customer, "portal.remittance.line", line, "amount_requested")


def test_customer_changes_no_remittance(customer, paid):
    remittance, _invoices = paid
    [line] = customer.execute(
        "portal.remittance.line", "search", [("remittance_id", "=", remittance)]
    )[:1]
    values = {"amount_cash": 0.01, "state": "settled"}
    for model, record in (
        ("portal.remittance", remittance),
        ("portal.remittance.line", line),
    ):
        refuse_access(customer.execute, model, "write", [record], values)
        refuse_access(customer.execute, model, "unlink", [record])
        refuse_access(customer.execute, model, "copy", [record])
        refuse_access(customer.execute, model, "create", values)


@pytest.mark.parametrize(
    "field", ["payment_id", "move_id", "transaction_ids", "exception_note"]
)
def test_customer_reads_nothing_of_accounting_on_a_remittance(customer, paid, field):
    refuse_access(read, customer, "portal.remittance", [paid[0]], field)


@pytest.mark.parametrize(
    "model", ["portal.request", "portal.ledger.lock", "portal.payment.claim"]
)
def test_customer_reads_no_inner_model(customer, model):
    refuse_access(customer.execute, model, "search", [])
    refuse_access(customer.execute, model, "search_count", [])


def test_customer_sees_no_draft_of_the_seller(customer, sales):
    draft = find_by_name(sales, "customer_portal.order_alder_draft")
    assert read(sales, "sale.order", [draft], "state") == [{"state": "draft"}]
    assert customer.execute("sale.order", "search", [("id", "=", draft)]) == []
    refuse_record(customer, "sale.order", draft, "amount_total")


@pytest.mark.parametrize("field", ["partner_credit_warning", "reorder_origin_id"])
def test_customer_reads_no_inner_field_of_an_order(customer, sales, field):
    order = find_by_name(sales, "customer_portal.order_alder_promised")
    refuse_access(read, customer, "sale.order", [order], field)
    assert field not in customer.execute("sale.order", "fields_get")


@pytest.mark.parametrize(
    ("model", "method"),
    [
        ("portal.remittance", "_apply_credits"),
        ("portal.remittance", "_cancel"),
        ("portal.remittance", "_open"),
        ("portal.ledger.lock", "_lock"),
        ("portal.request", "_remember"),
        ("sale.order", "_create_reorder"),
        ("sale.order", "_submit_customer_draft"),
        ("payment.transaction", "_create_payment"),
    ],
)
def test_customer_calls_no_private_method(customer, paid, model, method):
    refuse_access(customer.execute, model, method, [paid[0]])
