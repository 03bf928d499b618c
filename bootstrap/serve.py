"""Start the portal with the demo company."""

import argparse
import contextlib
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from bootstrap import environment, locks, places, terminal
from bootstrap.door import Door

MOST_WORKERS = 16  # each takes a quarter of a gigabyte
START_SECONDS = 180
STOP_SECONDS = 20

LOGINS = (
    ("Alder, administrator", "admin@alder.example", "demo"),
    ("Alder, buyer", "buyer@alder.example", "demo"),
    ("Alder, approver", "approver@alder.example", "demo"),
    ("Alder, pays invoices", "payable@alder.example", "demo"),
    ("Alder, only looks", "viewer@alder.example", "demo"),
    ("Alder North, buyer", "buyer@north.alder.example", "demo"),
    ("Birch, administrator", "admin@birch.example", "demo"),
    ("Birch, buyer", "buyer@birch.example", "demo"),
    ("Bookkeeper of three", "ioana@larch.example", "demo"),
    ("Cedar, administrator", "admin@cedar.example", "demo"),
    ("Back office, accounting", "accounting@seller.example", "demo"),
    ("Back office, sales", "sales@seller.example", "demo"),
    ("Back office, support", "support@seller.example", "demo"),
    ("Odoo's administrator", "admin", "admin"),
)

STANDIN_PARAMETER = "customer_portal_testing.stripe_api_base"
PROVIDERS = "env['payment.provider']"
STRIPE_NUMBERS = (
    ("Card", "4242 4242 4242 4242"),
    ("Card with 3-D Secure", "4000 0027 6000 3184"),
    ("Card that is declined", "4000 0000 0000 0002"),
    ("Debit", "routing 110000000, account 000123456789"),
    ("Debit that is refused", "routing 110000000, account 000222222227"),
    ("Debit in euro", "DE89 3704 0044 0532 0130 00"),
    ("... that is refused", "DE62 3704 0044 0532 0130 01"),
)


def parse(arguments):
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="bin/serve", description="Start the portal with the demo company."
    )
    parser.add_argument("--port", type=int, default=8069, help="default: 8069")
    _add_database(parser)
    parser.add_argument(
        "--workers",
        type=int,
        default=0,
        metavar="N",
        help="processes that answer, for more than one person; default: one process",
    )
    parser.add_argument(
        "--stripe",
        action="store_true",
        help="take money at a stand-in for Stripe, which needs no account",
    )
    parser.add_argument(
        "--reset", action="store_true", help="throw the database away and begin anew"
    )
    options = parser.parse_args(arguments)
    if not 0 < options.port < 65536:
        parser.error("--port: between 1 and 65535")
    if not 0 <= options.workers <= MOST_WORKERS:
        parser.error(f"--workers: between 0 and {MOST_WORKERS}")
    return options


def parse_database(program, arguments):
    """Return the options of a command that wants nothing but a database."""
    parser = argparse.ArgumentParser(prog=program)
    _add_database(parser)
    return parser.parse_args(arguments)


def _add_database(parser):
    """Add the option for the name of the database."""
    parser.add_argument(
        "--database", default="portal", type=_database_name, help="default: portal"
    )


def _database_name(text):
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", text):
        raise argparse.ArgumentTypeError(
            "begin with a letter; then small letters, digits, - and _"
        )
    return text


def main(arguments):
    """Prepare what is missing, serve until interrupted."""
    options = parse(arguments)
    check_port(options.port)
    environment.enter("serve", arguments)

    # These need the environment.
    from bootstrap import odoo, postgres
    from bootstrap.database import Databases

    found = odoo.get()
    with postgres.server() as variables:
        databases = Databases(found, variables)
        prepare(databases, options.database, reset=options.reset)
        url = f"http://127.0.0.1:{options.port}"
        databases.set_address(options.database, url)
        name = f"serve-{options.port}"
        with (
            play_stripe(databases, options, url) as stripe,
            Server(
                databases,
                options.database,
                options.port,
                name,
                workers=options.workers,
            ) as server,
        ):
            announce(server)
            if stripe:
                announce_stripe(stripe)
            server.process.wait()
            raise terminal.Problem(
                terminal.explain("The server stopped by itself; Odoo", server.log)
            )


def find_free_port():
    """Return a port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def check_port(port):
    """Refuse a port that is in use.

    :raise Problem: with the way out
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = "may not be opened" if port < 1024 else "is in use"
            raise terminal.Problem(
                f"port {port} {reason}: choose another one with --port"
            ) from error


