"""Run the suite: the addons' tests inside of Odoo, then those of processes."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bootstrap import environment, places, server_log, terminal

WITH_VALUE = {"-k", "-m", "-n", "-p", "-o", "-W", "-c", "--maxfail", "--durations"}
NOTHING_COLLECTED = 5  # pytest's exit status
# The whole of the addons' tests runs in so many databases at once.
SHARES = min(2, os.cpu_count() or 1)
# Files of few lines that ask for thousands of pages: a thousand lines take 90 seconds.
LONG_FILES = {
    "addons/customer_portal/tests/access/test_access.py": 1500,
    "addons/customer_portal/tests/access/test_leaks.py": 2500,
}


def main(arguments):
    """Run what the arguments ask for; return the exit status."""
    environment.enter("test", arguments, development=True)

    # These need the environment.
    from bootstrap import chromium, odoo, postgres
    from bootstrap.database import Databases

    paths, options = split(arguments)
    addons = [path for path in paths if not _is_process_test(path)]
    processes = [path for path in paths if _is_process_test(path)]
    chromium.find_or_install()
    found = odoo.get()
    statuses = {}
    with postgres.server() as variables:
        databases = Databases(found, variables)
        if addons or not paths:
            statuses["addons"] = _test_addons(databases, addons, options)
        if processes or not paths:
            statuses["processes"] = _test_processes(databases, processes, options)
    return _judge(statuses)


def split(arguments):
    """Return the paths and the options among pytest's arguments."""
    paths, options = [], []
    previous = ""
    for argument in arguments:
        is_path = (
            not argument.startswith("-")
            and previous not in WITH_VALUE
            and Path(argument.split("::")[0]).exists()
        )
        (paths if is_path else options).append(argument)
        previous = argument
    return paths, options


def _is_process_test(path):
    return (places.ROOT / "tests") in (
        Path(path.split("::")[0]).resolve(),
        *Path(path.split("::")[0]).resolve().parents,
    )


def _test_addons(databases, paths, options):
    """Run the addons' tests on copies of the template without demo data.

    All of them run in shares, each in a process and a database of its own.
    """
    template = databases.template(demo=False)
    configuration = databases.odoo.write_configuration("test")
    installed_well = _check_template_log("plain")
    shares = [paths] if paths else share_out(_find_addon_tests(), SHARES)
    with contextlib.ExitStack() as stack:
        starts = [
            [
                f"--odoo-config={configuration}",
                f"--odoo-database={_clone(databases, template, number, stack)}",
                # Without it pages are not tested, and the run is green.
                "--odoo-http",
                # The default hides the warnings that must fail the run.
                "--odoo-log-level=warn",
                *options,
                *share,
            ]
            for number, share in enumerate(shares)
        ]
        return join_statuses(_run_together(databases, starts), installed_well)


def _run_together(databases, starts, **variables):
    """Run pytest once for each list of arguments; return the exit statuses.

    What one but the first says is printed when it is the only one left.
    """
    with contextlib.ExitStack() as stack:
        processes = []
        for number, arguments in enumerate(starts):
            output = stack.enter_context(tempfile.TemporaryFile()) if number else None
            process = _start_pytest(databases, arguments, output, **variables)
            processes.append((process, output))
        statuses = []
        for process, output in processes:
            statuses.append(process.wait())
            if output:
                output.seek(0)
                shutil.copyfileobj(output, sys.stdout.buffer)
                sys.stdout.flush()
    return statuses


def _clone(databases, template, number, stack):
    """Make a database for a share, dropped when the stack unwinds; return its name."""
    from bootstrap.database import PREFIX

    name = f"{PREFIX}_test_{os.getpid()}_{number}"
    with terminal.Step("Copying the database"):
        databases.clone(template, name)
    stack.callback(databases.drop, name)
    return name


def _find_addon_tests():
    return sorted(places.ADDONS.glob("*/tests/**/test_*.py"))


def _find_process_tests():
    return sorted((places.ROOT / "tests").glob("test_*.py"))


def weigh(file):
    """Return for how long the tests of a file take, as so many lines do mostly."""
    extra = LONG_FILES.get(file.relative_to(places.ROOT).as_posix(), 0)
    return len(file.read_bytes().splitlines()) + extra


def share_out(files, count):
    """Return the files in so many shares that take about the same time."""
    shares = [[] for _ in range(count)]
    weights = [0] * count
    for size, file in sorted(((weigh(file), file) for file in files), reverse=True):
        lightest = weights.index(min(weights))
        shares[lightest].append(file)
        weights[lightest] += size
    return [sorted(share) for share in shares if share]


def join_statuses(statuses, installed_well):
    """Return the exit status of a part from those of its shares."""
    ran = [status for status in statuses if status != NOTHING_COLLECTED]
    if not ran:
        return NOTHING_COLLECTED
    return max(ran) or int(not installed_well)


def _test_processes(databases, paths, options):
    """Run the tests that want a server of their own, all of them in shares."""
    template = databases.template(demo=True)
    installed_well = _check_template_log("demo")
    shares = [paths] if paths else share_out(_find_process_tests(), SHARES)
    statuses = _run_together(
        databases,
        [["-p", "no:odoo", *options, *share] for share in shares],
        CUSTOMER_PORTAL_TEMPLATE=template,
    )
    return join_statuses(statuses, installed_well)


def _check_template_log(kind):
    """Return whether the installation itself went without a warning."""
    messages = []
    for name in ("template-base", f"template-{kind}"):
        path = places.LOG / f"{name}.log"
        if path.exists():
            messages += server_log.unexpected(server_log.read(path))
    for message in messages:
        terminal.say(f"The installation logged: {message}")
    return not messages


def _start_pytest(databases, arguments, output=None, **variables):
    """Start pytest and return its process.

    :param output: the file that takes what it says, or None for the terminal
    """
    values = databases.odoo.environment(databases.environment)
    values["PYTHONPATH"] = os.pathsep.join([str(databases.odoo.root), str(places.ROOT)])
    values |= variables
    return subprocess.Popen(
        terminal.tied(
            [sys.executable, "-m", "pytest", "-p", "bootstrap.pytest_plugin"]
            + arguments
        ),
        cwd=places.ROOT,
        env=values,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
    )


def _judge(statuses):
    """Print the verdict over all parts; return the exit status."""
    ran = {
        part: status for part, status in statuses.items() if status != NOTHING_COLLECTED
    }
    words = [
        f"{part}: {'passed' if status == 0 else f'FAILED ({status})'}"
        for part, status in ran.items()
    ]
    if not ran:
        terminal.say("bin/test: no test matches the arguments")
        return NOTHING_COLLECTED
    failed = any(ran.values())
    terminal.say(f"bin/test: {'FAILED' if failed else 'passed'} ({', '.join(words)})")
    return 1 if failed else 0
