"""The virtual environments, made from the locked lists of packages."""

import hashlib
import os
import platform
import shutil
import sys

from bootstrap import locks, odoo, places, terminal, uv

RUNTIME = places.ROOT / "requirements.txt"
DEVELOPMENT = places.ROOT / "requirements-dev.txt"
SEMGREP = places.ROOT / "requirements-semgrep.txt"
LOCALSTRIPE = places.ROOT / "requirements-localstripe.txt"
FREE_BYTES = 3 * 1000**3  # Odoo 1.2 GB, packages 0.9 GB, databases 0.3 GB, room


def folder(requirements=RUNTIME, name="venv"):
    """Return the folder of the environment for this Python and this list.

    A new list makes a new folder, so that a server that still runs from the
    old one is not disturbed.
    """
    words = (platform.python_version(), sys.base_prefix, requirements.read_text())
    key = hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]
    return places.RUN / f"{name}-{key}"


def semgrep_folder():
    """Return the folder of semgrep's own environment: docs/decisions/0009."""
    return folder(SEMGREP, "venv-semgrep")


def get_localstripe():
    """Return the Python of localstripe's own environment: docs/decisions/0053."""
    target = folder(LOCALSTRIPE, "venv-localstripe")
    with locks.locked(places.RUN / "venv.lock", "Python packages"):
        _make(target, LOCALSTRIPE, "packages for localstripe", built="localstripe")
    return target / "bin" / "python"


def enter(command, arguments, *, development=False, semgrep=False):
    """Make what is missing, Odoo too, and start the command in the environment.

    Returns only inside of the environment.

    :param bool development: with what tests and lint need
    :param bool semgrep: with semgrep, in an environment of its own
    """
    target = folder()
    if sys.prefix == str(target):
        return
    _check_free_space()
    terminal.together(odoo.fetch, lambda: _prepare(target, development, semgrep))
    _start_again(target, command, arguments)


def _prepare(target, development, semgrep):
    """Make the environments that a command needs."""
    with locks.locked(places.RUN / "venv.lock", "Python packages"):
        _make(target, RUNTIME, "packages that Odoo needs")
        if development:
            _install(target, DEVELOPMENT, "packages for tests and lint")
        if semgrep:
            _make(semgrep_folder(), SEMGREP, "packages for semgrep")


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


def _make(target, requirements, what, built=None):
    """Make an environment, unless it is there and finished.

    :param built: see `uv.install`
    """
    if (target / "finished").exists():
        return
    # An interrupted run leaves a folder without the mark: begin anew.
    uv.make_environment(target)
    _install(target, requirements, what, built)
    (target / "finished").touch()


def _install(target, requirements, what, built=None):
    """Install a locked list, unless exactly this one has been installed."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    mark = target / f"{requirements.stem}.sha256"
    if mark.exists() and mark.read_text() == digest:
        return
    uv.install(target, requirements, what, built)
    mark.write_text(digest)
