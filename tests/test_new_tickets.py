"""Asking for help: few steps from a paper to a ticket, and one form is one ticket."""

import base64
import re

import pytest
from people import Refused, find_by_name, open_tabs
from playwright.sync_api import expect
from test_parallel import do_together, make_key
from windows import check_access

CROWD = 50
BUYER = "buyer@alder.example"
SENT = re.compile(r"/my/tickets/(\d+)\?notice=ticket_sent")
PICTURE = {
    "name": "dent.png",
    "mimeType": "image/png",
    "buffer": base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQ"
        "AAAABJRU5ErkJggg=="
    ),
}


@pytest.fixture(scope="module")
def order(sales):
    """Return an order of the buyer's company."""
    customer = find_by_name(sales, "customer_portal.alder_works")
    [found] = sales.execute(
        "sale.order",
        "search",
        [("portal_customer_id", "=", customer), ("state", "=", "sale")],
        0,
        1,
    )
    return found


def get_ticket(administrator, url, names):
    ticket = int(SENT.search(url)[1])
    [values] = administrator.execute("portal.ticket", "read", [ticket], names)
    return values


# ------------------------------------------------------------
# In a browser
# ------------------------------------------------------------


def test_order_page_to_ticket_with_photo_in_five_steps(
    open_window, administrator, order
):
    window = open_window(BUYER)
    page = window.page
    steps = []

    def do(step, *arguments, **options):
        steps.append(step)
        step(*arguments, **options)

    window.go(f"/my/orders/{order}")
    do(page.get_by_role("link", name="Help with this order").click)
    check_access(window)
    window.look("ticket_types")
    do(page.get_by_role("link", name="Wrong or damaged goods").click)
    check_access(window)
    window.look("ticket_form")
    do(page.get_by_label("What is wrong").select_option, "Damaged")
    do(page.get_by_label("Photos").set_input_files, PICTURE)
    do(page.get_by_role("button", name="Send", exact=True).click)
    page.wait_for_url(SENT)
    assert len(steps) <= 5
    window.look("ticket_sent")
    ticket = get_ticket(administrator, page.url, ["order_id", "number", "value_ids"])
    assert ticket["order_id"][0] == order
    answers = administrator.execute(
        "portal.ticket.value", "read", ticket["value_ids"], ["text"]
    )
    assert [answer["text"] for answer in answers] == ["Damaged", "dent.png"]
    expect(page.locator("#wrap")).to_contain_text(ticket["number"])
    # Linked both ways.
    window.go(f"/my/orders/{order}")
    tickets = page.get_by_role("region", name="Tickets")
    expect(tickets).to_contain_text(ticket["number"])
    check_access(window)
    window.look("order_with_ticket")


