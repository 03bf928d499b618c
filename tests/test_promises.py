"""What people rely on in the portal, one promise a test, as they see it in a browser.

Where a promise is the same on a desk and on a phone, one of both has it.
"""

import re

import pytest
from people import PASSWORD, find_by_name, make_invoice, today
from playwright.sync_api import expect
from windows import check_access

ON_A_DESK = pytest.mark.parametrize("size", ["desk"])
ON_A_PHONE = pytest.mark.parametrize("size", ["phone"])
CUSTOMER = "customer_portal.alder_works"


# ------------------------------------------------------------
# Find
# ------------------------------------------------------------


def search(page, words):
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_load_state("load")


def test_an_order_is_found_by_a_product(open_window):
    window = open_window("buyer@alder.example")
    page = window.page
    window.go("/my/orders")
    search(page, "FA-1010")
    rows = page.locator("tr[data-document]")
    expect(rows.first).to_be_visible()
    window.look("orders_found")
    rows.first.get_by_role("link").first.click()
    expect(page.locator("#wrap")).to_contain_text("FA-1010")


def test_a_paid_invoice_is_found_by_its_number(open_window):
    window = open_window("payable@alder.example")
    page = window.page
    window.go("/my/invoices?filterby=paid")
    number = page.locator("tr[data-document] .cp_main").first.inner_text().strip()
    window.go("/my/invoices")
    search(page, number)
    row = page.locator("tr[data-document]")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Paid")
    filters = page.get_by_role("navigation", name="Filters")
    filters.get_by_role("link", name="Open 0").click()
    window.look("invoices_not_found")
    page.get_by_role("link", name="Search the whole list").click()
    expect(page.locator("tr[data-document]")).to_have_count(1)


# ------------------------------------------------------------
# Pay
# ------------------------------------------------------------


def use_no_credits(page):
    for credit in page.locator("table[data-kind='credits'] [type='checkbox']").all():
        credit.uncheck()


@ON_A_PHONE
def test_a_failed_card_says_so_on_top(open_window, accounting):
    invoice = make_invoice(accounting, CUSTOMER, 31.5)
    window = open_window("payable@alder.example")
    page = window.page
    window.go(f"/my/pay?documents={invoice}")
    use_no_credits(page)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(re.compile(r"/my/pay/\d+$"))
    window.pay_at_the_demo_provider("error")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The payment did not go through.")
    expect(alert).to_contain_text("Nothing has been paid.")
    expect(alert).to_be_in_viewport()
    check_access(window)
    window.look("payment_failed")
    # The same page takes the next attempt.
    window.pay_at_the_demo_provider("done")
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment received")
    expect(page.get_by_role("alert")).to_have_count(0)


@ON_A_DESK
def test_all_overdue_under_way_asks_for_nothing(open_window, accounting):
    make_invoice(accounting, "customer_portal.cedar_retail", 77.0, days_overdue=9)
    window = open_window("admin@cedar.example")
    page = window.page
    waiting = page.get_by_role("region", name="Waiting for you")
    window.go("/my")
    assert window.figure("overdue") >= 7700
    expect(waiting).to_contain_text("Pay what is overdue")
    page.get_by_role("link", name="Pay overdue", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(re.compile(r"/my/pay/\d+$"))
    paid = window.figure("to_pay")
    window.pay_at_the_demo_provider("pending")
    expect(page.locator("#wrap")).to_contain_text("You can leave this page")
    check_access(window)
    window.look("payment_awaited")
    page.get_by_role("link", name="See what you paid").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment under way")
    check_access(window)
    window.look("payment_pending")

    window.go("/my")
    assert window.figure("payment_under_way") == paid
    expect(page.locator("#wrap")).to_contain_text("All of it is under way")
    expect(waiting).not_to_contain_text("Pay what is overdue")
    expect(page.get_by_role("link", name="Pay overdue", exact=True)).to_have_count(0)
    check_access(window)
    window.look("overview_under_way")


def count_told(server, code, words):
    """Return how often each person was told of an event with these words."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT person.login, COUNT(*)
              FROM portal_notice notice
              JOIN portal_notification_event event ON event.id = notice.event_id
              JOIN res_users person ON person.id = notice.user_id
             WHERE event.code = %s AND notice.title LIKE %s
             GROUP BY person.login
            """,
            [code, f"%{words}%"],
        )
        return dict(cursor.fetchall())


