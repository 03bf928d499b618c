"""The database restarts while people work: they wait, and are still signed in."""

import threading
import time

import pytest
import requests
from people import PATIENCE, sign_in
from playwright.sync_api import expect
from windows import check_page

from bootstrap.serve import Server, find_free_port

PAYER = "payable@alder.example"


@pytest.fixture(scope="module")
def server(live_server):
    """Return a second server, whose log may complain."""
    with Server(
        live_server.databases,
        live_server.database,
        find_free_port(),
        "outage",
        options=("--max-cron-threads", "0"),
    ) as server:
        yield server


class Outage:
    """The database of a server ends all connections and takes no new ones."""

    def __init__(self, live_server):
        self._databases, self._name = live_server.databases, live_server.database

    def __enter__(self):
        self._allow("false")
        self._databases.query(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            self._name,
        )

    def __exit__(self, *_error):
        self._allow("true")

    def _allow(self, answer):
        self._databases.query(
            "postgres", f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS {answer}'
        )


def ask(person, path, method="GET", **content):
    """Return the answer to a request of a person, whatever it is."""
    return person.session.request(
        method, person.url + path, allow_redirects=False, timeout=PATIENCE, **content
    )


def test_page_says_when_to_come_again(live_server, server):
    payer = sign_in(server.url, PAYER)
    for path in ("/my", "/my/invoices", "/web/login", "/my/orders/1", "/nothing"):
        with Outage(live_server):
            answer = ask(payer, path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert 'http-equiv="refresh"' in answer.text
            assert "We will be back in a moment" in answer.text
        # Nobody was signed out.
        assert ask(payer, "/my/invoices").status_code == 200
    assert "Traceback" not in server.log.read_text()


def test_page_keeps_nobody_out(live_server, server, browser):
    payer = sign_in(server.url, PAYER)
    with Outage(live_server):
        answer = ask(payer, "/my")
    page = browser.new_page()
    page.set_content(answer.text)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    # It says that it reloads by itself, and there is nothing on it to go on reading.
    check_page(page, ignored=["meta-refresh"])
    page.close()


def test_health_check_tells_odoo_from_its_database(live_server, server):
    with Outage(live_server):
        answer = requests.get(f"{server.url}/web/health", timeout=PATIENCE)
        assert answer.json() == {"status": "pass"}


def test_form_is_not_sent_again_by_itself(live_server, server):
    payer = sign_in(server.url, PAYER)
    with Outage(live_server):
        answer = ask(payer, "/my/profile", "POST", data={"name": "Ann"})
        assert answer.status_code == 503
        assert "refresh" not in answer.text
        answer = ask(payer, "/mail/message/post", "POST", json={"params": {}})
        assert answer.status_code == 503


def test_request_under_way_is_told_too(live_server, server):
    payer = sign_in(server.url, PAYER)
    answers = []
    with live_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE account_move IN ACCESS EXCLUSIVE MODE")
        asking = threading.Thread(
            target=lambda: answers.append(ask(payer, "/my/invoices"))
        )
        asking.start()
        while not live_server.databases.query(
            "postgres",
            """
            SELECT pg_terminate_backend(pid)
              FROM pg_stat_activity
             WHERE datname = %s AND wait_event_type = 'Lock'
            """,
            live_server.database,
        ):
            assert asking.is_alive(), answers
            time.sleep(0.05)
        asking.join()
        cursor.execute("ROLLBACK")
    [answer] = answers
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_database_that_is_not_there_is_as_in_odoo(live_server, server):
    answer = requests.get(f"{server.url}/my?db=nothing_of_that_name", timeout=PATIENCE)
    assert answer.status_code != 503
