"""Roles over the wire: what programs of each person read, and how fast a change acts.

The rules are asked past all pages, by odoorpc and by JSON-2 with an API key. What is
right is written down here, customer by customer; which documents there are is read as
the seller's administrator.
"""

from contextlib import closing

import pytest
import requests
from passlib.context import CryptContext
from people import PATIENCE, connect, sign_in

VIEWER = "viewer@alder.example"
KINDS = ("out_invoice", "out_refund", "in_invoice", "in_refund")
LINES = {
    "sale.order": {"sale.order.line": "order_id"},
    "account.move": {"account.move.line": "move_id"},
}
ALDER = ("alder_works", "alder_north", "alder_south")
# {login: {what: customers of whom the person sees it}}
SEES = {
    "admin@alder.example": {"invoices": ALDER, "orders": ALDER, "quotes": ALDER},
    "buyer@alder.example": {
        "invoices": (),
        "orders": ("alder_works",),
        "quotes": ("alder_works",),
    },
    "approver@alder.example": {"invoices": (), "orders": ALDER, "quotes": ALDER},
    "payable@alder.example": {"invoices": ALDER, "orders": ALDER, "quotes": ()},
    "viewer@alder.example": {
        "invoices": ("alder_works",),
        "orders": ("alder_works",),
        "quotes": ("alder_works",),
    },
    "buyer@north.alder.example": {
        "invoices": (),
        "orders": ("alder_north",),
        "quotes": ("alder_north",),
    },
    "admin@birch.example": dict.fromkeys(
        ("invoices", "orders", "quotes"), ("birch_supply",)
    ),
    "buyer@birch.example": {
        "invoices": (),
        "orders": ("birch_supply",),
        "quotes": ("birch_supply",),
    },
    "ioana@larch.example": {
        "invoices": ("alder_south", "birch_supply", "cedar_retail"),
        "orders": ("alder_south", "birch_supply", "cedar_retail"),
        "quotes": (),
    },
    "admin@cedar.example": dict.fromkeys(
        ("invoices", "orders", "quotes"), ("cedar_retail",)
    ),
}
KEY = "f00dfeed" + "0123456789abcdef" * 2
MISSING = 99999999


@pytest.fixture(scope="module")
def papers(administrator):
    """Return {kind: (model, {id: name of its customer})}, as the seller knows them."""
    call = administrator.execute_kw
    customers = {
        call("res.partner", "search", [[("name", "=", name)]])[0]: key
        for key, name in {
            "alder_works": "Alder Works",
            "alder_north": "Alder North",
            "alder_south": "Alder South",
            "birch_supply": "Birch Supply",
            "cedar_retail": "Cedar Retail",
        }.items()
    }
    whose = {}
    for partner in call(
        "res.partner",
        "search_read",
        [[("commercial_partner_id", "in", list(customers))]],
        {"fields": ["commercial_partner_id"], "context": {"active_test": False}},
    ):
        whose[partner["id"]] = customers[partner["commercial_partner_id"][0]]

    def collect(model, domain):
        rows = call(model, "search_read", [domain], {"fields": ["partner_id"]})
        return model, {
            row["id"]: whose.get(row["partner_id"] and row["partner_id"][0])
            for row in rows
        }

    posted = [("state", "=", "posted"), ("move_type", "in", KINDS)]
    return {
        "invoices": collect("account.move", posted),
        "orders": collect("sale.order", [("state", "in", ("sale", "cancel"))]),
        "quotes": collect("sale.order", [("state", "=", "sent")]),
        "hidden orders": collect(
            "sale.order", [("state", "=", "draft"), ("portal_user_id", "=", False)]
        ),
        "hidden entries": collect(
            "account.move",
            ["|", ("state", "!=", "posted"), ("move_type", "=", "entry")],
        ),
    }


class JsonTwo:
    """The successor of odoorpc's protocol, with the key of a person."""

    def __init__(self, url):
        """Ask the server at `url`."""
        self.url = url

    def call(self, model, method, ids=None, **values):
        """Return the status and the answer of a method."""
        if ids is not None:
            values["ids"] = ids
        answer = requests.post(
            f"{self.url}/json/2/{model}/{method}",
            headers={"Authorization": f"bearer {KEY}"},
            json=values,
            timeout=PATIENCE,
        )
        return answer.status_code, answer.json()


class OdooRpc:
    """odoorpc with the person's password, behind the same door."""

    def __init__(self, server, login):
        """Sign in."""
        self.client = connect(server, login)

    def call(self, model, method, ids=None, **values):
        """Return 200 and the answer, or 400 and the refusal."""
        arguments = [] if ids is None else [ids]
        try:
            return 200, self.client.execute_kw(model, method, arguments, values)
        except Exception as error:
            return 400, {"message": str(error)}


