"""Paying and reordering in a browser, on a desk and on a phone."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from people import find_by_name, make_invoice, today
from playwright.sync_api import expect
from windows import SIZES, check_access

CUSTOMER = "customer_portal.alder_works"

# The pages on which a customer's administrator decides who may what.
ADMINISTRATION = (
    "/my/people",
    "/my/people/invite",
    "/my/roles",
    "/my/roles/new",
    "/my/activity",
    "/my/company",
    "/my/company/change",
    "/my/company/contacts",
    "/my/addresses",
    "/my/address?address_type=delivery",
    "/my/addresses?search=Boston > Edit",
    "/my/orders?search=AW-3142 > S0 > Change delivery",
    "/my/documents",
    "/my/documents > Framework contract",
    "/my/documents/send",
    "/my/documents/requests > Tax exemption",
    # The first row's own page, and the question before somebody is disabled.
    "/my/people > Gökçe",
    "/my/people > Gökçe > Disable",
)
# What each person chooses and keeps alone.
ACCOUNT = (
    "/my/notices",
    "/my/notifications",
    "/my/profile",
    "/my/security",
    "/my/security/sessions",
    "/my/privacy",
)
PAGES = (
    "/my",
    "/my/invoices",
    "/my/pay",
    "/my/payments",
    "/my/orders",
    "/my/quotes",
    "/my/invoices?search=FA-1010&date_begin=2020-01-01",
    "/my/orders?search=nowhere&filterby=cancelled",
    "/my/search?q=bolt",
    "/my/search?q=AW-3131",
    "/my/search?q=nowhere",
)


# ------------------------------------------------------------
# Pay
# ------------------------------------------------------------


def test_paying(open_window, accounting):
    first = make_invoice(accounting, CUSTOMER, 250.0, 12)
    second = make_invoice(accounting, CUSTOMER, 99.9, 12)
    window = open_window("payable@alder.example")
    page = window.page

    window.go("/my")
    window.look("overview")
    check_figures_are_seen(window)
    balance, overdue = window.figure("balance"), window.figure("overdue")

    window.follow_menu("Invoices")
    page.wait_for_url("**/my/invoices")
    window.look("invoices")
    for invoice in (first, second):
        page.check(f'input[name="documents"][value="{invoice}"]')
    expect(page.locator(".cp_selection_summary")).to_contain_text("349.90")
    page.get_by_role("button", name="Pay selected").click()

    page.wait_for_url("**/my/pay?documents=*")
    expect(page.locator("[data-part='invoices']")).to_contain_text("349.90")
    for credit in page.locator(
        "table[data-kind='credits'] input[type='checkbox']"
    ).all():
        credit.uncheck()
    expect(page.locator(".cp_pay_total")).to_contain_text("349.90")
    page.fill(f"input[name='amount_{first}']", "200.05")
    expect(page.locator(".cp_pay_total")).to_contain_text("299.95")
    page.locator(f"select[name='reason_{first}']").select_option(index=1)
    window.look("pay")
    page.get_by_role("button", name="Continue").click()

    page.wait_for_url(re.compile(r"/my/pay/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Review and pay")
    assert window.figure("to_pay") == 29995
    window.look("review_and_pay")
    window.pay_at_the_demo_provider("done")

    expect(page.get_by_role("heading", level=1)).to_have_text("Payment received")
    window.look("payment_received")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download receipt").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")

    window.go("/my")
    assert window.figure("balance") == balance - 29995
    assert window.figure("overdue") == overdue - 29995


def check_figures_are_seen(window):
    """Fail unless the figures a person came for are seen without scrolling."""
    _width, height = SIZES[window.size]
    for name in ("balance", "overdue", "credit_available"):
        box = window.page.locator(f'data[data-figure="{name}"]').first.bounding_box()
        assert box["y"] >= 0, name
        assert box["y"] + box["height"] <= height, name


def test_promising_to_pay(open_window, accounting):
    invoice = make_invoice(accounting, CUSTOMER, 64.5, 9)
    window = open_window("payable@alder.example")
    page = window.page

    window.go(f"/my/invoices/{invoice}")
    page.get_by_role("link", name="Promise to pay").click()

    page.wait_for_url("**/my/promise?documents=*")
    check_access(window)
    window.look("promise_form")
    day = today() + timedelta(days=5)
    page.get_by_label("I will pay on").fill(day.isoformat())
    page.get_by_label("Amount").fill("60")
    page.get_by_role("button", name="Promise").click()

    page.wait_for_url("**?notice=promised")
    assert window.figure("promised") == 6000
    check_access(window)
    window.look("promise")

    window.go(f"/my/invoices/{invoice}")
    promised = page.locator("[name=promises]")
    expect(promised).to_contain_text("You promised to pay $ 60.00")
    check_access(window)
    promised.get_by_role("link", name="Change or withdraw").click()
    page.get_by_role("button", name="Withdraw").click()
    page.wait_for_url("**?notice=promise_withdrawn")
    window.go(f"/my/invoices/{invoice}")
    expect(promised).to_contain_text("Withdrawn")


def test_keys_reach_the_skip_link_and_the_action(open_window):
    window = open_window("payable@alder.example")
    page = window.page
    window.go("/my/pay?select=overdue")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to Content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.closest('#cp_content') !== null")
    assert first, "the link leads past the menu"

    action = page.get_by_role("button", name="Continue").first
    for _press in range(100):
        page.keyboard.press("Tab")
        if action.evaluate("element => element === document.activeElement"):
            break
    expect(action).to_be_focused()
    expect(action).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/my/pay/\d+$"))


# ------------------------------------------------------------
# Reorder
# ------------------------------------------------------------


def test_reordering(open_window):
    window = open_window("buyer@alder.example")
    page = window.page

    window.go("/my")
    window.follow_menu("Orders")
    page.wait_for_url("**/my/orders")
    window.look("orders")
    page.get_by_role("link", name=re.compile("^Reorder ")).first.click()

    page.wait_for_url("**/reorder")
    window.look("reorder")
    page.locator('input[name^="quantity_"]').first.fill("3")
    page.get_by_role("button", name="Continue").click()

    page.wait_for_url("**/review")
    total = window.figure("order_total")
    page.locator('input[name^="quantity_"]').first.fill("6")
    page.get_by_label("Your purchase order number").fill(f"PO {window.size}")
    page.get_by_label("Requested delivery date").fill(f"{today().year + 1}-03-02")
    page.get_by_role("button", name="Update total").click()
    page.wait_for_load_state()
    assert window.figure("order_total") > total
    window.look("order_review")
    page.get_by_role("button", name="Place order").click()

    page.wait_for_url("**?notice=placed")
    expect(page.get_by_role("status")).to_contain_text("is confirmed")
    expect(page.locator("#wrap")).to_contain_text(f"PO {window.size}")
    window.look("order_placed")


def test_adding_a_product_by_keys(open_window, accounting):
    """It is found while one types, chosen by keys, and added to what was typed."""
    order = find_by_name(accounting, "customer_portal.order_alder_promised")
    window = open_window("buyer@alder.example")
    page = window.page
    window.go(f"/my/orders/{order}/reorder")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/review")
    lines = page.locator('input[name^="quantity_"]')
    count = lines.count()
    page.get_by_label("Your purchase order number").fill("PO add")
    field = page.get_by_role("combobox", name="Add a product")
    # Not those of the choices of an address.
    options = page.get_by_role("listbox", name="Products").get_by_role("option")
    field.press_sequentially("safety boots")
    expect(options).to_have_count(1)
    expect(field).to_have_attribute("aria-expanded", "true")
    window.look("order_product_list")
    field.press("Escape")
    expect(options).to_have_count(0)
    field.press("Backspace")
    expect(options).to_have_count(1)
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_contain_text("Safety boots")
    field.press("Enter")

    page.wait_for_url("**notice=product_added*")
    expect(lines).to_have_count(count + 1)
    expect(lines.last).to_be_focused()
    expect(page.get_by_label("Your purchase order number")).to_have_value("PO add")
    window.look("order_product_added")
    # While the address names a field, the browser scrolls back to it until a person
    # scrolls; a click in between hits what came there.
    window.go(urlsplit(page.url).path)
    page.get_by_role("button", name="Discard draft").click()
    page.wait_for_url("**notice=draft_discarded*")


# ------------------------------------------------------------
# Search
# ------------------------------------------------------------


@pytest.mark.parametrize("size", ["desk"])
def test_searching_by_keys(open_window):
    """A slash leads to the box of every page; what is meant is chosen by keys."""
    window = open_window("payable@alder.example")
    page = window.page
    window.go("/my/invoices")
    # While somebody types, a slash is a slash.
    in_list = page.get_by_role("searchbox", name="Number, reference")
    in_list.press_sequentially("INV/2")
    expect(in_list).to_have_value("INV/2")
    in_list.blur()
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search orders")
    expect(field).to_be_focused()
    field.press_sequentially("aw 313")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_contain_text("AW-313")
    expect(field).to_have_attribute("aria-expanded", "true")
    window.look("search_suggestions")
    field.press("Escape")
    expect(options).to_have_count(0)
    field.press("Backspace")
    expect(options.first).to_be_visible()
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    chosen = page.locator(f"#{active}")
    expect(chosen).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    page.wait_for_url(re.compile(r"/my/(orders|invoices)/\d+$"))

    page.keyboard.press("/")
    field.fill("AW-3131")
    field.press("Enter")
    page.wait_for_url("**/my/search?q=AW-3131")
    window.look("search_found")
    card = page.get_by_role("region", name="Invoice")
    card.get_by_role("link", name="Pay").click()
    page.wait_for_url("**/my/pay?documents=*")


@pytest.mark.parametrize("size", ["phone"])
def test_searching_on_a_phone(open_window):
    """The box is behind a button; without scripts the button leads to the page."""
    window = open_window("payable@alder.example")
    page = window.page
    window.go("/my")
    field = page.get_by_role("combobox", name="Search orders")
    expect(field).to_be_hidden()
    button = page.get_by_role("link", name="Search", exact=True)
    expect(button).to_have_attribute("href", "/my/search")
    button.click()
    expect(field).to_be_focused()
    field.fill("hex bolt")
    field.press("Enter")
    page.wait_for_url("**/my/search?q=hex+bolt")
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    window.look("search_phone")


# ------------------------------------------------------------
# Change an order
# ------------------------------------------------------------


def test_changing_an_order(open_window, accounting):
    order = find_by_name(accounting, "customer_portal.order_alder_promised")
    window = open_window("buyer@alder.example")
    page = window.page

    window.go(f"/my/orders/{order}")
    window.look("order")
    page.get_by_role("link", name="Change delivery or cancel").click()

    page.wait_for_url("**/change")
    check_access(window)
    window.look("order_change")
    page.get_by_label("On-site contact").fill(f"Ines on the {window.size}")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Change order")
    expect(page.locator("#wrap")).to_contain_text("The total stays the same")
    check_access(window)
    window.look("order_change_review")
    page.get_by_role("button", name="Change the order").click()

    page.wait_for_url("**?notice=order_changed")
    expect(page.locator("#changes")).to_contain_text(f"Ines on the {window.size}")

    window.go(f"/my/orders/{order}/change")
    page.get_by_role("button", name="Cancel the whole order").click()
    expect(page.locator("#wrap")).to_contain_text("cannot be restored")
    check_access(window)
    window.look("order_cancel_review")


# ------------------------------------------------------------
# Everybody
# ------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible(open_window, path):
    window = open_window("admin@alder.example")
    window.go(path)
    check_access(window)


def test_all_companies_are_accessible(open_window):
    window = open_window("ioana@larch.example")
    window.go("/my/companies")
    check_access(window)
    window.look("companies")


@pytest.mark.parametrize("path", ["/web/login", "/web/reset_password"])
def test_pages_before_signing_in_are_accessible(visit, path):
    window = visit(path)
    check_access(window)
    window.look(re.sub(r"\W+", "_", path).strip("_"))


@pytest.mark.parametrize("size", ["phone"])
@pytest.mark.parametrize(
    ("path", "status"),
    [("/my/nowhere", 404), ("/my/invoices/99999999", 404), ("/my/people", 403)],
)
def test_refusals_are_accessible(open_window, path, status):
    window = open_window("viewer@alder.example")
    window.go(path)
    check_access(window)
    window.look("refused" + re.sub(r"\W+", "_", path))
    # The browser tells the status, once of its own.
    assert len(window.complaints) == 2, window.complaints
    assert all(str(status) in complaint for complaint in window.complaints)
    window.complaints.clear()


def test_steps_of_paying_are_accessible(open_window, accounting):
    invoice = make_invoice(accounting, CUSTOMER, 10.0)
    window = open_window("admin@alder.example")
    window.go(f"/my/pay?documents={invoice}")
    window.page.get_by_role("button", name="Continue").click()
    window.page.wait_for_url(re.compile(r"/my/pay/\d+$"))
    check_access(window)


def test_steps_of_reordering_are_accessible(open_window, accounting):
    order = find_by_name(accounting, "customer_portal.order_alder_promised")
    window = open_window("admin@alder.example")
    window.go(f"/my/orders/{order}/reorder")
    check_access(window)
    window.page.get_by_role("button", name="Continue").click()
    window.page.wait_for_url("**/review")
    check_access(window)


@pytest.mark.parametrize("path", [*ADMINISTRATION, *ACCOUNT])
def test_pages_work_by_keyboard(open_window, path):
    """Tab reaches everything that can be used, and one sees where one is.

    Axe looks at the same page, to open each one but once.
    """
    window = open_window("admin@alder.example")
    window.go(path)
    check_access(window)
    count = window.page.evaluate(
        """() => {
            const all = document.querySelectorAll(
                "#wrap :is(a[href], button, select, textarea, input:not([type=hidden]))"
            );
            const usable = [...all].filter(
                (element) => element.checkVisibility({ visibilityProperty: true })
                    && !element.disabled && element.tabIndex >= 0
                    // Of a group of radio buttons Tab reaches the chosen one.
                    && !(element.type === "radio" && !element.checked)
            );
            usable.forEach((element, index) => { element.dataset.key = index; });
            return usable.length;
        }"""
    )
    reached = set()
    for _press in range(count + 40):
        window.page.keyboard.press("Tab")
        key, is_visible = window.page.evaluate(
            """async () => {
                const element = document.activeElement;
                await Promise.all(element.getAnimations().map((move) => move.finished));
                const style = getComputedStyle(element);
                return [element.dataset.key,
                    style.outlineStyle !== "none" || style.boxShadow !== "none"
                        || element.outerHTML.slice(0, 200)];
            }"""
        )
        if key is not None:
            assert is_visible is True, f"no focus is seen on {is_visible}"
            reached.add(int(key))
        if len(reached) == count:
            break
    assert reached == set(range(count))


@pytest.mark.usefixtures("persian")
@pytest.mark.parametrize(
    "path", ["/my", "/my/invoices", "/my/pay", *ADMINISTRATION, *ACCOUNT]
)
def test_pages_are_read_from_right_to_left(open_window, path):
    window = open_window("admin@alder.example", locale="fa-IR")
    # As the selector of languages leads there; else the person's own goes first.
    window.go(f"/fa{path}")
    html = window.page.locator("html")
    expect(html).to_have_attribute("dir", "rtl")
    expect(html).to_have_attribute("lang", "fa-IR")
    window.look("persian" + re.sub(r"\W+", "_", path))


@pytest.mark.usefixtures("persian")
def test_changing_an_order_from_right_to_left(open_window, accounting):
    order = find_by_name(accounting, "customer_portal.order_alder_promised")
    window = open_window("buyer@alder.example", locale="fa-IR")
    for path in ("", "/change"):
        window.go(f"/fa/my/orders/{order}{path}")
        expect(window.page.locator("html")).to_have_attribute("dir", "rtl")
        window.look(f"persian_order{path.replace('/', '_')}")
