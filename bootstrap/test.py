"""Run the suite: the addons' tests inside of Odoo, then those of processes.

With --fast, those that answer a change: without hostile values, leaks and processes.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bootstrap import environment, places, server_log, shares, terminal

WITH_VALUE = {"-k", "-m", "-n", "-p", "-o", "-W", "-c", "--maxfail", "--durations"}
NOTHING_COLLECTED = 5  # pytest's exit status
# The whole of the addons' tests runs in so many databases at once.
SHARES = min(2, os.cpu_count() or 1)
# What --fast leaves out, by words in the names of files, classes and tests.
FAST = "not hostile and not leaks"
MEASURED = "CUSTOMER_PORTAL_DURATIONS"  # tells pytest where durations are written


@dataclass(frozen=True)
class Choice:
    """What the arguments ask for: all tests, or those of some paths."""

    paths: list
    options: list  # pytest's
    fast: bool = False  # without what is thorough, and without processes

    @property
    def addons(self):
        """The paths that are tested inside of Odoo."""
        return [path for path in self.paths if not _is_process_test(path)]

    @property
    def processes(self):
        """The paths of the tests that want a server."""
        return [path for path in self.paths if _is_process_test(path)]

    @property
    def durations(self):
        """The file that tells how long everything took last time."""
        return shares.DURATIONS_FAST if self.fast else shares.DURATIONS

    def share_out(self, paths, files):
        """Return the paths that are asked for, or all files, as shares."""
        if paths:
            return [paths]
        return shares.share_out(files, SHARES, shares.read(self.durations))

    def get_variables(self):
        """Return the variables that let a whole run write down how long it takes."""
        is_part = self.paths or {"-k", "-m"} & {*self.options}
        return {} if is_part else {MEASURED: self.durations}


def main(arguments):
    """Run what the arguments ask for; return the exit status."""
    environment.enter("test", arguments, development=True)

    # These need the environment.
    from bootstrap import chromium, odoo, postgres
    from bootstrap.database import Databases

    choice = parse(arguments)
    chromium.find_or_install()
    found = odoo.get()
    statuses = {}
    with postgres.server() as variables:
        databases = Databases(found, variables)
        if choice.addons or not choice.paths:
            statuses["addons"] = _test_addons(databases, choice)
        if choice.processes or not (choice.paths or choice.fast):
            statuses["processes"] = _test_processes(databases, choice)
    return _judge(statuses, choice)


def parse(arguments):
    """Return the choice that the arguments make."""
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
    others = [word for word in options if word != "--fast"]
    return Choice(paths, others, fast=others != options)


def _is_process_test(path):
    path = Path(path.split("::")[0]).resolve()
    return path.is_relative_to(places.ROOT / "tests") and not path.is_relative_to(
        places.TEST_ADDONS
    )


def _test_addons(databases, choice):
    """Run the addons' tests on copies of the template without demo data.

    All of them run in shares, each in a process and a database of its own.
    """
    from bootstrap.database import own_path

    template = databases.template(demo=False)
    configuration = databases.odoo.write_configuration("test", own=own_path("plain"))
    installed_well = _check_template_log("plain")
    parts = choice.share_out(choice.addons, shares.find_addon_tests())
    with contextlib.ExitStack() as stack:
        starts = [
            [
                f"--odoo-config={configuration}",
                f"--odoo-database={_clone(databases, template, number, stack)}",
                # Without it pages are not tested, and the run is green.
                "--odoo-http",
                # The default hides the warnings that must fail the run.
                "--odoo-log-level=warn",
                # Of two, the later counts: the user's.
                *(("-k", FAST) if choice.fast else ()),
                *choice.options,
                *part,
            ]
            for number, part in enumerate(parts)
        ]
        # What a test commits in a share goes with its database: tests/prepared.py.
        variables = {"CUSTOMER_PORTAL_THROWN_AWAY": "1", **choice.get_variables()}
        statuses = _run_together(databases, starts, **variables)
    return join_statuses(statuses, installed_well)


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


def join_statuses(statuses, installed_well):
    """Return the exit status of a part from those of its shares."""
    ran = [status for status in statuses if status != NOTHING_COLLECTED]
    if not ran:
        return NOTHING_COLLECTED
    return max(ran) or int(not installed_well)


def _test_processes(databases, choice):
    """Run the tests that want a server of their own, all of them in shares."""
    template = databases.template(demo=True)
    installed_well = _check_template_log("demo")
    parts = choice.share_out(choice.processes, shares.find_process_tests())
    statuses = _run_together(
        databases,
        [["-p", "no:odoo", *choice.options, *part] for part in parts],
        CUSTOMER_PORTAL_TEMPLATE=template,
        **choice.get_variables(),
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


def _judge(statuses, choice):
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
    if choice.fast:
        terminal.say(
            "Left out by --fast: hostile values, leaks, and what wants a server"
        )
    return 1 if failed else 0
