"""Databases: templates, clones and upgrades.

Installing takes a minute and copying a second, so each installation is done
once, under a name that tells what it was made from:

    base    the addons of Odoo that ours depend on, without Odoo's demo data
    plain   a copy of base, with the addons of `addons.txt` installed
    demo    the same with the demo company of these addons
    peers   other addons of Odoo, for `bin/test-core` and `bin/check-install --living`

A change to our addons makes a new `plain` and `demo` only. Tests use `plain`, which has
the addons of `tests/addons` too. The filestore of a copy consists of hard links: Odoo
never changes a file of it, it only adds and removes.

Every database made here carries a comment that says so. One without it is
never changed and never dropped.
"""

import ast
import contextlib
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass

from psycopg2 import errors, sql

from bootstrap import locks, places, postgres, terminal

PREFIX = f"cp_{places.CHECKOUT}"
DROP_SECONDS = 60  # to wait for PostgreSQL's own work in a database
KEPT_TEMPLATES = 2  # of each kind: this state of the addons and the one before

# What cannot change a database is left out of its key.
WITHOUT_EFFECT = {"tests", "__pycache__", "description"}


def read_addons():
    """Return the names of the addons to install."""
    lines = (places.ROOT / "bootstrap" / "addons.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and line[0] != "#"]


def own_addons():
    """Return the names of the listed addons that are of this project."""
    return [
        name
        for name in read_addons()
        if (places.ADDONS / name / "__manifest__.py").exists()
    ]


def own_folders(kind):
    """Return the folders of our addons in a database, plain or demo."""
    return [places.ADDONS, *([places.TEST_ADDONS] if kind == "plain" else [])]


def own_path(kind):
    """Return them as the part of an addons_path."""
    return ",".join(map(str, own_folders(kind)))


def full_addons(kind):
    """Return the names of the addons that a full database has."""
    more = [] if kind == "demo" else places.TEST_ADDONS.glob("*/__manifest__.py")
    return [*read_addons(), *sorted(path.parent.name for path in more)]


def outside_addons():
    """Return the names of Odoo's addons that ours need, sorted."""
    names = set(read_addons()) - set(own_addons())
    for name in own_addons():
        manifest = (places.ADDONS / name / "__manifest__.py").read_text()
        names.update(ast.literal_eval(manifest)["depends"])
    return sorted(names - set(own_addons()))


def addons_key(kind="demo"):
    """Return a key for the content of our addons in a database, plain or demo."""
    digest = hashlib.sha256(" ".join(read_addons()).encode())
    for folder in own_folders(kind):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if WITHOUT_EFFECT.isdisjoint(parts) and path.suffix not in (".pyc", ".pot"):
                with contextlib.suppress(IsADirectoryError, FileNotFoundError):
                    content = path.read_bytes()
                    digest.update("/".join(parts).encode() + b"\0" + content)
    return digest.hexdigest()[:12]


@dataclass
class Databases:
    """The databases of one server, as used with one Odoo."""

    odoo: object  # odoo.Odoo
    environment: dict  # libpq's variables

    def template(self, *, demo):
        """Return the name of the template with all addons, made if missing.

        :param bool demo: with the demo company
        """
        kind = "demo" if demo else "plain"
        with locks.locked(places.RUN / "database.lock", "a database"):
            self._drop_leftovers()
            return self._full(kind)

    def _full(self, kind):
        key = hashlib.sha256(f"{self._base_key()} {addons_key(kind)}".encode())
        name = f"{PREFIX}_{kind}_{key.hexdigest()[:12]}"
        if not self._is_whole(name):
            base = self.base()
            with self._building(name, kind, key.hexdigest()[:12]) as building:
                self._copy(base, building)
                if kind == "demo":
                    self._ask_for_demo(building)
                self.install(
                    building,
                    full_addons(kind),
                    log=f"template-{kind}",
                    own=own_path(kind),
                )
            self._prune(kind)
        return name

    def base(self):
        """Return the name of the template with Odoo's addons, made if missing."""
        key = self._base_key()
        name = f"{PREFIX}_base_{key}"
        if not self._is_whole(name):
            with self._building(name, "base", key) as building:
                self.install(building, outside_addons(), log="template-base", own=None)
            self._prune("base")
        return name

    def peers(self, addons):
        """Return the name of a template with other addons of Odoo, made if missing."""
        key = hashlib.sha256(
            " ".join([self._base_key(), *sorted(addons)]).encode()
        ).hexdigest()[:12]
        name = f"{PREFIX}_peers_{key}"
        with locks.locked(places.RUN / "database.lock", "a database"):
            self._drop_leftovers()
            if not self._is_whole(name):
                with self._building(name, "peers", key) as building:
                    self.install(
                        building, sorted(addons), log="template-peers", own=None
                    )
                self._prune("peers")
        return name

    def _ask_for_demo(self, name):
        """Let the addons that are installed from now on bring their demo data.

        Odoo gives it to an addon only if all that it depends on have theirs. The
        demo company needs nothing of Odoo's demo data, which takes longer than all
        of the rest.
        """
        self.query(name, "UPDATE ir_module_module SET demo = (state = 'installed')")

    def _is_whole(self, name):
        """Return whether a template is there; drop one that has lost its files."""
        if not self.find(name):
            return False
        if (places.DATA / "filestore" / name).exists():
            return True
        self.drop(name)
        return False

    def _base_key(self):
        words = (
            *(self.odoo.version, *outside_addons()),
            (places.ROOT / "requirements.txt").read_text(),
        )
        return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]

    @contextlib.contextmanager
    def _building(self, name, kind, key):
        """Give a temporary name; the finished database gets the final one."""
        building = f"{PREFIX}_build_{os.getpid()}"
        try:
            yield building
        except BaseException:
            self.drop(building)
            raise
        self._set_comment(building, kind, key)
        source = places.DATA / "filestore" / building
        target = places.DATA / "filestore" / name
        shutil.rmtree(target, ignore_errors=True)
        if source.exists():
            source.rename(target)
        self._execute("ALTER DATABASE {} RENAME TO {}", building, name)

    def clone(self, template, name, kind="clone"):
        """Make a database that is a copy of a template.

        :param str kind: what the comment says: clone, or serve
        """
        building = f"{PREFIX}_build_{os.getpid()}_{name}"[:63]
        self._copy(template, building, files_of=name)
        self._set_comment(building, kind, addons_key())
        self._execute("ALTER DATABASE {} RENAME TO {}", building, name)

    def _copy(self, source, target, files_of=None):
        """Copy a database and its files.

        :param str files_of: the name of the database that gets the files
        """
        filestore = places.DATA / "filestore"
        files = filestore / (files_of or target)
        shutil.rmtree(files, ignore_errors=True)
        if (filestore / source).exists():
            shutil.copytree(filestore / source, files, copy_function=_link)
        self._execute("CREATE DATABASE {} TEMPLATE {}", target, source)

    def drop(self, name):
        """Drop a database that was made here, and its files."""
        for _try in range(DROP_SECONDS):
            try:
                self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
                break
            except errors.InsufficientPrivilege:
                # PostgreSQL cleans up there itself, which we may not end.
                time.sleep(1)
        else:
            self._execute("DROP DATABASE IF EXISTS {}", name)
        shutil.rmtree(places.DATA / "filestore" / name, ignore_errors=True)

    def find(self, name):
        """Return what the comment of a database says, {} if it has none of ours.

        None if there is no such database.
        """
        rows = self._query(
            "SELECT shobj_description(oid, 'pg_database')"
            "  FROM pg_database WHERE datname = %s",
            name,
        )
        return _parse_comment(rows[0][0]) if rows else None

    def set_key(self, name):
        """Remember that a database has the addons as they are now."""
        self._set_comment(name, "serve", addons_key())

    def install(self, name, addons, *, log, upgrade=(), own=places.ADDONS):
        """Install or upgrade addons; create the database if it is missing.

        :param addons: names of those to install
        :param upgrade: names of those to upgrade
        :param str log: the name of the log, without .log
        :param own: the folder of our addons, or None
        :raise Problem: when an addon is not installed in the end
        """
        configuration = self.odoo.write_configuration(f"install-{log}", own=own)
        command = [
            *(*self.odoo.command, "-c", configuration, "-d", name),
            *("--stop-after-init", "--no-http"),
        ]
        if addons:
            command += ["-i", ",".join(addons)]
        if upgrade:
            command += ["-u", ",".join(upgrade)]
        what = f"{'Upgrading' if upgrade else 'Installing'} {_join(upgrade or addons)}"
        path = places.LOG / f"{log}.log"
        with terminal.Step(what) as step:
            terminal.run(
                command,
                path,
                what,
                on_line=lambda line: _show_module(step, line),
                env=self.odoo.environment(self.environment),
                cwd=places.RUN,
            )
        self._check_installed(name, {*addons, *upgrade}, path)

    def run(self, name, code, log):
        """Run a line of Python in Odoo's shell, with `env`, and commit.

        :param str log: the name of the log, without .log
        :raise Problem: when it fails
        """
        configuration = self.odoo.write_configuration(log)
        path = places.LOG / f"{log}.log"
        with terminal.Step(f"Preparing {log}"), path.open("w") as output:
            status = subprocess.run(
                terminal.tied(
                    [*self.odoo.command, "shell", "-c", configuration, "-d", name]
                    + ["--no-http"]
                ),
                input=f"{code}\nenv.cr.commit()\nprint('DONE')\n",
                text=True,
                cwd=places.RUN,
                env=self.odoo.environment(self.environment),
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        if status or "DONE" not in path.read_text():
            raise terminal.Problem(terminal.explain(f"Preparing {log}", path))

    def _check_installed(self, name, addons, log):
        """Refuse an installation that left something out."""
        rows = self.query(
            name,
            "SELECT name FROM ir_module_module WHERE state = 'installed'",
        )
        missing = sorted(set(addons) - {row[0] for row in rows})
        if missing:
            raise terminal.Problem(
                f"Odoo did not install {_join(missing)}; the whole log is"
                f" {terminal.relative(log)}"
            )

    def set_address(self, name, url):
        """Tell a database the address that its e-mails link to."""
        self.query(
            name,
            "UPDATE ir_config_parameter SET value = %s WHERE key = 'web.base.url'",
            url,
        )

    def _prune(self, kind):
        """Drop old templates of a kind."""
        ours = [
            (comment.get("made", ""), name)
            for name, comment in self._all()
            if comment.get("kind") == kind and name.startswith(PREFIX)
        ]
        for _made, name in sorted(ours)[:-KEPT_TEMPLATES]:
            self.drop(name)

    def _drop_leftovers(self):
        """Drop what interrupted runs have left."""
        for name, _comment in self._all():
            found = re.match(rf"{PREFIX}_(?:build|test|live)_(\d+)", name)
            if found and not _is_alive(int(found[1])):
                self.drop(name)

    def _all(self):
        rows = self._query(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        )
        return [(name, _parse_comment(comment)) for name, comment in rows]

    def _set_comment(self, name, kind, key):
        comment = {
            "by": "customer_portal",
            "kind": kind,
            "key": key,
            "made": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        }
        statement = sql.SQL("COMMENT ON DATABASE {} IS {}").format(
            sql.Identifier(name), sql.Literal(json.dumps(comment))
        )
        self._run(statement)

    def _execute(self, text, *names):
        self._run(sql.SQL(text).format(*map(sql.Identifier, names)))

    def _query(self, text, *values):
        return self.query("postgres", text, *values)

    def _run(self, statement):
        with (
            contextlib.closing(postgres.connect(self.environment)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def query(self, database, text, *values):
        """Run one statement and return its rows, if it has any."""
        with (
            contextlib.closing(
                postgres.connect(self.environment, database)
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else []


def _link(source, target):
    """Link a file, or copy it where links are not possible."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _parse_comment(comment):
    with contextlib.suppress(TypeError, ValueError):
        values = json.loads(comment)
        if isinstance(values, dict) and values.get("by") == "customer_portal":
            return values
    return {}


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _show_module(step, line):
    found = re.search(r"Loading module (\S+) \((\d+)/(\d+)\)", line)
    if found:
        step.detail = f"{found[2]} of {found[3]} modules, {found[1]}"


def _join(names):
    """Return names as a phrase, the long list shortened."""
    names = list(names)
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return ", ".join(names)
