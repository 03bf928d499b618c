"""Install ours into a host that lives, upgrade and uninstall, and look each time.

`bin/check-install --living`: a database of website, shop, forum, courses, chat,
project, manufacturing, purchase and four countries, with two hundred customers who sign
in. One of them walks all pages and buys in the shop; pages of others keep their titles.
"""

import os
import re
import subprocess
from urllib.parse import urlsplit

from bootstrap import living_data, places, server_log, terminal

PEERS = (
    "account_payment",
    "base_vat",
    "im_livechat",
    "l10n_cz",
    "l10n_de",
    "l10n_gr",
    "l10n_lt",
    "mrp",
    "payment_demo",
    "portal",
    "project",
    "purchase",
    "sale_management",
    "website",
    "website_forum",
    "website_livechat",
    "website_sale",
    "website_slides",
)
# Where the walk begins; from these on it follows the links below /my.
PUBLIC = ("/", "/shop", "/forum", "/slides", "/contactus", "/web/login")
PRIVATE = (
    "/my",
    "/my/home",
    "/my/account",
    "/my/addresses",
    "/my/invoices",
    "/my/orders",
    "/my/payment_method",
    "/my/projects",
    "/my/purchase",
    "/my/quotes",
    "/my/rfq",
    "/my/security",
    "/my/tasks",
    "/shop/cart",
)
MOST_PAGES = 90
LINK = re.compile(r'href="(/my/[^"#?]*)"')
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
NICE = 5  # others work on this machine too


def check(databases):
    """Do it all; return the unexpected messages of the server.

    :raise Problem: when a page does not come, or what was before is not there again
    """
    from bootstrap.database import PREFIX

    os.nice(NICE)
    database = f"{PREFIX}_test_{os.getpid()}_living"
    logs = []
    try:
        databases.clone(databases.peers(PEERS), database)
        _run(databases, database, "living-fill", "living_data.fill(env)", own=None)
        before = _look(databases, database, "living-before", logs, own=None)
        scope = _read_scope(databases, database)
        for name, words in (
            ("install", {"addons": ["customer_portal"]}),
            ("upgrade", {"addons": [], "upgrade": ["customer_portal"]}),
        ):
            log = f"living-{name}"
            logs.append(log)
            databases.install(database, log=log, **words)
            now = _look(databases, database, f"{log}-walk", logs)
            _compare(before, now, PUBLIC)
        _check_roles(databases, database)
        logs.append("living-uninstall")
        _run(databases, database, "living-uninstall", UNINSTALL)
        after = _look(databases, database, "living-after", logs, own=None)
        _compare(before, after, before)
        if _read_scope(databases, database) != scope:
            raise terminal.Problem("who can sign up is not as it was before")
    finally:
        databases.drop(database)
    return [
        message
        for log in logs
        for message in server_log.unexpected(server_log.read(places.LOG / f"{log}.log"))
    ]


UNINSTALL = (
    "env['ir.module.module'].search([('name', '=', 'customer_portal')])"
    ".button_immediate_uninstall()"
)


