"""Requests for access, where several people click at the same time."""

import re
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.parse import parse_qs, urlsplit

import odoorpc
import pytest
import requests
from people import PATIENCE, connect, read_csrf_token, read_form

CROWD = 6
OPEN = "customer_portal.registration"


@pytest.fixture(scope="module")
def staff(live_server):
    """Return a portal manager in six tabs; the seller lets companies ask."""
    tabs = [connect(live_server, "admin", "admin") for _ in range(CROWD)]
    tabs[0].execute("ir.config_parameter", "set_param", OPEN, "True")
    yield tabs
    tabs[0].execute("ir.config_parameter", "set_param", OPEN, False)


class Visitor:
    """Somebody who is not signed in, with a browser."""

    def __init__(self, server, staff):
        """Open the form."""
        self.url = server.url
        self.staff = staff
        self.session = requests.Session()
        self.session.trust_env = False
        page = self.session.get(f"{self.url}/registration", timeout=PATIENCE)
        self.form = read_form(page, "/registration")
        self.token = read_csrf_token(page)

    def post(self, path, fields):
        answer = self.session.post(
            self.url + path,
            data={**fields, "csrf_token": self.token},
            allow_redirects=False,
            timeout=PATIENCE,
        )
        return answer.status_code

    def fill_in(self, vat, name):
        """Return the form of a company; the address is a new one."""
        key = secrets.token_hex(4)
        [country] = self.staff.execute("res.country", "search", [("code", "=", "BE")])
        return {
            **self.form,
            "company_name": name,
            "vat": vat,
            "country_id": str(country),
            "person_name": "Ann Archer",
            "email": f"ann@{key}.example",
        }

    def read_link(self, email):
        """Return the token of the only mail to an address."""
        [mail] = self.staff.execute(
            "mail.mail", "search_read", [("email_to", "=", email)], ["body_html"]
        )
        [link] = re.findall(r'href="([^"]*/request[^"]*)"', mail["body_html"])
        return parse_qs(urlsplit(unescape(link)).query)["token"][0]


def at_once(actions):
    """Return what each of them gave, a refusal as its sentence."""
    barrier = threading.Barrier(len(actions))

    def act(action):
        barrier.wait()
        try:
            return action()
        except odoorpc.error.RPCError as error:
            return str(error)

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(act, actions))


def confirm(visitor, fields):
    """Send a request and confirm its address; return its id."""
    assert visitor.post("/registration", fields) == 303
    token = visitor.read_link(fields["email"])
    assert visitor.post("/registration/request/confirm", {"token": token}) == 303
    [request_id] = find(visitor.staff, "portal.registration", fields)
    return request_id


def find(client, model, fields):
    return client.execute(model, "search", [("email", "=", fields["email"])])


def approve(client, request_id):
    client.execute("portal.registration", "action_approve", [request_id])
    return "approved"


def test_one_form_sent_six_times_is_one_request(live_server, staff):
    visitor = Visitor(live_server, staff[0])
    fields = visitor.fill_in("BE 0403.170.701", "Ash Trading")
    answers = at_once([lambda: visitor.post("/registration", fields)] * CROWD)
    assert answers == [303] * CROWD
    assert len(find(staff[0], "portal.registration", fields)) == 1
    token = visitor.read_link(fields["email"])
    path = "/registration/request/confirm"
    answers = at_once([lambda: visitor.post(path, {"token": token})] * CROWD)
    assert answers == [303] * CROWD
    entries = [("action", "=", "registered"), ("detail", "like", fields["email"])]
    assert staff[0].execute("portal.activity", "search_count", entries) == 1


def test_six_approvals_make_one_customer(live_server, staff):
    visitor = Visitor(live_server, staff[0])
    fields = visitor.fill_in("BE 0477.472.701", "Beech Trading")
    request_id = confirm(visitor, fields)
    answers = at_once([lambda tab=tab: approve(tab, request_id) for tab in staff])
    refused = [answer for answer in answers if answer != "approved"]
    assert len(refused) == CROWD - 1
    assert all("has already decided this." in answer for answer in refused)
    customers = [("name", "=", "Beech Trading")]
    assert staff[0].execute("res.partner", "search_count", customers) == 1
    assert len(find(staff[0], "portal.membership", fields)) == 1


def test_two_requests_of_a_new_company_make_one_customer(live_server, staff):
    requests_ = []
    for _ in range(2):
        visitor = Visitor(live_server, staff[0])
        fields = visitor.fill_in("BE 0417.497.106", "Elder Trading")
        requests_.append(confirm(visitor, fields))
    answers = at_once(
        [
            lambda tab=tab, request_id=request_id: approve(tab, request_id)
            for tab, request_id in zip(staff, requests_, strict=False)
        ]
    )
    [refused] = [answer for answer in answers if answer != "approved"]
    assert "Elder Trading has this VAT number." in refused
    customers = [("name", "=", "Elder Trading")]
    assert staff[0].execute("res.partner", "search_count", customers) == 1
