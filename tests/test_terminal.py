"""What runs side by side ends together."""

import threading
import time

import psutil
import pytest

from bootstrap import terminal


def test_failure_stops_the_programs_of_the_others(monkeypatch, tmp_path):
    monkeypatch.setattr(terminal, "_ended", threading.Event())
    begun = threading.Event()

    def wait():
        # A program that starts another one, which keeps the pipe open.
        command = ["bash", "-c", "echo begun; sleep 321; echo done"]
        terminal.run(command, tmp_path / "log", "Waiting", lambda _line: begun.set())

    def fail():
        begun.wait()
        raise terminal.Problem("no network")

    start = time.monotonic()
    with pytest.raises(terminal.Problem, match="no network"):
        terminal.together(wait, fail)
    assert time.monotonic() - start < 60
    assert [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] == ["sleep", "321"]
    ] == []
    assert (tmp_path / "log").read_text() == "begun\n"


def test_nothing_is_begun_after_a_failure(monkeypatch, tmp_path):
    monkeypatch.setattr(terminal, "_ended", threading.Event())
    terminal._ended.set()
    with pytest.raises(terminal.Problem, match="was not begun"):
        terminal.run(["sleep", "321"], tmp_path / "log", "Waiting")


def test_line_that_says_why_is_found(tmp_path):
    log = tmp_path / "log"
    log.write_text(
        "Resolved 62 packages in 1ms\n"
        "error: Failed to download `polib==1.2.0`\n"
        "  cause: Hash mismatch for `polib==1.2.0`\n\n"
        "         Expected:\n           sha256:0000\n"
    )
    sentence = terminal.explain("Installing", log)
    assert sentence.startswith("Installing failed: Hash mismatch for `polib==1.2.0`; ")
