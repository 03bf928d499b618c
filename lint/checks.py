"""Check style and safety: ruff, pylint-odoo, semgrep, bandit, licences, our rules."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from bootstrap import environment, odoo, places, terminal
from lint import house_rules, semgrep, wings

# The OCA's own authors and README; and what is not seen to be right: `_ = env._`,
# which house_rules looks after; nor that one model may have two files, one a concern.
PYLINT_UNFIT = (
    "consider-merging-classes-inherited",
    "manifest-required-author",
    "missing-readme",
    "prefer-env-translation",
)

# Case of "utf-8", order of attributes, and eval="1.5" for <field>1.5</field>,
# which Odoo's own data does not write either.
OCA_TASTE = ("xml-header-wrong", "xml-tag-position", "xml-field-numeric-without-eval")

# The tooling runs programs, with lists of words and never with a shell, found by the
# PATH of who calls it. The addons have no such leave.
TOOLING = ("bootstrap", "lint", "benchmarks/bench.py")
BANDIT_UNFIT = ("B404", "B603", "B606", "B607")


def main(arguments):
    """Run all checks, even when one fails; return the exit status."""
    environment.enter("lint", arguments, development=True, semgrep=True)
    found = odoo.get()
    failed = []
    for name, (findings, seconds) in _run_all(found).items():
        terminal.say(f"{name}: {seconds:.0f} s")
        for finding in findings:
            terminal.say(f"  {finding}")
        if findings:
            failed.append(name)
    verdict = f"FAILED ({', '.join(failed)})" if failed else "passed"
    terminal.say(f"bin/lint: {verdict}")
    return 1 if failed else 0


def _run_all(found):
    """Run the checks side by side; return `{name: (findings, seconds)}`."""
    pool = ThreadPoolExecutor(max(2, len(os.sched_getaffinity(0))))
    try:
        with terminal.Step("Checking") as step:
            futures = {
                pool.submit(_time, check, found): name for name, check in CHECKS.items()
            }
            waiting = list(futures.values())
            for future in as_completed(futures):
                waiting.remove(futures[future])
                step.detail = ", ".join(waiting)
        return {name: future.result() for future, name in futures.items()}
    finally:
        # After Ctrl-C: what has not begun does not begin.
        pool.shutdown(wait=False, cancel_futures=True)


def _time(check, found):
    """Return the findings of a check, and how many seconds it took."""
    start = time.monotonic()
    return check(found), time.monotonic() - start


def _call(*command, **variables):
    """Return the output of a failed program as lines, nothing if it succeeds."""
    result = subprocess.run(
        list(map(str, command)),
        cwd=places.ROOT,
        env=terminal.clean_environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode == 0:
        return []
    output = (result.stdout + result.stderr).splitlines()
    return [line for line in output if line.strip()] or [f"{command} failed"]


def _program(name):
    """Return the path of a program of the environment."""
    return Path(sys.executable).with_name(name)


def _addons():
    folders = (places.ADDONS, places.TEST_ADDONS)
    manifests = (
        path for folder in folders for path in folder.glob("*/__manifest__.py")
    )
    return sorted(path.parent for path in manifests)


def check_ruff(_odoo):
    """Look for mistakes and for another order of imports."""
    return _call(_program("ruff"), "check", "--output-format=concise", ".")


def check_format(_odoo):
    """Look for files that `ruff format` would change."""
    return _call(_program("ruff"), "format", "--check", "--output-format=concise", ".")


def check_pylint_odoo(_odoo):
    """Run the checks of pylint-odoo, without those that do not fit here.

    It takes for tests what stands in `tests/` itself, and not in a folder below.
    """
    unfit = ",".join(PYLINT_UNFIT)
    tests = [addon / "tests" for addon in _addons()]
    of_addons = r"--ignore-paths=.*/addons/[a-z_]+/tests/.*"
    return [
        *_run_pylint(*_addons(), f"--disable={unfit}", of_addons),
        *_run_pylint(*tests, f"--disable={unfit},translation-required"),
    ]


def _run_pylint(*arguments):
    return _call(
        *(sys.executable, "-m", "pylint", "--load-plugins=pylint_odoo"),
        *("--disable=all", "--enable=odoolint", "--valid-odoo-versions=19.0"),
        *("--rcfile=/dev/null", "--score=n", *arguments),
    )


def check_oca(_odoo):
    """Run the OCA's checks of XML and CSV files, without those of mere taste."""
    return _call(
        _program("oca-checks-odoo-module"),
        f"--disable={','.join(OCA_TASTE)}",
        *(f"{path}/__manifest__.py" for path in _addons()),
    )


def check_licences(found):
    """Look for an addon that may not depend on another for its licence."""
    folders = ",".join(map(str, [*found.addons_path, places.ADDONS]))
    return _call(
        *(_program("manifestoo"), "--odoo-series", odoo.SERIES),
        *("--addons-path", folders, "--select-addons-dir", places.ADDONS),
        "check-licenses",
        PYTHONPATH=found.root,
    )


def check_semgrep(_odoo):
    """Look for the mistakes that a portal must not make."""
    return semgrep.check(environment.semgrep_folder())


def check_bandit(_odoo):
    """Look for what is known to be unsafe in Python."""
    command = (
        *(_program("bandit"), "--quiet", "--exclude", "*/tests/*"),
        *("--format", "custom", "--msg-template", "{relpath}:{line}: {test_id} {msg}"),
        "--recursive",
    )
    return [
        *_call(*command, "addons"),
        *_call(
            *command,
            *(*TOOLING, "--skip", ",".join(BANDIT_UNFIT)),
            *("--exclude", f"*/tests/*,{semgrep.EXAMPLES.relative_to(places.ROOT)}"),
        ),
    ]


def check_shell(_odoo):
    """Look for mistakes in shell scripts."""
    scripts = [*sorted((places.ROOT / "bin").iterdir()), places.ROOT / ".ci" / "run"]
    return [
        line
        for script in scripts
        if script.exists()
        for line in _call("bash", "-n", script)
    ]


def check_dockerfile(_odoo):
    """Look for mistakes in the Dockerfile."""
    return _call(_program("hadolint"), places.ROOT / "docker" / "Dockerfile")


def check_wings(_odoo):
    """Look for imports against the order of the wings, and for misnamed files."""
    return wings.check()


def check_sentences(_odoo):
    """Look for sentences that nobody can translate."""
    # It needs the environment.
    from lint import sentences

    return sentences.check()


def check_house_rules(_odoo):
    """Look for what no tool knows."""
    return house_rules.check()


# The slow ones first, since as many run at once as there are processors.
CHECKS = {
    "pylint-odoo": check_pylint_odoo,
    "semgrep": check_semgrep,
    "bandit": check_bandit,
    "ruff check": check_ruff,
    "ruff format": check_format,
    "oca-checks-odoo-module": check_oca,
    "licences": check_licences,
    "shell scripts": check_shell,
    "hadolint": check_dockerfile,
    "house rules": check_house_rules,
    "wings": check_wings,
    "sentences": check_sentences,
}