@pytest.fixture
def json_two(live_server, request):
    """Return the JSON-2 door of a person, with a key for this test."""
    login = request.param
    hashed = CryptContext(["pbkdf2_sha512"], pbkdf2_sha512__rounds=6000).hash(KEY)
    with live_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ir_config_parameter (key, value)
                    VALUES ('portal.allow_api_keys', 'True')
               ON CONFLICT (key) DO NOTHING"""
        )
        cursor.execute(
            """INSERT INTO res_users_apikeys (name, user_id, scope, key, index)
                    SELECT 'leak test', id, 'rpc', %s, %s
                      FROM res_users WHERE login = %s RETURNING id""",
            (hashed, KEY[:8], login),
        )
        [key_id] = cursor.fetchone()
    yield login, JsonTwo(live_server.url)
    with live_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM res_users_apikeys WHERE id = %s", (key_id,))


def check_person(login, door, papers):
    """Ask for everything through a door; return the number of answers checked."""
    cells = 0
    for kind, (model, owners) in papers.items():
        mine = {
            record_id
            for record_id, owner in owners.items()
            if owner in SEES[login].get(kind, ())
        }
        domain = [("id", "in", list(owners))]
        assert set(ask(door, model, "search", domain=domain)) == mine, kind
        assert ask(door, model, "search_count", domain=domain) == len(mine)
        rows = ask(
            door,
            model,
            "formatted_read_group",
            domain=domain,
            groupby=["partner_id"],
            aggregates=["__count"],
        )
        assert sum(row["__count"] for row in rows) == len(mine)
        names = ask(door, model, "name_search", name="", domain=domain, limit=1000)
        assert {record_id for record_id, _name in names} == mine
        cells += 4 * len(owners)
        missing = door.call(model, "read", [MISSING], fields=["name"])
        foreign = sorted(owners.keys() - mine)
        assert door.call(model, "read", foreign, fields=["name"]) == missing
        for record_id in foreign[:3]:
            assert door.call(model, "read", [record_id], fields=["name"]) == missing
        cells += len(foreign)
        for line_model, parent in LINES.get(model, {}).items():
            seen = ask(
                door,
                line_model,
                "search_read",
                domain=[(parent, "in", list(owners))],
                fields=[parent],
            )
            assert {row[parent][0] for row in seen} <= mine
            cells += len(owners)
    return cells


def ask(door, model, method, **values):
    status, answer = door.call(model, method, **values)
    assert status == 200, answer
    return answer


@pytest.mark.parametrize("login", SEES)
def test_odoorpc_reads_what_the_role_allows(live_server, papers, login):
    assert check_person(login, OdooRpc(live_server, login), papers) > 100


@pytest.mark.parametrize("json_two", SEES, indirect=True)
def test_json_two_reads_what_the_role_allows(papers, json_two):
    login, door = json_two
    assert check_person(login, door, papers) > 100


def test_a_change_of_a_role_acts_on_every_server(live_server, servers, administrator):
    """Twelve times a role goes back and forth; the next answer of each server knows."""
    people = [sign_in(url, VIEWER) for url in servers]
    [member] = administrator.execute(
        "portal.membership", "search", [("user_id.login", "=", VIEWER)]
    )
    roles = {
        name: administrator.execute("portal.role", "search", [("name", "=", name)])[0]
        for name in ("Viewer", "Approver")
    }
    client = OdooRpc(live_server, VIEWER)
    for turn in range(12):
        name = "Approver" if turn % 2 == 0 else "Viewer"
        administrator.execute(
            "portal.membership", "write", [member], {"role_id": roles[name]}
        )
        status = 403 if name == "Approver" else 200
        for person in people[:: -1 if turn % 3 else 1]:
            answer = person.get("/my/invoices")
            assert answer.status_code == status, (turn, person.url)
        count = ask(client, "account.move", "search_count", domain=[])
        assert (count == 0) == (name == "Approver")


def test_what_commits_late_acts_at_once(live_server, servers):
    """Two change rights at the same time, past the ORM; who commits first is no matter.

    Servers that remembered the rights in between must not keep them.
    """
    people = [sign_in(url, VIEWER) for url in servers]

    def see():
        return {person.get("/my/invoices").status_code for person in people}

    change = """UPDATE portal_membership SET state = %s WHERE user_id = (
                    SELECT id FROM res_users WHERE login = %s)"""
    assert see() == {200}
    with (
        closing(live_server.connect()) as early,
        closing(live_server.connect()) as late,
        early.cursor() as first,
        late.cursor() as second,
    ):
        first.execute("BEGIN")
        first.execute(change, ("disabled", VIEWER))
        second.execute("UPDATE portal_section SET is_on = is_on")
        assert see() == {200}
        first.execute("ROLLBACK")
        assert see() == {200}
        first.execute("BEGIN")
        first.execute(change, ("disabled", VIEWER))
        second.execute("UPDATE portal_section SET is_on = is_on")
        assert see() == {200}
        first.execute("COMMIT")
        try:
            assert see() == {403}
            assert see() == {403}
        finally:
            first.execute(change, ("active", VIEWER))
        assert see() == {200}
