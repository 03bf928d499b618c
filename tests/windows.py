"""Windows of people in a browser, on a desk and on a phone.

A window complains about all that a person would stumble over: messages on the
console, requests that fail or leave this machine. Each page is looked at: it must
fit the width, and its picture is kept in .run/pictures.
"""

import re
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from people import PASSWORD, PATIENCE
from playwright.sync_api import expect

from bootstrap import places

SIZES = {"desk": (1280, 720), "phone": (390, 844)}
PICTURES = places.RUN / "pictures"
# Odoo's mark of a provider in test mode has no role; no customer sees it.
PAGE = {"exclude": [["form .fa-exclamation-triangle[data-bs-original-title]"]]}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # what is right is not described
}


def make_context(browser, size, **options):
    """Return what the windows of a person share: cookies, and files loaded before.

    :param str size: a key of SIZES
    :param options: of the browser's context
    """
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=size == "phone",
        reduced_motion="reduce",  # else each step of the keyboard waits for it
        **options,
    )
    context.set_default_timeout(PATIENCE * 1000)
    return context


class Window:
    """A browser window of one person.

    :param context: of `make_context`, of the same size
    """

    def __init__(self, context, url, size):
        """Open it."""
        self.url = url
        self.size = size
        self.page = context.new_page()
        self.complaints = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._watch_request)
        self.page.on("response", self._watch_response)

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _watch_request(self, request):
        host = urlsplit(request.url).hostname
        if host not in (None, "127.0.0.1", "localhost"):
            self.complaints.append(f"asks a stranger: {request.url}")

    def _watch_response(self, response):
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def sign_in(self, login):
        self.go("/web/login")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.click("form.oe_login_form button[type=submit]")
        self.page.wait_for_url("**/my")

    def go(self, path):
        """Open a page, and follow the links named after it: "/my/people > Ann"."""
        path, *links = path.split(" > ")
        self.page.goto(self.url + path)
        for link in links:
            self.page.get_by_role("link", name=link).first.click()
            self.page.wait_for_load_state("load")

    def settle(self):
        """Wait until the page stands still.

        Ours does when it has loaded, with the scripts that are in it. Where there are
        Odoo's own, they load more afterwards, and draw.
        """
        self.page.wait_for_load_state("load")
        if self.page.locator("script[data-src], script[src*=assets_frontend]").count():
            self.page.wait_for_load_state("networkidle")

    def look(self, name):
        """Keep a picture of the page; fail if it is wider than the window."""
        self.settle()
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}-{self.size}.png", full_page=True)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[self.size][0], f"{name} scrolls sideways: {width} px"

    def follow_menu(self, entry):
        """Go to a section by the menu, which a phone opens first."""
        if self.size == "phone":
            self.page.get_by_role("button", name="Menu").click()
            menu = self.page.locator("#cp_menu")
            expect(menu).to_have_class(re.compile(r"\bshow\b"))
            menu.evaluate(
                "menu => Promise.all(menu.getAnimations().map((move) => move.finished))"
            )
            self.page.screenshot(path=PICTURES / "menu-phone.png")
        menu = self.page.get_by_role("navigation", name="Portal")
        menu.get_by_role("link", name=entry, exact=True).click()

    def pay_at_the_demo_provider(self, outcome):
        """Choose how the payment on this page ends, and pay.

        :param outcome: done, pending, cancel or error
        """
        # Before that Odoo's form hears no click. What it unfolds stands in the page.
        expect(self.page.locator("body")).to_have_attribute("is-ready", "true")
        methods = self.page.locator("#o_payment_methods")
        if not methods.locator("[name=o_payment_radio]").first.is_checked():
            # A card that another test saved is chosen, and all else folded.
            self.page.get_by_role("button", name="Choose another method").click()
            methods.locator("label.o_payment_option_label").first.click()
        self.page.locator("#simulated_payment_state").select_option(outcome)
        self.page.locator("button[name=o_payment_submit_button]").click()

    def figure(self, name):
        """Return a figure of the page, in cents."""
        value = self.page.locator(f'data[data-figure="{name}"]').first
        return round(float(value.get_attribute("value")) * 100)


def check_access(window):
    """Fail if axe finds that the page keeps somebody out."""
    window.settle()
    check_page(window.page)


def check_page(page, ignored=()):
    """Fail if axe finds that a page keeps somebody out, which stands still.

    :param ignored: names of rules that do not fit it
    """
    rules = {rule: {"enabled": False} for rule in ignored}
    found = Axe().run(page, context=PAGE, options={**RULES, "rules": rules})
    assert found.violations_count == 0, found.generate_report()
