"""Help in a browser: what a visitor leaves behind, and what keys alone can do."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect
from windows import Window, check_access, make_context

ARTICLE = "/help/getting-started/sign-in-for-the-first-time"
VIDEO = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"


@pytest.fixture(scope="module")
def with_video(administrator):
    """Give the first article a video of another site."""
    articles = administrator.env["portal.help.article"]
    ids = articles.search([("slug", "=", ARTICLE.rpartition("/")[2])])
    articles.write(ids, {"video_url": "https://youtu.be/dQw4w9WgXcQ"})
    yield
    articles.write(ids, {"video_url": False})


def test_visitor_reads_without_a_cookie_and_asks_for_the_video(visit, with_video):
    window = visit("/help")
    page = window.page
    page.route("https://**", lambda route: route.fulfill(body=""))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="Getting started").click()
    page.get_by_role("link", name="Sign in for the first time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Sign in for the first time"
    )
    assert page.context.cookies() == []
    assert [url for url in asked if not url.startswith(window.url)] == []
    expect(page.locator("iframe")).to_have_count(0)
    page.get_by_role("button", name="Play the video here").press("Enter")
    expect(page.locator("iframe")).to_have_attribute("src", VIDEO)
    assert asked[-1] == VIDEO
    window.complaints.clear()  # it has asked for the video


def test_visitor_says_what_is_missing_with_keys_alone(visit):
    page = visit(ARTICLE).page
    page.get_by_role("button", name="No", exact=True).press("Enter")
    expect(page.get_by_text("Tell us below what is missing or wrong.")).to_be_visible()
    page.get_by_label("What should we change?").fill("Which app do I need?")
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.get_by_text("Your comment is with the author.")).to_be_visible()
    assert page.context.cookies() == []


def test_answer_unfolds_in_place_and_has_an_address(open_window):
    window = open_window("payable@alder.example")
    window.go("/help/invoices-and-payments")
    page = window.page
    question = page.locator("summary", has_text="Which payment methods can I use?")
    answer = page.get_by_text("If you pay by bank transfer, announce it there")
    expect(answer).to_be_hidden()
    question.press("Enter")
    expect(answer).to_be_visible()
    page.get_by_role("link", name="Address of this answer").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Which payment methods can I use?"
    )


def test_help_opens_beside_the_page_with_keys_alone(open_window):
    window = open_window("payable@alder.example")
    window.go("/my/invoices")
    page = window.page
    button = page.get_by_role("link", name="Help with this page")
    button.press("Enter")
    drawer = page.get_by_role("dialog", name="Help")
    expect(drawer.get_by_role("heading", name="Help", exact=True)).to_be_focused()
    drawer.get_by_role("link", name="Find an invoice").press("Enter")
    expect(drawer.get_by_role("heading", name="Find an invoice")).to_be_focused()
    expect(drawer.get_by_text("starts with what is still open")).to_be_visible()
    window.look("help-drawer")
    check_access(window)
    drawer.get_by_role("link", name="Back to all help").press("Enter")
    expect(drawer.get_by_role("link", name="All articles")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(button).to_be_focused()
    assert page.url == f"{window.url}/my/invoices"


def test_help_without_a_script_is_a_page(browser, live_server, size):
    context = make_context(browser, size, java_script_enabled=False)
    window = Window(context, live_server.url, size)
    window.sign_in("payable@alder.example")
    window.go("/my/invoices")
    window.page.get_by_role("link", name="Help with this page").click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text(
        "Help with this page"
    )
    window.page.get_by_role("link", name="Find an invoice").click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Find an invoice")
    context.close()


class Shop(BaseHTTPRequestHandler):
    """The seller's own site: one page with the line that docs/help.md says."""

    def do_GET(self):
        path = ARTICLE.removeprefix("/help/")
        page = (
            "<!doctype html><html lang='en'><title>Shop</title><h1>Shop</h1>"
            f"<a href='#' data-portal-help='{path}'>How?</a>"
            f"<script src='{self.server.portal}/help/embed.js' defer='defer'></script>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode() if self.path == "/" else b"")

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture(scope="module")
def site(administrator, live_server):
    """Return the address of a site of the seller that may show help."""
    parameters = administrator.env["ir.config_parameter"]
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        server.portal = live_server.url
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://localhost:{server.server_port}"
        parameters.set_param("customer_portal_knowledge.sites", address)
        yield address
        server.shutdown()
    parameters.set_param("customer_portal_knowledge.sites", "")


def test_seller_shows_help_in_the_own_site(open_window, site):
    window = open_window("payable@alder.example")
    page = window.page
    page.goto(f"{site}/")
    button = page.get_by_role("button", name="Help", exact=True)
    button.press("Enter")
    frame = page.frame_locator("iframe")
    # Who is signed in to the portal reads here what visitors read.
    expect(frame.get_by_role("link", name="Getting started")).to_be_visible()
    expect(frame.get_by_role("link", name="Invoices and payments")).to_have_count(0)
    close = page.get_by_role("button", name="Close help")
    expect(close).to_be_focused()
    page.keyboard.press("Escape")
    expect(close).to_be_hidden()
    expect(button).to_be_focused()
    page.get_by_role("link", name="How?").press("Enter")
    expect(frame.get_by_role("heading", level=1)).to_have_text(
        "Sign in for the first time"
    )
    frame.get_by_role("button", name="Yes").press("Enter")
    expect(frame.get_by_text("We are glad that it helped.")).to_be_visible()
    window.look("help-embed")


def test_terms_are_read_while_ordering(open_window, administrator):
    products = administrator.env["product.category"]
    categories = products.search([])
    products.write(categories, {"help_terms_text": "Comes back within 14 days."})
    window = open_window("buyer@alder.example")
    page = window.page
    window.go("/my/orders")
    page.locator("table.cp_table td.cp_main a").first.press("Enter")
    page.wait_for_load_state("load")
    page.goto(f"{page.url.partition('?')[0]}/reorder")
    page.get_by_role("button", name="Continue").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Review your order")
    page.get_by_role("link", name="Terms and returns").first.press("Enter")
    expect(page.get_by_text("Comes back within 14 days.").first).to_be_visible()
    window.look("help-terms")
    check_access(window)
    page.get_by_role("button", name="Discard draft").press("Enter")
    products.write(categories, {"help_terms_text": False})


def test_help_is_read_in_place_from_right_to_left(open_window, persian):
    window = open_window("payable@alder.example")
    window.go("/fa/my/invoices")
    page = window.page
    page.locator(".cp_help_button").press("Enter")
    drawer = page.locator(".cp_help_drawer")
    drawer.get_by_role("link", name="Find an invoice").press("Enter")
    expect(drawer.get_by_role("heading", name="Find an invoice")).to_be_focused()
    assert page.url == f"{window.url}/fa/my/invoices"
    assert drawer.bounding_box()["x"] == 0
    window.look("help-drawer-fa")
