"""What the user sees: steps with progress, and failures in one sentence."""

import contextlib
import errno
import importlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from bootstrap import places

QUIET_SECONDS = 2  # a step shorter than this shows no progress
LINE_SECONDS = 10  # between two lines of progress where there is no terminal


class Problem(Exception):
    """What went wrong and what to do, in one sentence."""


def say(text):
    """Print a line at once."""
    print(text, flush=True)


def run_command(name, module, arguments):
    """Run a command and exit with its status.

    :param str name: of the command, as in bin/
    :param str module: with the `main` of it
    """
    # Also where Ctrl-C was switched off, as in the background of a script.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    try:
        status = importlib.import_module(module).main(arguments)
    except KeyboardInterrupt:
        say("\nStopped.")
        status = 130
    except Problem as problem:
        print(f"\nbin/{name}: {problem}", file=sys.stderr)
        status = 1
    except OSError as error:
        print(f"\nbin/{name}: {_describe(error)}", file=sys.stderr)
        status = 1
    except Exception as error:  # a defect of ours: say where to look
        path = _write_crash_report()
        print(
            f"\nbin/{name}: this should not happen ({error.__class__.__name__}:"
            f" {error}); please report it with {path}",
            file=sys.stderr,
        )
        status = 1
    sys.exit(status)


def _stop(signum, _frame):
    """Turn a signal into an exit, so that every `finally` runs."""
    # A second one must not interrupt the clean-up.
    signal.signal(signum, signal.SIG_IGN)
    sys.exit(128 + signum)


def _describe(error):
    """Return a sentence for an error of the operating system."""
    name = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full{name}: make room and run the same command again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"no permission to write{name}: was .run made by another user?"
            " Remove it as that user, or run as that user"
        )
    return f"{error.strerror or error}{name}"


def _write_crash_report():
    """Keep the traceback out of the terminal, and return where it went."""
    with contextlib.suppress(OSError):
        places.LOG.mkdir(parents=True, exist_ok=True)
        path = places.LOG / "crash.log"
        path.write_text(traceback.format_exc())
        return path
    return "the output above"


class Step:
    """Say what is being done, show progress, and say how long it took.

    `detail` may be set at any time; it is shown with the seconds gone by. Steps that
    run side by side share the line of the terminal.
    """

    _running = []  # in the order of their beginning; the first draws them all

    def __init__(self, text):
        """Remember what to say: an -ing form, such as "Unpacking Odoo"."""
        self.text = text
        self.detail = ""
        self._done = threading.Event()
        self._live = sys.stdout.isatty()

    def __enter__(self):
        """Start the clock."""
        self._start = time.monotonic()
        self._running.append(self)
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._ticker.start()
        return self

    def __exit__(self, kind, _error, _traceback):
        """Say how long it took, or leave the failure to others."""
        self._done.set()
        self._running.remove(self)
        self._ticker.join()
        if self._live:
            print("\r\033[K", end="")
        if kind is None:
            say(f"{self.text}: {self._seconds():.0f} s")

    def _seconds(self):
        return time.monotonic() - self._start

    def _describe(self):
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.text} ... {self._seconds():.0f} s{detail}"

    def _tick(self):
        if self._done.wait(QUIET_SECONDS):
            return
        while True:
            if not self._live:
                say(self._describe())
            elif self._running[:1] == [self]:
                line = " | ".join(step._describe() for step in list(self._running))
                # A line that wraps could not be written over.
                width = shutil.get_terminal_size().columns - 1
                print(f"\r\033[K{line[:width]}", end="", flush=True)
            if self._done.wait(1 if self._live else LINE_SECONDS):
                return


def together(*jobs):
    """Call functions side by side; a failure stops the programs of the others.

    :param jobs: functions without arguments
    :raise Problem: of the first that fails
    """
    with ThreadPoolExecutor(len(jobs)) as pool:
        try:
            for done in as_completed([pool.submit(job) for job in jobs]):
                done.result()
        except BaseException:
            _ended.set()
            for process in list(_processes):
                _stop_all_of(process)
            raise


_processes = set()  # that `run` waits for
_ended = threading.Event()  # by a failure or a signal: nothing more is started


def run(command, log, what, on_line=None, **options):
    """Run a program to its end, its output in a file.

    :param command: list of words
    :param Path log: file that receives standard output and errors
    :param what: what fails if it fails, such as "Unpacking Odoo"
    :param on_line: called with each line of output
    :raise Problem: when the program fails, with its last words
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(
            tied(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
            **options,
        )
        _processes.add(process)
        try:
            if _ended.is_set():
                raise Problem(f"{what} was not begun")
            for line in process.stdout:
                output.write(line)
                output.flush()
                if on_line:
                    on_line(line)
            status = process.wait()
        except BaseException:
            _stop_all_of(process)
            raise
        finally:
            _processes.discard(process)
    if status:
        raise Problem(explain(what, log))


def _stop_all_of(process):
    """End a program of `run` and those that it has started, as dpkg does."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    stop(process)


def tied(command):
    """Return the command such that it ends when this process is killed."""
    return ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)]


def stop(process, seconds=20):
    """End a process that was started here: politely, then not."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


NETWORK_WORDS = re.compile(
    r"Temporary failure|Could not resolve|Failed to resolve|Name or service not known"
    r"|Failed to establish a new connection|Network is unreachable|Could not connect"
    r"|ProxyError|Connection refused|Unable to connect|(onnection|operation) timed out"
)
# How a line begins that says why: of apt, pip, uv, Python and Odoo.
ERROR_WORDS = re.compile(
    r"E: |ERROR|error: |cause: |[\w.]*(Error|Exception)\b|.* (ERROR|CRITICAL) "
)


def explain(what, log):
    """Return one sentence about a failed program from what it wrote to `log`."""
    text = log.read_text(encoding="utf-8", errors="replace")
    where = f"the whole log is {relative(log)}"
    if re.search(r"No space left on device|Disk quota exceeded", text):
        return f"{what} failed: the disk is full; {where}"
    if NETWORK_WORDS.search(text):
        return f"{what} failed: the network, or a proxy, does not answer; {where}"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if ERROR_WORDS.match(line)]
    last = (errors or lines or ["it wrote nothing"])[-1].removeprefix("cause: ")
    return f"{what} failed: {last[:300]}; {where}"


def relative(path):
    """Return a path as the user would type it."""
    path = Path(path)
    with contextlib.suppress(ValueError):
        return path.relative_to(places.ROOT)
    return path


def clean_environment(**values):
    """Return the environment for a program, without what would mislead it."""
    misleading = ("PYTHON", "ODOO_", "PGDATABASE", "VIRTUAL_ENV")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(misleading)
    }
    environment.update(
        # Byte code goes into .run, so that a read-only checkout works too.
        PYTHONPYCACHEPREFIX=str(places.RUN / "pycache"),
        PYTHONUNBUFFERED="1",
        LC_ALL="C.UTF-8",
    )
    environment.update({name: str(value) for name, value in values.items()})
    return environment
