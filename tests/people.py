"""The people of the demo company, over HTTP as their browsers do it.

Payable, buyer and admin work at Alder Works; accounting, sales and the
administrator are the seller's. A refusal is a sentence: whatever else a server
answers, a status of 500 or an error meant for developers, fails the test at once.
"""

import functools
import re
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar

import lxml.html
import odoorpc
import requests

PASSWORD = "demo"
# Seconds until a test gives up: what hangs, not what is slow on a busy machine.
PATIENCE = 240


class Refused(Exception):
    """The server refused; the message is what the person reads."""

    def __init__(self, sentence):
        """Take the message, which must be a sentence."""
        assert re.fullmatch(r"[A-Z].* .*\.", sentence), f"not a sentence: {sentence}"
        super().__init__(sentence)


class Person:
    """Somebody signed in, in a browser of the own.

    :param str url: of the server
    """

    def __init__(self, url, login):
        """Sign in."""
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy for an address on this machine
        self.slowest = 0.0  # answer, in seconds
        page = self.get("/web/login")
        answer = self._send(
            "/web/login",
            data={
                "csrf_token": read_csrf_token(page),
                "login": login,
                "password": PASSWORD,
                "redirect": "/my",
            },
        )
        assert answer.status_code == 303, f"{login} cannot sign in"
        self.csrf_token = read_csrf_token(self.get("/my"))

    def open_tab(self):
        """Return the same person in another tab of the browser."""
        tab = object.__new__(type(self))
        tab.__dict__.update(self.__dict__, session=requests.Session())
        tab.session.trust_env = False
        tab.session.cookies.update(self.session.cookies)
        return tab

    def get(self, path):
        """Return the page; redirects are not followed."""
        return self._send(path, method="GET")

    def post(self, path, fields):
        """Send a form and return the answer; redirects are not followed."""
        return self._send(path, data={**fields, "csrf_token": self.csrf_token})

    def submit(self, path, fields):
        """Send a form and return where it leads.

        :raise Refused: when the form comes back with a message
        """
        answer = self.post(path, fields)
        if answer.status_code == 303:
            return answer.headers["Location"].removeprefix(self.url)
        assert answer.status_code == 422, f"{path}: {answer.status_code}"
        page = lxml.html.fromstring(answer.text)
        [message] = page.find_class("alert-danger")
        raise Refused(message.text_content().strip())

    def call(self, path, **params):
        """Call a JSON route and return its result.

        :raise Refused: when it refuses
        """
        answer = self._send(path, json={"jsonrpc": "2.0", "params": params}).json()
        if "error" not in answer:
            return answer.get("result")  # left out when it is nothing
        error = answer["error"]["data"]
        assert error["name"] in (
            "odoo.exceptions.UserError",
            "odoo.exceptions.ValidationError",
        ), f"{path}: {error['debug']}"
        raise Refused(error["message"])

    def _send(self, path, method="POST", **content):
        start = time.monotonic()
        answer = self.session.request(
            method, self.url + path, allow_redirects=False, timeout=PATIENCE, **content
        )
        self.slowest = max(self.slowest, time.monotonic() - start)
        assert answer.status_code < 500, f"{path}: {answer.status_code} {answer.text}"
        return answer

    # ------------------------------------------------------------
    # Pay
    # ------------------------------------------------------------

    def choose(self, amounts, request_key="", reason="", left=()):
        """Choose what to pay; return the id of the remittance.

        :param dict amounts: {id of a document: amount}
        :param reason: id of the reason for paying less than is due
        :param dict left: {id of a document: what the page showed as left of it}
        :raise Refused: when the documents cannot be paid
        """
        fields = {"request_key": request_key}
        for document, amount in amounts.items():
            fields[f"document_{document}"] = "on"
            fields[f"amount_{document}"] = f"{amount:.2f}"
            fields[f"reason_{document}"] = reason
        for document, amount in dict(left).items():
            fields[f"left_{document}"] = f"{amount * 100:.0f}"
        address = self.submit("/my/pay", fields)
        return int(re.fullmatch(r"/my/pay/(\d+)", address)[1])

    def begin(self, remittance, way):
        """Begin to pay a remittance; return the reference for the provider.

        :param dict way: provider_id and payment_method_id
        :raise Refused: when it cannot be paid
        """
        return self.call(
            f"/my/pay/{remittance}/transaction",
            **way,
            token_id=None,
            flow="direct",
            tokenization_requested=False,
            landing_route=f"/my/pay/{remittance}",
        )["reference"]

    def promise(self, invoices, day, request_key=""):
        """Promise to pay invoices on a day; return the id of the promise.

        :param list invoices: ids
        :raise Refused: when they cannot be promised
        """
        address = self.submit(
            "/my/promise",
            {
                "request_key": request_key,
                "documents": ",".join(map(str, invoices)),
                "day": day,
            },
        )
        return int(re.match(r"/my/promises/(\d+)", address)[1])

    def announce(self, remittance):
        """Announce that a bank transfer pays a remittance; return its address.

        :raise Refused: when it cannot be announced
        """
        return self.submit(f"/my/pay/{remittance}/announce", {})

    def begin_invoice(self, invoice, way, access_token, amount, left=None):
        """Begin to pay one invoice through Odoo's own route; return the reference.

        :param int left: what its page showed as left beside a payment under way
        :raise Refused: when it cannot be paid
        """
        return self._begin_at_odoo(
            f"/invoice/transaction/{invoice}" + (f"?left={left}" if left else ""),
            way,
            access_token=access_token,
            amount=amount,
            landing_route=f"/my/invoices/{invoice}",
        )

    def begin_order(self, order, way, access_token, amount):
        """Begin to pay an order through Odoo's own route; return the reference.

        :raise Refused: when it cannot be paid
        """
        return self._begin_at_odoo(
            f"/my/orders/{order}/transaction",
            way,
            access_token=access_token,
            amount=amount,
            landing_route=f"/my/orders/{order}",
        )

    def _begin_at_odoo(self, route, way, **values):
        values |= {"token_id": None, "flow": "direct", "tokenization_requested": False}
        return self.call(route, **way, **values)["reference"]

    def give_money(self, reference):
        """Pay at the demo provider, which tells the server; wait until it is booked."""
        self.call(
            "/payment/demo/simulate_payment",
            reference=reference,
            payment_details="4242 4242",
            simulated_state="done",
        )
        self.wait_until_booked()
        return reference

    def wait_until_booked(self):
        """Ask for the result as the page after a payment does."""
        for _attempt in range(20):
            answer = self._send(
                "/payment/status/poll", json={"jsonrpc": "2.0", "params": {}}
            ).json()
            if "error" not in answer:
                assert answer["result"]["state"] == "done"
                return
            # Odoo's page asks again upon this word.
            assert answer["error"]["data"]["message"] == "retry", answer["error"]
            time.sleep(0.2)
        raise AssertionError("the payment was not booked")

    def pay(self, amounts, way, request_key="", reason="", left=()):
        """Pay documents from the choice to the end; return the remittance's id."""
        remittance = self.choose(amounts, request_key, reason, left)
        self.give_money(self.begin(remittance, way))
        return remittance


