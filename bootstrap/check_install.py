"""Install the core addon with no other addon of ours beside it, and look at /my.

Neither glue nor a domain is there to be installed, so this proves that the core needs
none of them; with and without website, so that its pages render in both layouts. The
domain with pages for visitors is looked at with website, too. With Stripe, its glue
comes and the stand-in for Stripe, which is there too, does not. There is no demo data.
With --living: see `living`.
"""

import os
import re
import shutil

from bootstrap import environment, living, places, server_log, terminal

# {name: (addons of Odoo that are installed before, addons of ours that are installed,
# addons of ours that are there and must not be)}
CASES = {
    "alone": ([], ["customer_portal"], []),
    "website": (["website"], ["customer_portal"], []),
    "help": (["website"], ["customer_portal", "customer_portal_knowledge"], []),
    "stripe": (
        ["payment_stripe"],
        ["customer_portal", "customer_portal_stripe"],
        ["customer_portal_testing"],
    ),
}
# {addon: what a visitor reads of it}
PUBLIC_PAGES = {
    "customer_portal_knowledge": ("/help", "/help/getting-started", "/sitemap.xml"),
}


def main(arguments):
    """Run both installations; return the exit status."""
    environment.enter("check-install", arguments)

    # These need the environment.
    from bootstrap import odoo, postgres
    from bootstrap.database import PREFIX, Databases

    found = odoo.get()
    messages = []
    with postgres.server() as variables:
        databases = Databases(found, variables)
        if "--living" in arguments:
            messages = living.check(databases)
        for name, case in () if "--living" in arguments else CASES.items():
            database = f"{PREFIX}_test_{os.getpid()}_{name}"
            try:
                messages += _try(databases, database, f"install-{name}", case)
            finally:
                databases.drop(database)
    for message in messages:
        terminal.say(f"The server logged: {message}")
    terminal.say(f"bin/check-install: {'FAILED' if messages else 'passed'}")
    return 1 if messages else 0


def _link(name, addons):
    """Return a folder that holds these of our addons and no others."""
    folder = places.RUN / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for addon in addons:
        (folder / addon).symlink_to(places.ADDONS / addon)
    return folder


def _try(databases, database, log, case):
    """Install, start and look at two pages.

    :param case: of `CASES`; the first one of ours brings the others
    :return: unexpected messages of the server
    """
    from bootstrap.serve import Server, find_free_port

    first, ours, beside = case
    own = _link(log, [*ours, *beside])
    if first:
        databases.install(database, first, log=f"{log}-first", own=None)
    databases.install(database, ours[:1], log=log, own=own)
    _check_alone(databases, database, first, ours)
    options = ("--max-cron-threads", "0")
    with Server(
        databases, database, find_free_port(), f"{log}-server", options=options, own=own
    ) as server:
        _look(server)
        for addon in ours:
            _look_as_visitor(server, PUBLIC_PAGES.get(addon, ()))
    logs = [f"{log}-first"] if first else []
    logs += [log, f"{log}-server"]
    return [
        message
        for name in logs
        for message in server_log.unexpected(
            server_log.read(places.LOG / f"{name}.log")
        )
    ]


def _check_alone(databases, database, first, ours):
    """Refuse what came along uninvited, and what did not come.

    :raise Problem: when website, or another addon of ours, was installed
    """
    rows = databases.query(
        database, "SELECT name FROM ir_module_module WHERE state = 'installed'"
    )
    others = {"website", *(path.name for path in places.ADDONS.iterdir())}
    installed = {name for (name,) in rows}
    if missing := {*first, *ours} - installed:
        raise terminal.Problem(f"{', '.join(sorted(missing))} did not come along")
    if uninvited := installed & (others - {*first, *ours}):
        raise terminal.Problem(
            f"{', '.join(ours)} may not bring {', '.join(sorted(uninvited))}"
        )
    beside = f" and {', '.join(first)}" if first else ""
    terminal.say(f"{', '.join(ours)}{beside}: no other addon of ours is there")


def _look(server):
    """Log in and open the portal.

    :raise Problem: when a page does not come
    """
    import requests

    session = requests.Session()
    session.trust_env = False  # no proxy for this machine
    login = session.get(f"{server.url}/web/login", timeout=120)
    token = re.search(r'name="csrf_token" value="([^"]+)"', login.text)
    if login.status_code != 200 or not token:
        raise terminal.Problem(f"/web/login answers {login.status_code}")
    # Odoo's own first password, in a database that was made a moment ago.
    values = {"csrf_token": token[1], "login": "admin", "password": "admin"}  # nosec B105
    session.post(f"{server.url}/web/login", data=values, timeout=120)
    page = session.get(f"{server.url}/my", timeout=120)
    if page.status_code != 200 or "/my/" not in page.text:
        raise terminal.Problem(
            f"/my answers {page.status_code} at {page.url}; the log is"
            f" {terminal.relative(server.log)}"
        )
    terminal.say(f"{server.name}: /web/login and /my answer")


def _look_as_visitor(server, paths):
    """Open pages without signing in.

    :raise Problem: when one does not come, or does not lead to help
    """
    import requests

    for path in paths:
        page = requests.get(f"{server.url}{path}", timeout=120)
        if page.status_code != 200 or "/help" not in page.text:
            raise terminal.Problem(
                f"{path} answers {page.status_code}; the log is"
                f" {terminal.relative(server.log)}"
            )
    if paths:
        terminal.say(f"{server.name}: {', '.join(paths)} answer a visitor")