def test_a_wrong_price_is_left_out_until_it_is_credited(
    open_window, live_server, accounting
):
    invoice = make_invoice(accounting, CUSTOMER, 91.0, days_overdue=4)
    [document] = accounting.execute("account.move", "read", [invoice], ["name"])
    window = open_window("payable@alder.example")
    page = window.page
    window.go(f"/my/pay?documents={invoice}")
    use_no_credits(page)
    row = page.locator(f"tr[data-document='{invoice}']")
    row.get_by_role("textbox", name="Amount for").fill("80")
    row.get_by_role("textbox", name="Amount for").blur()
    row.locator(f"[name='reason_{invoice}']").select_option(label="Wrong price")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(re.compile(r"/my/pay/\d+$"))
    window.pay_at_the_demo_provider("done")
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment received")

    window.go(f"/my/invoices/{invoice}")
    assert window.figure("disputed") == 1100
    expect(page.locator("#wrap")).to_contain_text("Waiting for our answer")
    check_access(window)
    window.look("dispute_open")
    window.go("/my/pay?select=overdue")
    ticks = page.locator(f"tr[data-document='{invoice}'] input[type=checkbox]")
    expect(ticks).to_have_count(0)
    window.go("/my/invoices?filterby=disputed")
    expect(page.locator(f"tr[data-document='{invoice}']")).to_contain_text("Disputed")
    window.look("invoices_disputed")

    [dispute] = accounting.execute(
        "portal.dispute", "search", [("move_id", "=", invoice)]
    )
    wizard = accounting.execute(
        "portal.dispute.decision",
        "create",
        {
            "dispute_id": dispute,
            "decision": "accept",
            "text": "We took the list price.",
        },
    )
    [part] = accounting.execute(
        "portal.dispute.decision.line", "search", [("decision_id", "=", wizard)]
    )
    accounting.execute(
        "portal.dispute.decision.line", "write", [part], {"amount_accepted": 9.0}
    )
    action = accounting.execute("portal.dispute.decision", "action_decide", [wizard])
    accounting.execute("account.move", "action_post", [action["res_id"]])

    window.go(f"/my/invoices/{invoice}")
    assert window.figure("amount_due") == 200
    expect(page.locator("#wrap")).to_contain_text("Accepted in part")
    expect(page.locator("#wrap")).to_contain_text("We took the list price.")
    check_access(window)
    window.look("dispute_accepted")
    number = document["name"]
    told = count_told(live_server, "dispute_received", number)
    assert told == {"payable@alder.example": 1}
    told = count_told(live_server, "dispute_decided", number)
    assert len(told) > 1
    assert {*told.values()} == {1}


# ------------------------------------------------------------
# What is on its way
# ------------------------------------------------------------


@ON_A_PHONE
def test_a_delivery_under_way_is_on_the_overview(open_window):
    window = open_window("buyer@alder.example")
    page = window.page
    window.go("/my")
    line = page.get_by_role("region", name="On its way").get_by_role("listitem")
    # The first is the next one, whatever other tests have ordered meanwhile.
    expect(line.first).to_contain_text(re.compile(r"\d+/\d+/\d+"))
    line.first.get_by_role("link").click()
    page.wait_for_url(re.compile(r"/my/orders/\d+$"))
    expect(page.locator("[data-delivery]").first).to_be_visible()


# ------------------------------------------------------------
# Quotes
# ------------------------------------------------------------


@pytest.fixture
def send_quote(sales):
    """Return how the seller sends a quote, to Alder Works; it returns the id."""

    def send(price, partner_id=None, **values):
        line = {
            "product_id": find_by_name(sales, "customer_portal.product_hex_bolt"),
            "price_unit": price,
            "tax_ids": [],
        }
        quote = sales.execute(
            "sale.order",
            "create",
            {
                "partner_id": partner_id or find_by_name(sales, CUSTOMER),
                "validity_date": f"{today().year + 1}-01-31",
                "order_line": [(0, 0, line)],
                **values,
            },
        )
        sales.execute("sale.order", "action_quotation_sent", [quote])
        return quote

    return send


