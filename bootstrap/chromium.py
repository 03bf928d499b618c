"""Find Chromium for the browser tests."""

import ctypes
import os
import shutil

from bootstrap import places, terminal

# The names that Odoo's tests look for on PATH.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")

# No sandbox: it needs rights that containers and root do not give. The others
# keep the browser from calling its maker.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find():
    """Return the path of an installed Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def find_or_install():
    """Return the path of Chromium; as root, install Debian's package if need be.

    :raise Problem: when there is none and this user may not install one
    """
    missing = _list_missing()
    if missing:
        names = " ".join(missing)
        if os.geteuid() or not shutil.which("apt-get"):
            raise terminal.Problem(
                f"the browser tests need Chromium (apt-get install {names}): install it"
                " and run bin/test again"
            )
        _install(missing)
    return find()


def _list_missing():
    """Return the packages of Debian that the browser tests still need."""
    missing = [] if find() else ["chromium", "fonts-liberation"]
    try:
        # The driver of Playwright links it, and a small system lacks it.
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        missing.append("libatomic1")
    return missing


def _install(packages):
    environment = terminal.clean_environment(DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    with terminal.Step(f"Installing Debian's {' '.join(packages)}"):
        for name, command in (
            ("chromium-update", ["apt-get", "update"]),
            ("chromium-install", install),
        ):
            log = places.LOG / f"{name}.log"
            terminal.run(command, log, "Installing chromium", env=environment)
