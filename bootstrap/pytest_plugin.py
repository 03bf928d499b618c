"""What fails a run besides a failing test: skipped tests, and the server's log.

And how long each file takes, for the shares of the next run.
"""

import logging
import os
from collections import Counter
from pathlib import Path

import pytest

from bootstrap import places, server_log, shares
from bootstrap.test import MEASURED

LINES = 12  # shown of a long message, after its first line

complaints = pytest.StashKey()


def is_refusal(record):
    """Return whether a message is but the answer that a person was given.

    A rule of the business that refuses raises UserError, which Odoo shows and logs
    as a warning. AccessError and the others, its subclasses, do count.
    """
    kind = type(record.msg)
    return kind.__module__ == "odoo.exceptions" and kind.__name__ in (
        "UserError",
        "ValidationError",
    )


class Listener(logging.Handler):
    """Collects what the server inside of the tests warns about."""

    def __init__(self):
        """Listen from WARNING on."""
        super().__init__(logging.WARNING)
        self.messages = {}  # {message: tests}
        self.test = "before the first test"

    def emit(self, record):
        """Keep the message, with its traceback and the test that runs."""
        if is_refusal(record):
            return
        text = f"{record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info:
            text += f"\n{logging.Formatter().formatException(record.exc_info)}"
        self.messages.setdefault(text, []).append(self.test)

    def get_complaints(self):
        """Return each message once, with the tests it came in."""
        unexpected = server_log.unexpected(self.messages)
        return [_complain(message, self.messages[message]) for message in unexpected]


def _complain(message, tests):
    """Return the complaint about one message."""
    text = "\n".join(message.splitlines()[:1] + message.splitlines()[1:][-LINES:])
    times = f", {len(tests)} times" if len(tests) > 1 else ""
    return f"the server logged: {text}\n    in {tests[0]}{times}"


listener = Listener()


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """Prepare the list of complaints."""
    config.stash[complaints] = []


def pytest_collection(session):
    """Listen from here on: Odoo has set up its log."""
    logging.getLogger().addHandler(listener)


def pytest_runtest_logstart(nodeid):
    """Remember which test a message belongs to."""
    listener.test = nodeid


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Complain about a skipped test without a reason in the list."""
    report = (yield).get_result()
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    allowed = server_log.read_list("skip_allow.txt")
    if not any(pattern.search(item.nodeid) for pattern in allowed):
        reason = report.longrepr[-1] if report.longrepr else ""
        item.config.stash[complaints].append(
            f"{item.nodeid} was skipped ({reason}): make it run, or name it with the"
            " reason in bootstrap/skip_allow.txt"
        )


seconds = Counter()  # of each file, set-up and tear-down included


def pytest_runtest_logreport(report):
    """Add up how long the tests of a file take."""
    seconds[report.nodeid.split("::")[0]] += report.duration


def _record(config):
    """Write down how long the files took, where the run wants it."""
    path = os.environ.get(MEASURED)
    if path:
        names = [
            str((places.ROOT / file).relative_to(places.ROOT)) for file in config.args
        ]
        # 0 for a file of which no test was chosen
        shares.record(Path(path), {name: seconds[name] for name in names})


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    """Fail the run if there is a complaint."""
    if not (session.shouldstop or session.shouldfail):
        _record(session.config)
    logging.getLogger().removeHandler(listener)
    session.config.stash[complaints] += listener.get_complaints()
    if session.config.stash[complaints] and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    """Show the complaints."""
    found = config.stash[complaints]
    if found:
        terminalreporter.section("this fails the run", red=True)
        for complaint in found:
            terminalreporter.write_line(f"- {complaint}")
        terminalreporter.write_line(
            "(a message of the server that is right is named, with the reason, in"
            " bootstrap/log_allow.txt; in a test, assertLogs or mute_logger take it)"
        )
