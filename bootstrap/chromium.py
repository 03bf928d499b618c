"""Find Chromium for the browser tests."""

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
    found = find()
    if found:
        return found
    if os.geteuid() or not shutil.which("apt-get"):
        raise terminal.Problem(
            "the browser tests need Chromium: install Debian's package chromium"
            " (apt-get install chromium) and run bin/test again"
        )
    environment = terminal.clean_environment(DEBIAN_FRONTEND="noninteractive")
    with terminal.Step("Installing Debian's chromium"):
        for name, command in (
            ("chromium-update", ["apt-get", "update"]),
            (
                "chromium-install",
                ["apt-get", "install", "-y", "--no-install-recommends"]
                + ["chromium", "fonts-liberation"],
            ),
        ):
            log = places.LOG / f"{name}.log"
            terminal.run(command, log, "Installing chromium", env=environment)
    return find()
