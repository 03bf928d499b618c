"""Several processes answer at one address: `bin/serve --workers`."""

from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import websocket
from people import Person

from bootstrap import server_log
from bootstrap.serve import Server, find_free_port

WORKERS = 2
PEOPLE = {"payable@alder.example": "Alder Works", "admin@birch.example": "Birch Supply"}


@pytest.fixture(scope="module")
def server(live_server):
    """Return a server of several processes on the database of the live one."""
    port = find_free_port()
    server = Server(
        live_server.databases,
        live_server.database,
        port,
        f"workers-{port}",
        workers=WORKERS,
        options=("--max-cron-threads", "0"),
    )
    with server:
        yield server
    assert server_log.unexpected(server_log.read(server.log)) == []


def test_processes_are_there(server):
    children = psutil.Process(server.process.pid).children()
    assert len(children) == WORKERS + 1  # and one for the websockets


def test_people_at_once_see_their_own(server):
    people = [Person(server.url, login) for login in PEOPLE]
    companies = list(PEOPLE.values())
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda n: people[n % 2].get("/my").text, range(24)))
    for number, page in enumerate(pages):
        assert companies[number % 2] in page
        assert companies[1 - number % 2] not in page


def test_a_page_that_waits_holds_up_nobody(live_server, server):
    payer, buyer = (Person(server.url, login) for login in PEOPLE)
    with live_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE portal_data_export")
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(payer.get, "/my/privacy")
            assert buyer.get("/my/invoices").status_code == 200
            assert not waiting.done()
            cursor.execute("ROLLBACK")
            assert waiting.result().status_code == 200


def test_websocket_is_opened_at_the_same_address(server):
    person = Person(server.url, next(iter(PEOPLE)))
    socket = websocket.create_connection(
        f"ws://127.0.0.1:{server.port}/websocket",
        origin=server.url,
        cookie=f"session_id={person.session.cookies['session_id']}",
        timeout=60,
    )
    assert socket.getstatus() == 101
    socket.close()
