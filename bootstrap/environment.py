"""The virtual environments, made from the locked lists of packages."""

import hashlib
import os
import platform
import shutil
import sys

from bootstrap import locks, places, terminal

RUNTIME = places.ROOT / "requirements.txt"
DEVELOPMENT = places.ROOT / "requirements-dev.txt"
SEMGREP = places.ROOT / "requirements-semgrep.txt"
FREE_BYTES = 3 * 1000**3  # Odoo 1.2 GB, packages 0.9 GB, databases 0.3 GB, room


def folder(requirements=RUNTIME, name="venv"):
    """Return the folder of the environment for this Python and this list.

    A new list makes a new folder, so that a server that still runs from the
    old one is not disturbed.
    """
    words = (platform.python_version(), sys.base_prefix, requirements.read_text())
    key = hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]
    return places.RUN / f"{name}-{key}"


def enter(command, arguments, *, development=False):
    """Make the environment if it is missing and start the command in it.

    Returns only inside of the environment.
    """
    target = folder()
    if sys.prefix != str(target):
        _check_free_space()
        with locks.locked(places.RUN / "venv.lock", "Python packages"):
            _make(target, RUNTIME, "packages that Odoo needs")
        _start_again(target, command, arguments)
    if development:
        with locks.locked(places.RUN / "venv.lock", "Python packages"):
            _install(target, DEVELOPMENT, "packages for tests and lint")


def find_or_make_semgrep():
    """Return the folder of semgrep's own environment; only lint needs it.

    Its packages are not those that Odoo pins: docs/decisions/0009.
    """
    target = folder(SEMGREP, "venv-semgrep")
    with locks.locked(places.RUN / "venv.lock", "Python packages"):
        _make(target, SEMGREP, "packages for semgrep")
    return target


def _start_again(target, command, arguments):
    """Replace this process with the same command inside of the environment."""
    python = str(target / "bin" / "python")
    variables = dict(os.environ, PYTHONPYCACHEPREFIX=str(places.RUN / "pycache"))
    variables.pop("PYTHONHOME", None)
    os.execve(
        python, [python, "-m", "bootstrap", command, *map(str, arguments)], variables
    )


def _check_free_space():
    """Refuse early what would fail late.

    :raise Problem: when a first run cannot succeed
    """
    places.RUN.mkdir(exist_ok=True)
    free = shutil.disk_usage(places.RUN).free
    if free < FREE_BYTES and not (places.RUN / "odoo").exists():
        raise terminal.Problem(
            f"about {FREE_BYTES // 1000**3} GB of free disk space are needed in"
            f" {places.RUN}, and {free / 1000**3:.1f} GB are left"
        )


def _make(target, requirements, what):
    """Make an environment, unless it is there and finished."""
    if (target / "finished").exists():
        return
    # An interrupted run leaves a folder without the mark: begin anew.
    shutil.rmtree(target, ignore_errors=True)
    with terminal.Step("Making a virtual environment"):
        # Not sys.executable: inside of another environment that would stack them.
        terminal.run(
            [sys.executable, "-m", "venv", target],
            places.LOG / "venv.log",
            "Making a virtual environment"
            " (Debian's package python3-venv has what it needs)",
            env=terminal.clean_environment(),
        )
    _install(target, requirements, what)
    (target / "finished").touch()


def _install(target, requirements, what):
    """Install a locked list, unless exactly this one has been installed."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    mark = target / f"{requirements.stem}.sha256"
    if mark.exists() and mark.read_text() == digest:
        return
    count = sum("==" in line for line in requirements.read_text().splitlines())
    with terminal.Step(f"Installing {count} Python {what}") as step:
        # Without dependencies: the list is complete, and holds only wheels.
        terminal.run(
            [
                *(target / "bin" / "python", "-m", "pip", "install"),
                *("--no-deps", "--require-hashes", "--only-binary", ":all:"),
                *("--retries", "1", "--timeout", "30"),
                *("--disable-pip-version-check", "--progress-bar", "off"),
                *("-r", requirements),
            ],
            places.LOG / f"{requirements.stem}.log",
            "Installing Python packages",
            on_line=lambda line: _show_package(step, line),
            env=terminal.clean_environment(),
        )
    mark.write_text(digest)


def _show_package(step, line):
    """Show the package that pip is busy with."""
    if line.startswith("Collecting "):
        step.detail = line.split()[1]
    elif line.startswith("Installing collected"):
        step.detail = "unpacking"
