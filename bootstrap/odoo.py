"""Get Odoo 19: the user's own, an installed one, or Debian's package."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bootstrap import debian, locks, places, terminal

SERIES = "19.0"
INSTALLED = Path("/usr/lib/python3/dist-packages")
UNPACKED = places.RUN / "odoo"

# Odoo's package links fonts and scripts that lie in these. Font Awesome comes
# from Debian 12: the newer 7.x has other file names, and no icon would show.
PACKAGES = (
    "odoo-19/sid",
    "fonts-font-awesome/bookworm",
    "fonts-montserrat/sid",
    "fonts-ocr-b/sid",
    "fonts-roboto-unhinted/sid",
    "libjs-jquery/sid",
    "libjs-jquery-form/sid",
    "libjs-underscore/sid",
)
SCRIPT = "from odoo.cli.command import main\n\nmain()\n"
INSTEAD = (
    "set ODOO_HOME to an Odoo 19 of your own (a git checkout of branch 19.0, for"
    " example), or use docker/"
)


@dataclass(frozen=True)
class Odoo:
    """An Odoo that can be started."""

    root: Path  # the folder that holds the Python package `odoo`
    version: str  # as exact as it can be told; part of the templates' key

    @property
    def addons_path(self):
        """The folders with Odoo's addons."""
        folders = (self.root / "odoo" / "addons", self.root / "addons")
        return [folder for folder in folders if (folder / "web").is_dir()]

    @property
    def command(self):
        """The words that start Odoo, as a script and not with -m.

        With several processes Odoo starts itself again by the name of its script.
        """
        places.CONF.mkdir(parents=True, exist_ok=True)
        script = places.CONF / "odoo-bin"
        if not script.exists() or script.read_text() != SCRIPT:
            script.write_text(SCRIPT)
        return [sys.executable, script]

    def write_configuration(self, name, *, own=places.ADDONS, **options):
        """Write an odoo.conf and return its path.

        :param name: of the file
        :param own: the folder with the addons of this project, or None
        :param options: more options, or other values
        """
        addons = [*self.addons_path, *([own] if own else [])]
        values = {
            "addons_path": ",".join(map(str, addons)),
            "data_dir": places.DATA,
            "http_interface": "127.0.0.1",
            "list_db": False,
            **options,
        }
        places.CONF.mkdir(parents=True, exist_ok=True)
        path = places.CONF / f"{name}.conf"
        lines = [f"{key} = {value}\n" for key, value in values.items()]
        # At once: another run may be reading it.
        new = path.with_suffix(f".{os.getpid()}")
        new.write_text("".join(["[options]\n", *lines]))
        return new.rename(path)

    def environment(self, database_environment):
        """Return the environment to start this Odoo in."""
        return terminal.clean_environment(PYTHONPATH=self.root, **database_environment)


def get():
    """Return an Odoo 19, fetched if there is none.

    :raise Problem: when none can be had
    """
    home = os.environ.get("ODOO_HOME")
    if home:
        return _of_user(Path(home).expanduser().resolve())
    if _read_series(INSTALLED) == SERIES:
        return _installed()
    fetch()
    version = (UNPACKED / "version").read_text()
    return Odoo(UNPACKED / "usr/lib/python3/dist-packages", version)


def fetch():
    """Fetch Odoo from Debian, unless there is one already."""
    if os.environ.get("ODOO_HOME") or _read_series(INSTALLED) == SERIES:
        return
    with locks.locked(places.RUN / "odoo.lock", "Odoo"):
        if not UNPACKED.exists():
            _unpack(debian.fetch(PACKAGES, "debian", "Odoo", INSTEAD))


def _read_series(root):
    """Return the series of the Odoo in a folder, such as "19.0", or None."""
    try:
        text = (root / "odoo" / "release.py").read_text()
    except OSError:
        return None
    found = re.search(r"^version_info = \((\d+), (\d+)", text, re.MULTILINE)
    return ".".join(found.groups()) if found else None


def _of_user(home):
    """Return the Odoo that ODOO_HOME names."""
    for root in (home, home / "usr/lib/python3/dist-packages"):
        series = _read_series(root)
        if series == SERIES:
            return Odoo(root, f"{home} {_read_commit(home)}")
        if series:
            raise terminal.Problem(
                f"ODOO_HOME holds Odoo {series}, and {SERIES} is needed"
            )
    raise terminal.Problem(f"ODOO_HOME ({home}) holds no odoo/release.py")


def _read_commit(home):
    """Return the commit of a git checkout, or nothing."""
    result = subprocess.run(
        ["git", "-C", home, "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip()


def _installed():
    """Return the Odoo of the system, without the Python packages beside it."""
    root = places.RUN / "installed"
    root.mkdir(parents=True, exist_ok=True)
    link = root / "odoo"
    if not link.is_symlink():
        link.symlink_to(INSTALLED / "odoo")
    terminal.say(f"Using the installed Odoo in {INSTALLED}")
    stamp = (INSTALLED / "odoo" / "release.py").stat().st_mtime_ns
    return Odoo(root, f"installed {stamp}")


def _unpack(downloads):
    """Unpack the packages into .run/odoo, at once or not at all."""
    new = UNPACKED.with_name("odoo.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    debian.unpack(downloads, new, "Odoo")
    series = _read_series(new / "usr/lib/python3/dist-packages")
    if series != SERIES:
        raise terminal.Problem(
            f"Debian now offers Odoo {series} instead of {SERIES}: {INSTEAD}"
        )
    name = next(path.stem for path in downloads.glob("odoo-19_*.deb"))
    (new / "version").write_text(name)
    new.rename(UNPACKED)