def prepare(databases, name, *, reset=False):
    """Make the database, or bring it to the addons as they are now.

    :raise Problem: when a database of that name belongs to somebody else
    """
    from bootstrap.database import addons_key, outside_addons, own_addons, read_addons

    with locks.locked(places.RUN / f"serve-{name}.lock", f"database {name}"):
        made = databases.find(name)
        if made == {}:
            raise terminal.Problem(
                f"the database {name} was not made by bin/serve and is left alone:"
                " choose another name with --database"
            )
        if made and reset:
            databases.drop(name)
            made = None
        if not made:
            template = databases.template(demo=True)
            with terminal.Step(f"Making the database {name}"):
                databases.clone(template, name, kind="serve")
        elif made["key"] != addons_key():
            have = databases.query(
                name, "SELECT name FROM ir_module_module WHERE state = 'installed'"
            )
            missing = {*read_addons(), *outside_addons()} - {row[0] for row in have}
            databases.install(
                name,
                sorted(missing),
                upgrade=[addon for addon in own_addons() if addon not in missing],
                log="upgrade",
            )
            databases.set_key(name)


@contextlib.contextmanager
def play_stripe(databases, options, url):
    """Start the stand-in for Stripe, if it is wanted, and let the demo company use it.

    Without it, the one of the last time is left.
    """
    if not options.stripe:
        [(has_standin,)] = databases.query(
            options.database,
            "SELECT EXISTS (SELECT FROM ir_config_parameter WHERE key = %s)",
            STANDIN_PARAMETER,
        )
        if has_standin:
            databases.run(options.database, f"{PROVIDERS}._leave_standin()", "stripe")
        yield None
        return
    sys.path.append(str(places.ADDONS / "customer_portal_testing"))
    from stripe_standin import Standin

    with Standin() as stripe:
        secret = secrets.token_hex()
        code = f"{PROVIDERS}._use_standin({stripe.url!r}, {secret!r})"
        databases.run(options.database, code, "stripe")
        stripe.webhooks.add(f"{url}/payment/stripe/webhook", [secret])
        yield stripe


def announce_stripe(stripe):
    """Print what can be tried at the stand-in."""
    terminal.say(f"\nThe stand-in for Stripe, where days pass: {stripe.url}/standin/\n")
    for what, number in STRIPE_NUMBERS:
        terminal.say(f"  {what:26}{number}")


def announce(server):
    """Print the address and the logins."""
    terminal.say(f"\nThe portal is at {server.url}/my\n")
    for who, login, password in LOGINS:
        terminal.say(f"  {who:26}{login:28}{password}")
    terminal.say(f"\nLog: {terminal.relative(server.log)}    Stop: Ctrl-C")


class Server:
    """An Odoo server of our own, on loopback."""

    def __init__(self, databases, database, port, name, **choices):
        """Describe the server; entering the context starts it.

        :param str name: of its log and its configuration
        :param choices: `options`: more words for the command line; `own`: the
            folder of our addons; `workers`: how many processes answer, 0 for one
            with threads
        """
        self.databases = databases
        self.database = database
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self.name = name
        self.options = choices.get("options", ())
        self.own = choices.get("own", places.ADDONS)
        self.workers = choices.get("workers", 0)
        self._door = None
        self.log = places.LOG / f"{name}.log"

    def __enter__(self):
        """Start, and wait until it answers."""
        found = self.databases.odoo
        configuration = found.write_configuration(self.name, own=self.own)
        command = [
            *(*found.command, "-c", configuration),
            *("-d", self.database, "--db-filter", f"^{re.escape(self.database)}$"),
            *("--workers", str(self.workers), *self._open_door(), *self.options),
        ]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as output:
            # In a session of its own: Ctrl-C reaches this process alone, which
            # then stops Odoo once; a second signal would cut it short.
            self.process = subprocess.Popen(
                terminal.tied(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=places.RUN,
                env=found.environment(self.databases.environment),
            )
        try:
            with terminal.Step("Starting Odoo"):
                self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _open_door(self):
        """Return the words that name the ports; several processes get a door."""
        check_port(self.port)
        if not self.workers:
            # Odoo's threads take a connection that a browser opened and does not use
            # for a request without end, and restart the server after two minutes.
            return ["--http-port", str(self.port), "--limit-time-real", "0"]
        pages, websockets = find_free_port(), find_free_port()
        self._door = Door(self.port, pages, websockets)
        return ["--http-port", str(pages), "--gevent-port", str(websockets)]

    def __exit__(self, *_error):
        """Stop the server."""
        if self._door:
            self._door.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                terminal.stop(self.process, 5)

    def _wait(self):
        """Wait for the first answer of the database.

        :raise Problem: when the server ends or takes too long
        """
        # A proxy of the user's must not be asked for an address on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise terminal.Problem(terminal.explain("Starting Odoo", self.log))
            try:
                with opener.open(f"{self.url}/web/login", timeout=60):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise terminal.Problem(
            f"Odoo did not answer within {START_SECONDS} seconds; its log is"
            f" {terminal.relative(self.log)}"
        )
