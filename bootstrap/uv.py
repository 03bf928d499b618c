"""uv, which makes the virtual environments and installs the locked lists.

pip fetches it, in the version and with the hashes of requirements-uv.txt: the pip of
this Python, else Debian's, which need not be installed for that. What pip was told of
indexes is told to uv, which does not read pip's settings: docs/decisions/0024.
"""

import ast
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bootstrap import debian, places, terminal

REQUIREMENTS = places.ROOT / "requirements-uv.txt"

# Complete lists of wheels, each as its hash says.
EXACTLY = ("--no-deps", "--require-hashes", "--only-binary", ":all:")

# Debian's package with a pip that runs where it lies.
PIP = "python3-pip-whl/sid"
WHEELS = "usr/share/python-wheels"

# pip's settings about where packages are, as options of uv, and about the way there.
OPTIONS = {
    "index-url": "--index-url",
    "extra-index-url": "--extra-index-url",
    "find-links": "--find-links",
    "trusted-host": "--allow-insecure-host",
}
VARIABLES = {"cert": "SSL_CERT_FILE", "proxy": "ALL_PROXY"}


def make_environment(target):
    """Make a virtual environment of the Python that runs this."""
    uv = _find_or_get()
    with terminal.Step("Making a virtual environment"):
        terminal.run(
            [uv, "venv", "--clear", "--python", sys.executable, target],
            places.LOG / "venv.log",
            "Making a virtual environment",
            env=_environment(),
        )


def install(target, requirements, what, built=None):
    """Install a locked list into a virtual environment.

    :param built: the name of a package without a wheel, which is built with what the
        list has
    """
    uv = _find_or_get()
    building = ("--no-binary", built, "--build-constraints", requirements)
    options, variables = translate(_read_settings())
    count = sum("==" in line for line in requirements.read_text().splitlines())
    with terminal.Step(f"Installing {count} Python {what}") as step:
        terminal.run(
            [
                *(uv, "pip", "install", "--python", target, *EXACTLY),
                # The hash says which file is meant, whichever index has it.
                *(*options, "--index-strategy", "unsafe-best-match"),
                *("--requirements", requirements),
                *(building if built else ()),
            ],
            places.LOG / f"{requirements.stem}.log",
            "Installing Python packages",
            on_line=lambda line: _show(step, line),
            env=_environment(**variables),
        )


def _show(step, line):
    """Show what uv is busy with."""
    if line.startswith(("Resolved", "Downloading", "Prepared")):
        step.detail = line.strip().lower()


def _environment(**variables):
    """Return the environment for uv; what the user set stays as it is."""
    ours = {
        "UV_CACHE_DIR": places.CACHE / "uv",
        "UV_HTTP_TIMEOUT": 30,
        "UV_HTTP_RETRIES": 1,
        # Debian's pip trusts the system's certificates, too.
        "UV_SYSTEM_CERTS": 1,
        **variables,
    }
    missing = {name: value for name, value in ours.items() if name not in os.environ}
    return terminal.clean_environment(
        UV_NO_PROGRESS=1, UV_PYTHON_DOWNLOADS="never", **missing
    )


def _find_or_get():
    """Return the path of uv, fetched if it is missing."""
    key = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:8]
    folder = places.RUN / f"uv-{key}"
    if not folder.exists():
        new = places.RUN / "uv.new"
        shutil.rmtree(new, ignore_errors=True)
        pip = _find_pip()
        with terminal.Step("Getting uv"):
            terminal.run(
                [
                    *(*pip, "install", "--target", new, *EXACTLY),
                    *("--retries", "1", "--timeout", "30"),
                    *("--disable-pip-version-check", "--progress-bar", "off"),
                    *("--requirement", REQUIREMENTS),
                ],
                places.LOG / "requirements-uv.log",
                "Getting uv",
                env=terminal.clean_environment(PIP_ROOT_USER_ACTION="ignore"),
            )
        new.rename(folder)
    return folder / "bin" / "uv"


def _find_pip():
    """Return the words that start pip: this Python's own, or Debian's.

    :raise Problem: when there is none
    """
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    for root in (Path("/"), places.RUN / "pip"):
        for wheel in (root / WHEELS).glob("pip-*.whl"):
            return [sys.executable, wheel / "pip"]
    new = places.RUN / "pip.new"
    shutil.rmtree(new, ignore_errors=True)
    downloads = debian.fetch([PIP], "pip", "pip", "install pip for this Python")
    debian.unpack(downloads, new, "pip")
    new.rename(places.RUN / "pip")
    return _find_pip()


def _read_settings():
    """Return what pip was told, as `{name: text}`."""
    result = subprocess.run(
        [*_find_pip(), "config", "list"],
        capture_output=True,
        text=True,
        check=False,
        env=terminal.clean_environment(),
    )
    return parse_settings(result.stdout)


def parse_settings(text):
    """Return `{name: text}` of what `pip config list` prints.

    What holds for all of pip is outdone by what holds for its `install`, and that by
    variables.
    """
    found = re.findall(
        r"^(global|install|:env:)\.([\w-]+)=('.*'|\".*\")$", text, re.MULTILINE
    )
    order = ("global", "install", ":env:")
    return {
        name: ast.literal_eval(value)
        for scope, name, value in sorted(found, key=lambda row: order.index(row[0]))
    }


def translate(settings):
    """Return what pip was told as options and as variables of uv."""
    options = [
        word
        for name, option in OPTIONS.items()
        for value in settings.get(name, "").split()
        for word in (option, value)
    ]
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        options.append("--no-index")
    variables = {
        variable: settings[name]
        for name, variable in VARIABLES.items()
        if name in settings
    }
    return options, variables