@pytest.mark.parametrize("size", ["desk"])
def test_ticket_by_keys_alone(open_window, administrator, order):
    window = open_window(BUYER)
    page = window.page

    def reach(target):
        for _step in range(80):
            if target.evaluate("element => element === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"keys do not reach {target}")

    window.go(f"/my/orders/{order}")
    reach(page.get_by_role("link", name="Help with this order"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/tickets/new?order=*")
    reach(page.get_by_role("link", name="Wrong or damaged goods"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/tickets/new/*")
    reach(page.get_by_label("What is wrong"))
    page.keyboard.type("Too little")
    reach(page.get_by_label("What you see"))
    page.keyboard.type("Nine of ten.")
    reach(page.get_by_label("This is a complaint"))
    page.keyboard.press("Space")
    reach(page.get_by_role("button", name="Send", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url(SENT)
    ticket = get_ticket(administrator, page.url, ["is_complaint", "description"])
    assert ticket["is_complaint"]
    assert "Nine of ten." in ticket["description"]


def test_paper_is_searched_by_enter(open_window, order, sales):
    [found] = sales.execute("sale.order", "read", [order], ["name"])
    window = open_window(BUYER)
    page = window.page
    window.go("/my/tickets/new")
    page.get_by_role("link", name="Wrong or damaged goods").click()
    words = page.get_by_role("searchbox", name="Search: Order")
    words.fill(found["name"])
    words.press("Enter")
    chosen = page.get_by_role("radio", name=re.compile(found["name"]))
    expect(chosen).to_be_visible()
    expect(page.get_by_role("searchbox", name="Search: Order")).to_be_focused()
    check_access(window)
    window.look("ticket_form_searched")


@pytest.mark.usefixtures("persian")
def test_asking_from_right_to_left(open_window, administrator, order):
    kind = find_by_name(administrator, "customer_portal_support.type_goods")
    window = open_window(BUYER, locale="fa-IR")
    for name, path in (("types", ""), ("form", f"/{kind}")):
        window.go(f"/fa/my/tickets/new{path}?order={order}")
        expect(window.page.locator("html")).to_have_attribute("dir", "rtl")
        window.look(f"persian_ticket_{name}")


# ------------------------------------------------------------
# At once
# ------------------------------------------------------------


def test_fifty_sends_of_one_form_make_one_ticket(servers, live_server, administrator):
    with live_server.connect() as connection, connection.cursor() as cursor:
        # What the buyer of other tests has sent counts against the same limit.
        cursor.execute("DELETE FROM portal_rate_limit")
    kind = find_by_name(administrator, "customer_portal_support.type_other")
    [question, *_files] = administrator.execute(
        "portal.ticket.type.field", "search", [("type_id", "=", kind)]
    )
    form = {
        "subject": "Fifty times",
        f"answer_{question}": "Where is it?",
        "request_key": make_key(4_711),
    }
    people = open_tabs(servers, BUYER, CROWD)
    path = f"/my/tickets/new/{kind}"

    places = do_together(lambda person: person.submit(path, form), people)

    assert len(set(places)) == 1
    assert SENT.fullmatch(places[0])
    made = administrator.execute(
        "portal.ticket", "search", [("subject", "=", "Fifty times")]
    )
    assert len(made) == 1
    receipts = administrator.execute(
        "mail.message",
        "search_count",
        [
            ("model", "=", "portal.ticket"),
            ("res_id", "=", made[0]),
            ("message_type", "!=", "notification"),
        ],
    )
    assert receipts == 1


def test_delivered_goods_are_returned_once(servers, administrator):
    customer = find_by_name(administrator, "customer_portal.alder_works")
    kind = find_by_name(administrator, "customer_portal_support.type_return")
    [delivery] = administrator.execute(
        "stock.picking",
        "search",
        [
            ("portal_customer_id", "=", customer),
            ("picking_type_code", "=", "outgoing"),
            ("state", "=", "done"),
        ],
        0,
        1,
    )
    [move, *_others] = administrator.execute(
        "stock.move", "search", [("picking_id", "=", delivery)]
    )
    [moved] = administrator.execute("stock.move", "read", [move], ["quantity"])
    fields = administrator.execute(
        "portal.ticket.type.field",
        "search_read",
        [("type_id", "=", kind)],
        ["kind", "choices"],
    )
    form = {"subject": "All of it"}
    for field in fields:
        name = f"answer_{field['id']}"
        if field["kind"] == "choice":
            form[name] = field["choices"].splitlines()[0]
        elif field["kind"] == "delivery":
            form[name] = delivery
        elif field["kind"] == "return":
            form[f"source_{name}"] = delivery
            form[f"{name}_{move}"] = f"{moved['quantity']:g}"
    people = open_tabs(servers, BUYER, 20)
    path = f"/my/tickets/new/{kind}?delivery={delivery}"

    results = do_together(lambda person: person.submit(path, form), people)

    assert len([place for place in results if not isinstance(place, Refused)]) == 1
    asked = administrator.execute(
        "portal.ticket.return", "search_read", [("move_id", "=", move)], ["quantity"]
    )
    assert [goods["quantity"] for goods in asked] == [moved["quantity"]]
