"""A live server and a browser, for tests that look at the portal from outside.

`bin/test` runs these: each run gets a copy of the demo company in a database of
its own, where tests may commit what they like.
"""

import os
import time

import pytest
from people import connect, find_way_to_pay
from playwright.sync_api import expect, sync_playwright
from stage import Stage
from windows import SIZES, Window, make_context

from bootstrap import chromium, odoo, places, postgres, pytest_plugin, server_log
from bootstrap.database import PREFIX, Databases
from bootstrap.serve import Server, find_free_port

KEPT_SECONDS = 24 * 3600  # of the logs of earlier runs

# A machine that does much else is slow, and not wrong.
expect.set_options(timeout=60_000)


class LiveServer(Server):
    """A running server: `url`, `database`, `log`, and its database's `connect()`."""

    def connect(self):
        """Return a psycopg2 connection to its database, each statement committed."""
        return postgres.connect(self.databases.environment, self.database)


@pytest.fixture(scope="session")
def live_server(request):
    """Start the portal with the demo company; its log must stay clean."""
    template = os.environ.get("CUSTOMER_PORTAL_TEMPLATE")
    if not template:
        pytest.exit("these tests are run by bin/test", 2)
    variables = {k: v for k, v in os.environ.items() if k.startswith("PG")}
    databases = Databases(odoo.get(), variables)
    name = f"{PREFIX}_live_{os.getpid()}"
    port = find_free_port()
    databases.clone(template, name)
    for pattern in ("live-*.log", "second-*.log", "workers-*.log"):
        for old in places.LOG.glob(pattern):
            if time.time() - old.stat().st_mtime > KEPT_SECONDS:
                old.unlink(missing_ok=True)
    try:
        databases.set_address(name, f"http://127.0.0.1:{port}")
        # The tests do it more often in ten minutes than a person may.
        for kind in ("pay", "order_change", "ticket"):
            databases.query(
                name,
                "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)",
                *(f"customer_portal.limit_{kind}", "100000"),
            )
        options = ("--max-cron-threads", "0")
        log = f"live-{port}"
        with LiveServer(databases, name, port, log, options=options) as server:
            yield server
        _complain(request.config, server)
    finally:
        databases.drop(name)


def _complain(config, server):
    """Fail the run for what a server has logged."""
    config.stash[pytest_plugin.complaints] += [
        f"the live server logged: {message}"
        for message in server_log.unexpected(server_log.read(server.log))
    ]


@pytest.fixture(scope="session")
def browser():
    """Start Chromium; make a context or a page of your own in each test."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.FLAGS)
        )
        yield running
        running.close()


@pytest.fixture(params=SIZES)
def size(request):
    return request.param


@pytest.fixture(scope="module")
def contexts():
    """Keep the browsers of people, so that each signs in once in a language."""
    contexts = {}  # {(login, locale): {size: context}}
    yield contexts
    for sizes in contexts.values():
        for context in sizes.values():
            context.close()


@pytest.fixture
def open_window(browser, live_server, size, contexts):
    """Return how to open a window for a person; it may not complain."""
    windows = []

    def open_for(login, locale="en-US"):
        known = contexts.setdefault((login, locale), {})
        [cookies] = [one.storage_state() for one in [*known.values()][:1]] or [None]
        if size not in known:
            options = {"locale": locale, "storage_state": cookies}
            known[size] = make_context(browser, size, **options)
        window = Window(known[size], live_server.url, size)
        windows.append(window)
        if not cookies:
            window.sign_in(login)
        return window

    yield open_for
    for window in windows:
        window.page.close()
    assert [text for window in windows for text in window.complaints] == []


@pytest.fixture
def visit(browser, live_server, size):
    """Return how somebody opens the link of a mail who has no sign-in."""
    contexts, complaints = [], []

    def open_link(path):
        contexts.append(make_context(browser, size, locale="en-US"))
        window = Window(contexts[-1], live_server.url, size)
        window.complaints = complaints
        window.go(path)
        return window

    yield open_link
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def persian(live_server):
    """Offer the pages in Persian."""
    admin = connect(live_server, "admin", "admin")
    language = admin.execute_kw(
        "res.lang",
        "search",
        [[("code", "=", "fa_IR")]],
        {"context": {"active_test": False}},
    )
    wizards = admin.env["base.language.install"]
    wizard = wizards.create({"lang_ids": [(6, 0, language)]})
    wizards.browse(wizard).lang_install()


@pytest.fixture(scope="session")
def servers(live_server, request):
    """Return the addresses of two servers with one database."""
    port = find_free_port()
    second = Server(
        live_server.databases,
        live_server.database,
        port,
        f"second-{port}",
        options=("--max-cron-threads", "0"),
    )
    with second:
        yield live_server.url, second.url
    _complain(request.config, second)


# ------------------------------------------------------------
# Staff, as programs
# ------------------------------------------------------------


@pytest.fixture(scope="session")
def administrator(live_server):
    return connect(live_server, "admin", "admin")


@pytest.fixture(scope="session")
def accounting(live_server):
    return connect(live_server, "accounting@seller.example")


@pytest.fixture(scope="session")
def sales(live_server):
    return connect(live_server, "sales@seller.example")


@pytest.fixture(scope="session")
def way(live_server):
    """Return the way to pay at the demo provider."""
    return find_way_to_pay(live_server)


@pytest.fixture(scope="module")
def scripts(browser):
    """Open a browser for scripts without a server."""
    context = browser.new_context(
        timezone_id="Europe/Vilnius",
        permissions=["clipboard-read", "clipboard-write"],
    )
    yield context
    context.close()


@pytest.fixture
def stage(scripts):
    """Return an empty page for scripts; they may not fail."""
    page = scripts.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield Stage(page)
    page.close()
    assert errors == []
