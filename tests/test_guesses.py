"""Strangers guess passwords at four workers at once; few are checked, no one learns.

Each of them comes from an address of its own on loopback.
"""

import os
import re
import statistics
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests
from people import PASSWORD, PATIENCE, connect, find_by_name, read_csrf_token
from requests.adapters import HTTPAdapter

from bootstrap import server_log
from bootstrap.serve import find_free_port

ADDRESSES = 60
GUESSES = 300
VICTIM = "viewer@alder.example"
FORGETFUL = "approver@alder.example"
KNOWN = [
    "admin@alder.example",
    "payable@alder.example",
    "buyer@north.alder.example",
    "admin@birch.example",
    "buyer@birch.example",
    "admin@cedar.example",
]
RESET_SECONDS = 0.6  # that asking for a new password takes at least


@pytest.fixture(scope="module")
def database(live_server):
    """Copy the demo company: what is tried here would lock out other tests."""
    name = f"{live_server.database}_guesses"
    live_server.databases.clone(os.environ["CUSTOMER_PORTAL_TEMPLATE"], name)
    yield name
    live_server.databases.drop(name)


@pytest.fixture(scope="module")
def workers(live_server, database):
    """Start a server with four processes."""
    server = type(live_server)(
        live_server.databases,
        database,
        find_free_port(),
        "workers",
        options=(
            *("--workers", "4", "--max-cron-threads", "0", "--limit-time-real", "120"),
            *("--gevent-port", str(find_free_port()), "--proxy-mode"),
        ),
    )
    with server:
        # Each worker loads the registry with its first request.
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: Stranger(server, n), range(200, 216)))
        yield server
    assert server_log.unexpected(server_log.read(server.log)) == []


class Stranger:
    """Somebody at an address of its own, who is not signed in."""

    def __init__(self, server, number):
        """Open the page for signing in, from 127.0.0.<number>."""
        self.url = server.url
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy for an address on this machine
        adapter = HTTPAdapter()
        adapter.init_poolmanager(1, 16, source_address=(f"127.0.0.{number}", 0))
        self.session.mount("http://", adapter)
        page = self.session.get(f"{self.url}/web/login", timeout=PATIENCE)
        self.csrf_token = read_csrf_token(page)

    def post(self, path, **fields):
        """Send a form; redirects are not followed."""
        return self.session.post(
            self.url + path,
            data={"csrf_token": self.csrf_token, **fields},
            allow_redirects=False,
            timeout=PATIENCE,
        )

    def guess(self, login, password=None):
        """Return the answer to a password, by default a wrong one."""
        return self.post("/web/login", login=login, password=password or new_password())

    def guess_by_rpc(self, server, login):
        """Guess at the door for programs, which answers without a status."""
        body = {
            "params": {
                "service": "common",
                "method": "authenticate",
                "args": [server.database, login, new_password(), {}],
            }
        }
        return self.session.post(f"{self.url}/jsonrpc", json=body, timeout=PATIENCE)


def new_password():
    return uuid.uuid4().hex


def count_checked(server, login):
    """Return how many passwords of a login the workers compared."""
    return len(
        re.findall(
            f"Login failed for login:{re.escape(login)} ", server.log.read_text()
        )
    )


@pytest.fixture
def tell(request, capsys):
    """Return how to print a figure into the report."""
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")

    def write(text):
        with capsys.disabled():
            terminal.write_line(f"\n{request.node.name}: {text}")

    return write


def test_few_of_many_guesses_are_checked(workers, tell):
    owner = Stranger(workers, 100)
    assert owner.guess(VICTIM, PASSWORD).status_code == 303

    strangers = [Stranger(workers, 101 + n) for n in range(ADDRESSES)]
    start = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda n: strangers[n % ADDRESSES].guess(VICTIM), range(GUESSES))
        )
    seconds = time.monotonic() - start
    statuses = [answer.status_code for answer in answers]
    checked = count_checked(workers, VICTIM)
    tell(f"{checked} of {GUESSES} were checked, in {seconds:.1f} s")
    assert checked <= 10
    assert statuses.count(200) == checked
    assert statuses.count(429) == GUESSES - checked
    assert all(
        "Retry-After" in answer.headers
        for answer in answers
        if answer.status_code == 429
    )

    # The doors for programs have the same counter.
    for number in range(20):
        strangers[number].guess_by_rpc(workers, VICTIM)
    assert count_checked(workers, VICTIM) == checked

    # Who has been here before gets in; a new device does not, even with the password.
    tab = Stranger(workers, 100)
    assert tab.guess(VICTIM, PASSWORD).status_code == 429
    device = owner.session.cookies["portal_device"]
    tab.session.cookies["portal_device"] = device
    assert tab.guess(VICTIM, PASSWORD).status_code == 303

    # And is told, once.
    administrator = connect(workers, "admin", "admin")
    cron = find_by_name(administrator, "customer_portal.cron_refused_sign_ins")
    for _ in range(2):
        administrator.execute("ir.cron", "method_direct_trigger", [cron])
    assert count_mails(workers, "Someone tried to sign in") == 1


