"""A customer's administrators act at the same instant: one of them always remains.

The requests start together; what came of them is read from the database.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from people import find_by_name, open_tabs, read_form, sign_in

TURNS = 6
ADMIN, BUYER = "admin@birch.example", "buyer@birch.example"


@pytest.fixture(scope="module")
def memberships(administrator):
    """Make Birch's buyer a second administrator; yield {login: id of membership}."""

    def find(login):
        return administrator.execute_kw(
            "portal.membership",
            "search_read",
            [[("user_id.login", "=", login)], ["role_id"]],
        )[0]

    before = {login: find(login) for login in (ADMIN, BUYER)}
    role = find_by_name(administrator, "customer_portal.role_administrator")
    ids = {login: member["id"] for login, member in before.items()}
    administrator.execute("portal.membership", "write", [ids[BUYER]], {"role_id": role})
    yield ids
    administrator.execute(
        "portal.membership",
        "write",
        [ids[BUYER]],
        {"role_id": before[BUYER]["role_id"][0]},
    )


def at_once(*actions):
    """Start all actions at the same instant and return what they return."""
    barrier = threading.Barrier(len(actions))

    def start(action):
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(start, actions))


def query(server, text, *values):
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description else None


def test_two_who_disable_each_other_leave_one(live_server, memberships):
    admin, buyer = (sign_in(live_server.url, login) for login in (ADMIN, BUYER))
    both = list(memberships.values())
    for _turn in range(TURNS):
        answers = at_once(
            lambda: admin.post(f"/my/people/{memberships[BUYER]}/disable", {}),
            lambda: buyer.post(f"/my/people/{memberships[ADMIN]}/disable", {}),
        )
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] == 303
        assert statuses[1] in (403, 404)  # the own right is gone
        states = query(
            live_server,
            "SELECT state FROM portal_membership WHERE id = ANY(%s) ORDER BY state",
            both,
        )
        assert states == [("active",), ("disabled",)]
        query(
            live_server,
            "UPDATE portal_membership SET state = 'active' WHERE id = ANY(%s)",
            both,
        )


def test_same_form_invites_once(live_server, administrator, memberships):
    admin = sign_in(live_server.url, ADMIN)
    form = read_form(admin.get("/my/people/invite"), "/my/people/invite")
    form["people"] = "once@birch.example\ntwice@birch.example"
    # Nothing is preselected but the narrowest scope.
    role = find_by_name(administrator, "customer_portal.role_viewer")
    form |= {"role_id": str(role), "limit_kind": "none"}
    tabs = open_tabs((live_server.url,), ADMIN, 4)
    answers = at_once(*(partial(tab.post, "/my/people/invite", form) for tab in tabs))
    assert {answer.status_code for answer in answers} == {303}
    counts = query(
        live_server,
        """
        SELECT (SELECT COUNT(*) FROM portal_membership WHERE email = ANY(%s)),
               (SELECT COUNT(*) FROM mail_mail WHERE email_to = ANY(%s))
        """,
        ["once@birch.example", "twice@birch.example"],
        ["once@birch.example", "twice@birch.example"],
    )
    assert counts == [(2, 2)]
