"""Get Odoo 19: the user's own, an installed one, or Debian's package."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bootstrap import locks, places, terminal

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
    with locks.locked(places.RUN / "odoo.lock", "Odoo"):
        if not UNPACKED.exists():
            _unpack(_download())
    version = (UNPACKED / "version").read_text()
    return Odoo(UNPACKED / "usr/lib/python3/dist-packages", version)


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


def _download():
    """Return the folder with the packages, filled if need be."""
    folder = places.CACHE / "debian"
    with locks.locked(places.CACHE / "debian.lock", "the download of Odoo"):
        if not _is_complete(folder):
            _fetch(folder)
    return folder


def _is_complete(folder):
    """Return whether the downloads are those that were verified once."""
    try:
        digests = json.loads((folder / "sha256.json").read_text())
        wanted = sorted(name.partition("/")[0] for name in PACKAGES)
        have = sorted(name.partition("_")[0] for name in digests)
        return wanted == have and all(
            _digest(folder / name) == digest for name, digest in digests.items()
        )
    except (OSError, ValueError):
        return False


def _digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(folder):
    """Download the packages; apt verifies Debian's signature and the checksums.

    apt works with a state of its own, so neither root nor a change to the
    system's sources is needed.
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise terminal.Problem(
            f"Odoo {SERIES} is fetched as Debian's package, and this is no Debian:"
            f" {INSTEAD}"
        )
    new = folder.with_name("debian.new")
    apt = folder.with_name("apt")
    for path in (new, apt):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
    options = _apt_options(apt)
    with terminal.Step("Reading Debian's list of packages"):
        terminal.run(
            ["apt-get", *options, "update"],
            places.LOG / "apt-update.log",
            "Reading Debian's list of packages",
            env=terminal.clean_environment(),
        )
    total = _read_size(options)
    with terminal.Step("Downloading Odoo") as step:
        terminal.run(
            ["apt-get", *options, "-o", "quiet=0", "download", *PACKAGES],
            places.LOG / "apt-download.log",
            "Downloading Odoo",
            on_line=lambda _line: _show_size(step, new, total),
            cwd=new,
            env=terminal.clean_environment(),
        )
    digests = {path.name: _digest(path) for path in sorted(new.glob("*.deb"))}
    (new / "sha256.json").write_text(json.dumps(digests, indent=1))
    shutil.rmtree(apt)
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def _apt_options(state):
    """Return the options that give apt a state and sources of its own."""
    keyring = next(
        (
            path
            for path in Path("/usr/share/keyrings").glob("debian-archive-keyring.*")
            if path.suffix in (".gpg", ".pgp")
        ),
        None,
    )
    if not keyring:
        raise terminal.Problem(
            f"Debian's package debian-archive-keyring is missing: install it, or"
            f" {INSTEAD}"
        )
    for name in ("sources", "lists/partial", "cache/archives/partial"):
        (state / name).mkdir(parents=True)
    source = {
        "Types": "deb",
        "URIs": _find_mirror(),
        "Suites": "sid bookworm",
        "Components": "main",
        "Targets": "Packages",
        "Signed-By": keyring,
    }
    (state / "sources" / "debian.sources").write_text(
        "".join(f"{key}: {value}\n" for key, value in source.items())
    )
    settings = {
        "Dir::Etc::SourceList": "/dev/null",
        "Dir::Etc::SourceParts": state / "sources",
        "Dir::Etc::Preferences": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::State::Lists": state / "lists",
        "Dir::Cache": state / "cache",
        # Without it `update` ends well although it could not read the list.
        "APT::Update::Error-Mode": "any",
        "Acquire::Retries": "1",
        "Acquire::http::Timeout": "30",
        "Acquire::https::Timeout": "30",
    }
    if os.geteuid() == 0:
        # apt's own account cannot enter a home folder; what is downloaded is
        # verified all the same.
        settings["APT::Sandbox::User"] = "root"
    return [
        word for key, value in settings.items() for word in ("-o", f"{key}={value}")
    ]


def _find_mirror():
    """Return the address of the Debian mirror that this machine uses."""
    result = subprocess.run(
        [
            *("apt-get", "indextargets"),
            *("--format", "$(REPO_URI) $(ORIGIN)", "Created-By: Packages"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env=terminal.clean_environment(),
    )
    found = [line.split(" ", 1) for line in result.stdout.splitlines()]
    # The origin is empty until somebody has run `apt-get update`.
    for origins in (("Debian",), ("",)):
        for uri, origin in found:
            if origin.strip() in origins and "security" not in uri:
                return uri
    raise terminal.Problem(
        f"apt knows no Debian mirror on this machine (/etc/apt/sources.list): {INSTEAD}"
    )


def _read_size(options):
    """Return the size of the download in bytes.

    :raise Problem: when Debian has no Odoo 19 any more
    """
    result = subprocess.run(
        ["apt-get", *options, "--print-uris", "download", *PACKAGES],
        capture_output=True,
        text=True,
        check=False,
        env=terminal.clean_environment(),
    )
    if result.returncode:
        reason = next(
            (line for line in result.stderr.splitlines() if line.startswith("E:")), ""
        )
        raise terminal.Problem(
            f"Debian's mirror does not offer what is needed ({reason}): {INSTEAD}"
        )
    sizes = re.findall(r"^'[^']*' \S+ (\d+)", result.stdout, re.MULTILINE)
    return sum(map(int, sizes))


def _show_size(step, folder, total):
    """Show how much of the download is there."""
    have = sum(path.stat().st_size for path in folder.glob("*") if path.exists())
    step.detail = f"{have / 1000**2:.0f} of {total / 1000**2:.0f} MB"


def _unpack(downloads):
    """Unpack the packages into .run/odoo, at once or not at all."""
    new = UNPACKED.with_name("odoo.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    packages = sorted(downloads.glob("*.deb"))
    with terminal.Step("Unpacking Odoo"):
        for package in packages:
            terminal.run(
                ["dpkg", "-x", package, new],
                places.LOG / "unpack.log",
                "Unpacking Odoo",
                env=terminal.clean_environment(),
            )
    series = _read_series(new / "usr/lib/python3/dist-packages")
    if series != SERIES:
        raise terminal.Problem(
            f"Debian now offers Odoo {series} instead of {SERIES}: {INSTEAD}"
        )
    name = next(path.stem for path in packages if path.name.startswith("odoo-19_"))
    (new / "version").write_text(name)
    new.rename(UNPACKED)