def test_programs_are_counted_too(workers, tell):
    login = "buyer@alder.example"
    strangers = [Stranger(workers, 170 + n) for n in range(5)]
    for number in range(25):
        strangers[number % 5].guess_by_rpc(workers, login)
    checked = count_checked(workers, login)
    tell(f"{checked} of 25 were checked")
    assert checked == 10


def measure_work(server):
    """Return the seconds that the processor has worked for a server.

    What else the machine does delays an answer, and does not count here.
    """
    process = psutil.Process(server.process.pid)
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(time.user + time.system for time in times)


def test_unknown_logins_take_as_long_as_known_ones(workers, tell):
    strangers = [Stranger(workers, 180 + n) for n in range(8)]
    works = {True: [], False: []}
    texts = {True: set(), False: set()}
    for number in range(12):
        for is_known in (True, False):
            login = KNOWN[number % 6] if is_known else f"{new_password()}@alder.example"
            before = measure_work(workers)
            answer = strangers[number % 8].guess(login)
            works[is_known].append(measure_work(workers) - before)
            assert answer.status_code == 200
            texts[is_known].add(read_alert(answer))
    known, unknown = (statistics.median(works[key]) for key in (True, False))
    tell(f"known {known * 1000:.0f} ms, unknown {unknown * 1000:.0f} ms of work")
    assert 1 / 1.2 < known / unknown < 1.2
    assert texts[True] == texts[False]
    assert len(texts[True]) == 1


def test_cookies_behind_tls_are_for_tls(workers):
    """A proxy says what it heard, in all three headers."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(
            f"{workers.url}/web/login",
            headers={
                "X-Forwarded-For": "203.0.113.7",
                "X-Forwarded-Host": f"127.0.0.1:{workers.port}",
                "X-Forwarded-Proto": "https",
            },
            timeout=PATIENCE,
        )
    [cookie] = [
        text
        for text in answer.raw.headers.getlist("Set-Cookie")
        if text.startswith("session_id=")
    ]
    assert "Secure" in cookie
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" in cookie


def test_forty_resets_are_three_mails(workers, tell):
    """Each takes as long as the longest work there may be to do."""
    strangers = [Stranger(workers, 190 + n) for n in range(4)]
    times = {FORGETFUL: [], "nobody@alder.example": []}
    texts = set()

    def ask(number, login):
        start = time.perf_counter()
        answer = strangers[number % 4].post("/web/reset_password", login=login)
        times[login].append(time.perf_counter() - start)
        assert answer.status_code == 200
        texts.add(read_alert(answer))

    works = []
    for number in range(4):
        for login in times:
            before = measure_work(workers)
            ask(number, login)
            works.append(measure_work(workers) - before)
    known, unknown = (statistics.median(values) for values in times.values())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: ask(number, FORGETFUL), range(36)))
    mails = count_mails(workers, "Password reset")
    tell(
        f"{mails} mails for 40 requests; known {known * 1000:.0f} ms,"
        f" unknown {unknown * 1000:.0f} ms, at most {max(works) * 1000:.0f} of work"
    )
    assert mails == 3
    assert len(texts) == 1
    assert min(min(values) for values in times.values()) >= RESET_SECONDS
    assert max(works) < RESET_SECONDS


def read_alert(page):
    return re.search(r'class="alert alert-\w+"[^>]*>(.*?)</p>', page.text, re.DOTALL)[1]


def count_mails(server, subject):
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM mail_mail mail"
            " JOIN mail_message message ON message.id = mail.mail_message_id"
            " WHERE message.subject LIKE %s",
            [subject + "%"],
        )
        return cursor.fetchone()[0]
