"""Pages with large text, from right to left and on paper: nothing is cut or lost."""

import pytest
from people import find_by_name
from playwright.sync_api import expect
from windows import SIZES

# Every entry of the menu, and a page of one of what it lists.
PAGES = (
    "/my",
    "/my/orders",
    "/my/quotes",
    "/my/invoices",
    "/my/invoices > INV/",
    "/my/pay",
    "/my/statement",
    "/my/credit",
    "/my/payments",
    "/my/payments > PBNK1",
    "/my/payment_method",
    "/my/addresses",
    "/my/company",
    "/my/documents",
    "/my/documents > Framework contract",
    "/my/people",
    "/my/people > Gökçe",
    "/my/roles",
    "/my/roles/new",
    "/my/activity",
    "/my/profile",
    "/my/notifications",
    "/my/notices",
    "/my/security",
    "/my/privacy",
    "/help",
    "/help/invoices-and-payments",
    "/help/invoices-and-payments > Pay several",
    "/my/search?q=bolt",
    "/my/search?q=AW-3131",
)

# What a person cannot read to its end: it ends outside of the window or of its cell, or
# is hidden behind an edge. A strip of filters scrolls inside of itself.
FIND_LOST = """() => {
    const lost = [];
    const name = (element) =>
        `${element.tagName} ${element.className}: ${element.textContent.trim()}`;
    for (const element of document.querySelectorAll("#wrapwrap *")) {
        if (
            !element.checkVisibility({ visibilityProperty: true })
            || !element.textContent.trim()
            || element.closest(".visually-hidden, .o_skip_to_content, option")
            || element.closest(".cp_filters")
        ) continue;
        const style = getComputedStyle(element);
        if (
            ["hidden", "clip"].includes(style.overflowX)
            && element.scrollWidth > element.clientWidth + 1
        ) lost.push(`cut ${name(element)}`);
        if (element.children.length) continue;
        const text = document.createRange();
        text.selectNodeContents(element);
        const box = text.getBoundingClientRect();
        if (box.left < -1 || box.right > innerWidth + 1)
            lost.push(`out ${name(element)}`);
        const cell = element.closest("td, th, .cp_card, .btn, .badge");
        const room = cell?.getBoundingClientRect();
        if (room && (box.left < room.left - 2 || box.right > room.right + 2))
            lost.push(`over ${name(element)}`);
    }
    return lost;
}"""


def check_nothing_is_lost(window):
    """Fail for text that cannot be read, and for a page that scrolls sideways."""
    page = window.page
    assert page.evaluate(FIND_LOST) == [], page.url
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= SIZES[window.size][0], f"{page.url} scrolls sideways: {width} px"


def enlarge_text(window):
    window.page.evaluate("document.documentElement.style.fontSize = '140%'")


@pytest.mark.parametrize("path", PAGES)
def test_large_text_is_read_to_its_end(open_window, path):
    window = open_window("admin@alder.example")
    window.go(path)
    enlarge_text(window)
    check_nothing_is_lost(window)


def test_large_text_of_an_order_is_read_to_its_end(open_window, sales):
    order = find_by_name(sales, "customer_portal.order_alder_late")
    window = open_window("admin@alder.example")
    for path in ("", "/change", "/reorder"):
        window.go(f"/my/orders/{order}{path}")
        enlarge_text(window)
        check_nothing_is_lost(window)


# ------------------------------------------------------------
# From right to left
# ------------------------------------------------------------


@pytest.mark.usefixtures("persian")
@pytest.mark.parametrize("path", ["/my", "/my/invoices", "/my/pay", "/my/statement"])
def test_large_text_is_read_from_right_to_left(open_window, path):
    window = open_window("admin@alder.example", locale="fa-IR")
    window.go(f"/fa{path}")
    enlarge_text(window)
    check_nothing_is_lost(window)
    # The menu of the person ends where lines end.
    person = window.page.locator("#top_menu").bounding_box()
    assert person["x"] < SIZES[window.size][0] / 4


# ------------------------------------------------------------
# The overview on a phone
# ------------------------------------------------------------


@pytest.mark.parametrize("size", ["phone"])
@pytest.mark.parametrize(
    "login", ["admin@alder.example", "payable@alder.example", "buyer@alder.example"]
)
def test_overview_answers_without_scrolling(open_window, login):
    window = open_window(login)
    window.go("/my")
    regions = [window.page.get_by_role("region", name="Waiting for you")]
    if not login.startswith("payable"):
        regions.append(window.page.get_by_role("region", name="On its way"))
    for region in regions:
        expect(region.get_by_role("link").first).to_be_in_viewport(ratio=1)
    for name in () if login.startswith("buyer") else ("overdue", "balance"):
        figure = window.page.locator(f'data[data-figure="{name}"]').first
        expect(figure).to_be_in_viewport(ratio=1)


# ------------------------------------------------------------
# Paper
# ------------------------------------------------------------


@pytest.mark.parametrize("size", ["desk"])
@pytest.mark.parametrize(
    "path", ["/my/invoices", "/my/invoices > INV/", "/my/orders > S0", "/my/statement"]
)
def test_paper_has_what_the_page_says_and_nothing_to_press(open_window, path):
    window = open_window("admin@alder.example")
    page = window.page
    window.go(path)
    page.set_viewport_size({"width": 700, "height": 1000})  # as wide as A4
    page.emulate_media(media="print")
    for kept in ("#wrapwrap > header img", ".cp_customer", "h1", ".cp_table thead"):
        expect(page.locator(kept).first).to_be_visible()
    for gone in (
        "#cp_menu",
        ".cp_bell",
        "#top_menu",
        "footer",
        ".cp_content .btn",
        ".cp_content textarea",
        ".cp_content [type=checkbox]",
        ".cp_search",
    ):
        for element in page.locator(gone).all():
            expect(element).not_to_be_visible()
    for cell in page.locator(".cp_table :is(td, th):visible").all()[:80]:
        box = cell.bounding_box()
        assert box["x"] >= 0, cell.inner_text()
        assert box["x"] + box["width"] <= 700, cell.inner_text()
