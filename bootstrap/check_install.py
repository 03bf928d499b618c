"""Install the core addon alone, without demo data: once without website, once with.

It proves that core needs none of our other addons, and that its pages render
in both layouts.
"""

import os
import re

from bootstrap import environment, places, server_log, terminal

CORE = "customer_portal"


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
        for name, first in (("alone", []), ("website", ["website"])):
            database = f"{PREFIX}_test_{os.getpid()}_{name}"
            try:
                messages += _try(databases, database, f"install-{name}", first)
            finally:
                databases.drop(database)
    for message in messages:
        terminal.say(f"The server logged: {message}")
    terminal.say(f"bin/check-install: {'FAILED' if messages else 'passed'}")
    return 1 if messages else 0


def _only_core():
    """Return a folder that holds core and none of our other addons."""
    folder = places.RUN / "core"
    folder.mkdir(exist_ok=True)
    link = folder / CORE
    if not link.is_symlink():
        link.symlink_to(places.ADDONS / CORE)
    return folder


def _try(databases, database, log, first):
    """Install, start and look at two pages.

    :param first: names of addons to install before ours
    :return: unexpected messages of the server
    """
    from bootstrap.serve import Server, find_free_port

    own = _only_core()
    if first:
        databases.install(database, first, log=f"{log}-first", own=None)
    databases.install(database, [CORE], log=log, own=own)
    rows = databases.query(
        database,
        "SELECT count(*) FROM ir_module_module"
        " WHERE name = 'website' AND state = 'installed'",
    )
    if bool(rows[0][0]) != bool(first):
        raise terminal.Problem(f"website is installed by {CORE}, which must not be")
    options = ("--max-cron-threads", "0")
    with Server(
        databases, database, find_free_port(), f"{log}-server", options=options, own=own
    ) as server:
        _look(server)
    logs = [f"{log}-first"] if first else []
    logs += [log, f"{log}-server"]
    return [
        message
        for name in logs
        for message in server_log.unexpected(
            server_log.read(places.LOG / f"{name}.log")
        )
    ]


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