@functools.cache
def sign_in(url, login, browser=0):
    """Return a person at a server, who signs in once a run with each browser."""
    return Person(url, login)


def open_browsers(urls, login, count):
    """Return a person in so many browsers, at the servers in turns.

    Each has a session of its own, as paying wants it: the session remembers what to
    ask the provider about.
    """
    with ThreadPoolExecutor(len(urls)) as pool:
        places = [(urls[number % len(urls)], login, number) for number in range(count)]
        return list(pool.map(lambda place: sign_in(*place), places))


def open_tabs(urls, login, count):
    """Return a person in so many tabs, of one browser at each server."""
    return [
        sign_in(urls[number % len(urls)], login).open_tab() for number in range(count)
    ]


def today():
    """Return the date on the server's clock."""
    return datetime.now(tz=UTC).date()


def read_csrf_token(page):
    """Return the token that a page's forms and scripts send."""
    return re.search(r'csrf_token: "(\w+)"', page.text)[1]


def read_form(page, action):
    """Return what a browser would send of the form with that action, as a dict."""
    document = lxml.html.fromstring(page.text)
    [form] = [form for form in document.forms if form.get("action") == action]
    return dict(form.form_values())


def connect(server, login, password=PASSWORD):
    """Return an odoorpc client, signed in."""
    client = odoorpc.ODOO(
        "127.0.0.1",
        port=server.port,
        timeout=PATIENCE,
        opener=urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(CookieJar()),
        ),
    )
    client.login(server.database, login, password)
    return client


def find_by_name(client, name):
    """Return the id of the record with that external id."""
    return client.execute("ir.model.data", "check_object_reference", *name.split("."))[
        1
    ]


def make_invoice(accounting, customer, amount, days_overdue=0, **values):
    """Post an invoice without tax, as accounting; return its id.

    :param customer: external id, or id
    :param values: further ones of the account.move
    """
    if isinstance(customer, str):
        customer = find_by_name(accounting, customer)
    due = (today() - timedelta(days=days_overdue)).isoformat()
    line = {"name": "Pallets", "quantity": 1, "price_unit": amount, "tax_ids": []}
    invoice = accounting.execute(
        "account.move",
        "create",
        {
            "move_type": "out_invoice",
            "partner_id": customer,
            "invoice_date": due,
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [(0, 0, line)],
            **values,
        },
    )
    # Not browse(): it reads all fields, and one of Odoo's has no form in JSON.
    accounting.execute("account.move", "action_post", [invoice])
    return invoice


def make_invoiced_order(accounting, customer, amount):
    """Confirm an order without tax and invoice it; return the ids of both.

    :param str customer: external id
    """
    [product] = accounting.execute(
        "product.product",
        "create",
        [{"name": "Fitting", "type": "service", "invoice_policy": "order"}],
    )
    line = {"product_id": product, "price_unit": amount, "tax_ids": []}
    order = accounting.execute(
        "sale.order",
        "create",
        {
            "partner_id": find_by_name(accounting, customer),
            "order_line": [(0, 0, line)],
        },
    )
    accounting.execute("sale.order", "action_confirm", [order])
    bill = accounting.execute(
        "sale.advance.payment.inv",
        "create",
        {"sale_order_ids": [(6, 0, [order])], "advance_payment_method": "delivered"},
    )
    accounting.execute("sale.advance.payment.inv", "create_invoices", [bill])
    [row] = accounting.execute("sale.order", "read", [order], ["invoice_ids"])
    accounting.execute("account.move", "action_post", row["invoice_ids"])
    return order, row["invoice_ids"][0]


def find_way_to_pay(server):
    """Return the demo provider and its method, as the payment form sends them."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT provider.id, link.payment_method_id
              FROM payment_provider provider
              JOIN payment_method_payment_provider_rel link
                ON link.payment_provider_id = provider.id
              JOIN payment_method method
                ON method.id = link.payment_method_id AND method.active
             WHERE provider.code = 'demo' AND provider.state = 'test'
            """
        )
        [(provider, method)] = cursor.fetchall()
    return {"provider_id": provider, "payment_method_id": method}
