"""Run the suite: the addons' tests inside of Odoo, then those of processes."""

import os
import subprocess
import sys
from pathlib import Path

from bootstrap import environment, places, server_log, terminal

WITH_VALUE = {"-k", "-m", "-n", "-p", "-o", "-W", "-c", "--maxfail", "--durations"}
NOTHING_COLLECTED = 5  # pytest's exit status


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
    """Run the addons' tests on a copy of the template without demo data."""
    from bootstrap.database import PREFIX

    template = databases.template(demo=False)
    name = f"{PREFIX}_test_{os.getpid()}"
    with terminal.Step("Copying the database"):
        databases.clone(template, name)
    configuration = databases.odoo.write_configuration("test")
    try:
        return _run_pytest(
            databases,
            [
                f"--odoo-config={configuration}",
                f"--odoo-database={name}",
                # Without it pages are not tested, and the run is green.
                "--odoo-http",
                # The default hides the warnings that must fail the run.
                "--odoo-log-level=warn",
                *options,
                *(paths or ["addons"]),
            ],
            _check_template_log("plain"),
        )
    finally:
        databases.drop(name)


def _test_processes(databases, paths, options):
    """Run the tests that want a server of their own."""
    template = databases.template(demo=True)
    return _run_pytest(
        databases,
        ["-p", "no:odoo", *options, *(paths or ["tests"])],
        _check_template_log("demo"),
        CUSTOMER_PORTAL_TEMPLATE=template,
    )


def _check_template_log(kind):
    """Return whether the installation itself went without a warning."""
    messages = []
    for name in (f"template-base-{kind}", f"template-{kind}"):
        path = places.LOG / f"{name}.log"
        if path.exists():
            messages += server_log.unexpected(server_log.read(path))
    for message in messages:
        terminal.say(f"The installation logged: {message}")
    return not messages


def _run_pytest(databases, arguments, installed_well, **variables):
    """Run pytest and return its status."""
    values = databases.odoo.environment(databases.environment)
    values["PYTHONPATH"] = os.pathsep.join([str(databases.odoo.root), str(places.ROOT)])
    values |= variables
    status = subprocess.run(
        terminal.tied(
            [sys.executable, "-m", "pytest", "-p", "bootstrap.pytest_plugin"]
            + arguments
        ),
        cwd=places.ROOT,
        env=values,
        check=False,
    ).returncode
    return status if installed_well or status else 1


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