def _run(databases, database, log, code, own=places.ADDONS):
    """Run a line of Python in Odoo's shell, with `living_data` at hand.

    :raise Problem: when it fails
    """
    found = databases.odoo
    configuration = found.write_configuration(log, own=own)
    path = places.LOG / f"{log}.log"
    values = found.environment(databases.environment)
    values["PYTHONPATH"] = os.pathsep.join([str(found.root), str(places.ROOT)])
    with terminal.Step(log.replace("-", " ")), path.open("w") as output:
        status = subprocess.run(
            terminal.tied(
                [*found.command, "shell", "-c", configuration, "-d", database]
                + ["--no-http"]
            ),
            input=f"from bootstrap import living_data\n{code}\nprint('DONE')\n",
            text=True,
            cwd=places.RUN,
            env=values,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if status or "DONE" not in path.read_text():
        raise terminal.Problem(terminal.explain(log, path))


def _read_scope(databases, database):
    return databases.query(
        database,
        "SELECT value FROM ir_config_parameter"
        " WHERE key = 'auth_signup.invitation_scope'",
    )


def _check_roles(databases, database):
    """Refuse an installation that left a person without a role."""
    [(count,)] = databases.query(
        database, "SELECT count(DISTINCT user_id) FROM portal_membership"
    )
    if count < living_data.CUSTOMERS:
        raise terminal.Problem(f"only {count} people have a role")


def _look(databases, database, log, logs, own=places.ADDONS):
    """Walk, and buy in the shop; return {path: title} of what was seen."""
    from bootstrap.serve import Server, find_free_port

    logs.append(log)
    options = ("--max-cron-threads", "0")
    with Server(
        databases, database, find_free_port(), log, options=options, own=own
    ) as server:
        visitor, person = Visit(server.url), Visit(server.url)
        titles = {path: visitor.get(path) for path in PUBLIC}
        person.sign_in("person0@example.com", living_data.PASSWORD)
        titles |= person.walk(PRIVATE)
        # Confirming an order wants a PDF, for which Odoo alone needs wkhtmltopdf.
        if own:
            person.buy()
    bought = ", and an order in the shop" if own else ""
    terminal.say(f"{log}: {len(titles)} pages{bought}")
    return titles


def _compare(before, now, paths):
    """Refuse pages that are called something else, or are gone."""
    for path in paths:
        if now.get(path) != before[path]:
            raise terminal.Problem(
                f"{path} was {before[path]!r}, and is {now.get(path)!r}"
            )


class Visit:
    """A browser without eyes: it asks for pages and sends the forms of the shop."""

    def __init__(self, url):
        import requests

        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy for this machine
        self.page = None

    def get(self, path):
        """Ask for a page; return its title.

        :raise Problem: when it does not come
        """
        self.page = self.session.get(self.url + path, timeout=120)
        if self.page.status_code != 200:
            raise terminal.Problem(f"{path} answers {self.page.status_code}")
        found = TITLE.search(self.page.text)
        return " ".join(found[1].split()) if found else ""

    def call(self, path, **params):
        """Call a JSON route; return its result.

        :raise Problem: when it refuses
        """
        answer = self.session.post(
            self.url + path, json={"jsonrpc": "2.0", "params": params}, timeout=120
        ).json()
        if "error" in answer:
            raise terminal.Problem(f"{path}: {answer['error']}")
        return answer.get("result")

    def sign_in(self, login, password):
        """Sign in with the form.

        :raise Problem: when it does not lead to the portal
        """
        self.get("/web/login")
        token = self._find(r'name="csrf_token" value="([^"]+)"')
        self.page = self.session.post(
            f"{self.url}/web/login",
            data={"csrf_token": token, "login": login, "password": password},
            timeout=120,
        )
        if not urlsplit(self.page.url).path.startswith("/my"):
            raise terminal.Problem(f"signing in leads to {self.page.url}")

    def walk(self, paths):
        """Ask for pages and those that they link to; return {path: title}."""
        titles, todo = {}, list(paths)
        while todo and len(titles) < MOST_PAGES:
            path = todo.pop(0)
            if path in titles or "logout" in path:
                continue
            titles[path] = self.get(path)
            if "text/html" in self.page.headers["Content-Type"]:
                todo += LINK.findall(self.page.text)
        return titles

    def buy(self):
        """Put the product into the cart, pay with the demo, and see it confirmed."""
        self.get("/shop")
        product = self._find(r'name="product_id"[^>]*value="(\d+)"')
        template = self._find(r'name="product_template_id"[^>]*value="(\d+)"')
        self.call(
            "/shop/cart/add",
            product_template_id=int(template),
            product_id=int(product),
            quantity=2,
        )
        self.get("/shop/checkout?try_skip_step=true")
        self.get("/shop/payment")
        transaction = self.call(
            self._find(r'data-transaction-route="([^"]+)"'),
            provider_id=int(self._find(r'data-provider-id="(\d+)"')),
            payment_method_id=int(self._find(r'data-payment-option-id="(\d+)"')),
            token_id=None,
            amount=float(self._find(r'data-amount="([^"]+)"')),
            flow="direct",
            tokenization_requested=False,
            landing_route=self._find(r'data-landing-route="([^"]+)"'),
            is_validation=False,
            access_token=self._find(r'data-access-token="([^"]+)"'),
        )
        self.call(
            "/payment/demo/simulate_payment",
            reference=transaction["reference"],
            payment_details="1234",
            simulated_state="done",
        )
        self.call("/payment/status/poll", csrf_token="")  # nosec B106  # it has none
        self.get("/shop/confirmation")
        if "/shop/confirmation" not in self.page.url:
            raise terminal.Problem(f"the order in the shop leads to {self.page.url}")

    def _find(self, pattern):
        """Return what a pattern finds on the page.

        :raise Problem: when there is no such thing
        """
        found = re.search(pattern, self.page.text)
        if not found:
            raise terminal.Problem(f"{self.page.url} has no {pattern}")
        return found[1]
