"""Packages of Debian, fetched without root and without a change to the system.

apt works with a state and sources of its own; it verifies Debian's signature and the
checksums.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from bootstrap import locks, places, terminal


class Unavailable(Exception):
    """Why there is no package of Debian, up to what to do instead."""


def fetch(packages, name, what, instead):
    """Return the folder with packages in the cache of downloads, filled if need be.

    :param packages: names with their suites, such as "odoo-19/sid"
    :param str name: of the folder
    :param str what: is fetched, such as "Odoo"
    :param str instead: what to do where they cannot be had
    :raise Problem: when they cannot be had
    """
    folder = places.CACHE / name
    with locks.locked(places.CACHE / f"{name}.lock", f"the download of {what}"):
        if not _is_complete(folder, packages):
            try:
                _fetch(folder, packages, what)
            except Unavailable as reason:
                raise terminal.Problem(f"{reason} {instead}") from reason
    return folder


def unpack(downloads, target, what):
    """Unpack the packages of a folder into another one."""
    with terminal.Step(f"Unpacking {what}"):
        for package in sorted(downloads.glob("*.deb")):
            terminal.run(
                ["dpkg", "-x", package, target],
                places.LOG / f"{downloads.name}-unpack.log",
                f"Unpacking {what}",
                env=terminal.clean_environment(),
            )


def _is_complete(folder, packages):
    """Return whether the downloads are those that were verified once."""
    try:
        digests = json.loads((folder / "sha256.json").read_text())
        wanted = sorted(name.partition("/")[0] for name in packages)
        have = sorted(name.partition("_")[0] for name in digests)
        return wanted == have and all(
            _digest(folder / name) == digest for name, digest in digests.items()
        )
    except (OSError, ValueError):
        return False


def _digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(folder, packages, what):
    """Download the packages, at once or not at all."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise Unavailable(f"{what} is Debian's package, and this is no Debian:")
    new = folder.with_name(f"{folder.name}.new")
    apt = folder.with_name(f"{folder.name}.apt")
    for path in (new, apt):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
    options = _apt_options(apt)
    with terminal.Step("Reading Debian's list of packages"):
        terminal.run(
            ["apt-get", *options, "update"],
            places.LOG / f"{folder.name}-update.log",
            "Reading Debian's list of packages",
            env=terminal.clean_environment(),
        )
    total = _read_size(options, packages)
    with terminal.Step(f"Downloading {what}") as step:
        terminal.run(
            ["apt-get", *options, "-o", "quiet=0", "download", *packages],
            places.LOG / f"{folder.name}-download.log",
            f"Downloading {what}",
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
        raise Unavailable(
            "Debian's package debian-archive-keyring is missing: install it, or"
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
    raise Unavailable(
        "apt knows no Debian mirror on this machine (/etc/apt/sources.list):"
    )


def _read_size(options, packages):
    """Return the size of the download in bytes.

    :raise Problem: when Debian does not have one of the packages any more
    """
    result = subprocess.run(
        ["apt-get", *options, "--print-uris", "download", *packages],
        capture_output=True,
        text=True,
        check=False,
        env=terminal.clean_environment(),
    )
    if result.returncode:
        reason = next(
            (line for line in result.stderr.splitlines() if line.startswith("E:")), ""
        )
        raise Unavailable(f"Debian's mirror does not offer what is needed ({reason}):")
    sizes = re.findall(r"^'[^']*' \S+ (\d+)", result.stdout, re.MULTILINE)
    return sum(map(int, sizes))


def _show_size(step, folder, total):
    """Show how much of the download is there."""
    have = sum(path.stat().st_size for path in folder.glob("*") if path.exists())
    step.detail = f"{have / 1000**2:.0f} of {total / 1000**2:.0f} MB"
