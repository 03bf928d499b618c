"""Staff and customers write at the same time, on two servers: no word is lost."""

import email.utils
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from people import Person, connect, find_by_name

BUYER = "buyer@alder.example"
ROUNDS = 4
WORD = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}


@pytest.fixture(scope="module")
def staff(administrator):
    """Let sales answer tickets, besides the administrator."""
    group = find_by_name(administrator, "customer_portal_support.group_ticket_agent")
    [user] = administrator.execute(
        "res.users", "search", [("login", "=", "sales@seller.example")]
    )
    administrator.execute("res.users", "write", [user], {"group_ids": [(4, group)]})


@pytest.fixture
def desk(administrator, live_server, servers, staff):
    """Return who can write on a ticket of the buyer, each with a way of the own."""
    [buyer] = administrator.execute(
        "res.users", "search_read", [("login", "=", BUYER)], ["partner_id"]
    )
    ticket_id = administrator.execute(
        "portal.ticket",
        "create",
        {
            "subject": "Two at once",
            "partner_id": buyer["partner_id"][0],
            "channel": "portal",
        },
    )
    clients = [
        connect(live_server, "admin", "admin"),
        connect(live_server, "sales@seller.example"),
    ]
    people = [Person(url, BUYER) for url in servers]

    def by_staff(client):
        return lambda text: client.execute_kw(
            "portal.ticket", "message_post", [[ticket_id]], {"body": text, **WORD}
        )

    def by_page(person):
        return lambda text: person.submit(
            f"/my/tickets/{ticket_id}/message",
            {"text": text, "request_key": uuid.uuid4().hex},
        )

    gateway = connect(live_server, "admin", "admin")

    def by_mail(text):
        number = read(administrator, ticket_id, "number")
        message = (
            f"From: {BUYER}\nTo: nowhere@seller.example\nSubject: Re: {number}\n"
            f"Message-Id: {email.utils.make_msgid()}\nReferences: {root}\n\n{text}\n"
        )
        gateway.execute("mail.thread", "message_process", False, message)

    [receipt] = administrator.execute(
        "mail.message",
        "search_read",
        [
            ("model", "=", "portal.ticket"),
            ("res_id", "=", ticket_id),
            ("message_type", "=", "email_outgoing"),
        ],
        ["message_id"],
    )
    root = receipt["message_id"].strip()
    return SimpleNamespace(
        ticket_id=ticket_id,
        by_staff=[by_staff(client) for client in clients],
        by_page=[by_page(person) for person in people],
        by_mail=by_mail,
    )


def read(client, ticket_id, name):
    return client.execute("portal.ticket", "read", [ticket_id], [name])[0][name]


def read_words(client, ticket_id):
    """Return all that both sides read, as one text."""
    rows = client.execute(
        "mail.message",
        "search_read",
        [
            ("model", "=", "portal.ticket"),
            ("res_id", "=", ticket_id),
            ("message_type", "in", ["comment", "email"]),
            ("is_internal", "=", False),
        ],
        ["body"],
    )
    return " ".join(row["body"] for row in rows)


def at_once(*acts):
    """Do these at the same time, each with a text of the own; return the texts."""
    barrier = threading.Barrier(len(acts))

    def act(own):
        text = f"word-{uuid.uuid4().hex}"
        barrier.wait()
        own(text)
        return text

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_two_agents_and_a_customer_write_at_once(desk, administrator):
    said = []
    for _round in range(ROUNDS):
        said += at_once(*desk.by_staff, desk.by_page[0])
    words = read_words(administrator, desk.ticket_id)
    assert [words.count(text) for text in said] == [1] * 3 * ROUNDS
    assert read(administrator, desk.ticket_id, "reply_count") == 2 * ROUNDS
    assert read(administrator, desk.ticket_id, "first_reply_on")


def test_mail_and_page_reopen_a_ticket_once(desk, administrator):
    said = []
    for number in range(1, ROUNDS + 1):
        administrator.execute("portal.ticket", "action_solve", [desk.ticket_id])
        said += at_once(desk.by_mail, *desk.by_page)
        assert read(administrator, desk.ticket_id, "customer_status") == "in_progress"
        assert read(administrator, desk.ticket_id, "reopened_count") == number
    words = read_words(administrator, desk.ticket_id)
    assert [words.count(text) for text in said] == [1] * 3 * ROUNDS
    steps = administrator.execute(
        "portal.ticket.step",
        "search_count",
        [("ticket_id", "=", desk.ticket_id), ("status", "=", "solved")],
    )
    assert steps == ROUNDS


def test_same_mail_by_two_ways_is_one_word(desk, administrator, live_server):
    """Two programs fetch the same mailbox, or one fetches it again."""
    number = read(administrator, desk.ticket_id, "number")
    text = f"word-{uuid.uuid4().hex}"
    message = (
        f"From: {BUYER}\nTo: nowhere@seller.example\nSubject: Re: {number}\n"
        f"Message-Id: {email.utils.make_msgid()}\n\n{text}\n"
    )
    client = connect(live_server, "admin", "admin")
    for _time in range(2):
        client.execute("mail.thread", "message_process", "portal.ticket", message)
    assert read_words(administrator, desk.ticket_id).count(text) == 1