def sign(window, name):
    """Sign in the dialog of the page, as a person without a pen does it."""
    page = window.page
    # A click before the scripts are there opens nothing.
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name=re.compile("^Sign")).first.click()
    dialog = page.get_by_role("dialog", name="Sign the quote")
    dialog.get_by_label("Full Name").fill(name)
    check_access(window)
    window.look("quote_sign")
    dialog.get_by_role("button", name="Accept & Sign").click()


def test_a_quote_is_signed(open_window, send_quote, sales):
    quote = send_quote(40.0, require_signature=True, require_payment=False)
    window = open_window("admin@alder.example")
    page = window.page
    window.go(f"/my/orders/{quote}")
    check_access(window)
    window.look("quote")
    sign(window, "Ada Alder")
    expect(page.get_by_role("status").first).to_contain_text("Your order is confirmed")
    expect(page.locator("#wrap")).to_contain_text("Ada Alder")
    window.look("quote_signed")
    [row] = sales.execute("sale.order", "read", [quote], ["state", "signed_by"])
    assert (row["state"], row["signed_by"]) == ("sale", "Ada Alder")


@ON_A_DESK
def test_a_quote_is_signed_and_paid(open_window, send_quote, sales):
    quote = send_quote(
        60.0, require_signature=True, require_payment=True, prepayment_percent=0.5
    )
    window = open_window("admin@alder.example")
    page = window.page
    window.go(f"/my/orders/{quote}")
    due = window.figure("down_payment")
    sign(window, "Ada Alder")
    dialog = page.locator("#modalaccept")
    expect(dialog.locator("#simulated_payment_state")).to_be_visible()
    check_access(window)
    window.look("quote_pay")
    window.pay_at_the_demo_provider("done")
    page.wait_for_url(f"**/my/orders/{quote}**")
    expect(page.locator("#wrap")).to_contain_text("Confirmed")
    assert window.figure("paid_online") == due
    check_access(window)
    window.look("quote_paid")
    [row] = sales.execute("sale.order", "read", [quote], ["state", "amount_paid"])
    assert (row["state"], round(row["amount_paid"] * 100)) == ("sale", due)


@ON_A_PHONE
def test_a_quote_is_declined(open_window, send_quote, sales):
    quote = send_quote(20.0, require_signature=True)
    window = open_window("admin@alder.example")
    page = window.page
    window.go(f"/my/orders/{quote}")
    page.get_by_role("link", name="Decline").click()
    reason = page.get_by_label("Why? Your answer helps")
    expect(reason).to_be_in_viewport()
    reason.fill("We found it in stock.")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("status").first).to_contain_text("This quote is cancelled.")
    expect(page.locator("#messages")).to_contain_text("We found it in stock.")
    window.look("quote_declined")
    [row] = sales.execute("sale.order", "read", [quote], ["state"])
    assert row["state"] == "cancel"


def test_a_visitor_signs_with_the_link_of_a_mail(visit, send_quote, sales):
    # Nobody of this customer has a sign-in.
    customer = sales.execute("res.partner", "create", {"name": "Quince & Daughters"})
    quote = send_quote(25.0, customer, require_signature=True, require_payment=False)
    link = sales.execute("sale.order", "get_portal_url", [quote])
    window = visit(link)
    page = window.page
    expect(page.get_by_role("navigation", name="Portal")).to_have_count(0)
    check_access(window)
    window.look("quote_visitor")
    sign(window, "Vera Quince")
    expect(page.get_by_role("status").first).to_contain_text("Your order is confirmed")
    expect(page.locator("#wrap")).to_contain_text("Vera Quince")
    check_access(window)
    window.look("quote_visitor_signed")
    # Without the token the page is nobody's.
    window.go(f"/my/orders/{quote}")
    expect(page).to_have_url(re.compile("/web/login"))


@ON_A_PHONE
def test_a_visitor_is_told_who_accepts_a_quote(visit, send_quote, sales):
    quote = send_quote(25.0, require_signature=True)
    window = visit(sales.execute("sale.order", "get_portal_url", [quote]))
    page = window.page
    check_access(window)
    window.look("quote_for_people")
    page.get_by_role("link", name="Sign in to accept it").click()
    page.get_by_label("Email").fill("admin@alder.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/my/orders/{quote}")
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_visible()
