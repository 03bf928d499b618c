"""The whole suite runs in shares: every file once, and no failure is lost."""

import json
import subprocess
from pathlib import Path

import pytest

from bootstrap import odoo, places, shares
from bootstrap.database import own_addons
from bootstrap.test import NOTHING_COLLECTED, join_statuses, parse

KINDS = (shares.find_addon_tests(), shares.find_process_tests())

# Odoo's own way to the tests of an addon: what `tests/__init__.py` holds.
FIND = """
import json, sys
from odoo.modules.module import initialize_sys_path
from odoo.tests.loader import get_test_modules
from odoo.tools import config

config.parse_config(["-c", sys.argv[1]], setup_logging=False)
initialize_sys_path()
modules = [module for addon in sys.argv[2:] for module in get_test_modules(addon)]
print(json.dumps([module.__file__ for module in modules]))
"""


def test_odoo_and_pytest_find_the_same_files():
    found = odoo.get()
    configuration = found.write_configuration("find-tests")
    answer = subprocess.run(
        [found.command[0], "-c", FIND, configuration, *own_addons()],
        capture_output=True,
        check=True,
        text=True,
        env=found.environment({}),
    )
    modules = json.loads(answer.stdout.splitlines()[-1])
    assert sorted(map(Path, modules)) == shares.find_addon_tests()


@pytest.mark.parametrize("files", KINDS, ids=["addons", "processes"])
@pytest.mark.parametrize("is_measured", [False, True])
def test_every_file_is_in_one_share_and_they_take_as_long(files, is_measured):
    # The first half of the files was measured: each of its lines takes 20 ms.
    seconds = {
        file: 0.02 * len(file.read_bytes().splitlines())
        for file in files[: len(files) // 2]
    }
    seconds = seconds if is_measured else {}
    parts = shares.share_out(files, 2, seconds)
    assert sorted(file for part in parts for file in part) == files
    weights = shares.weigh(files, seconds)
    sizes = [sum(map(weights.get, part)) for part in parts]
    assert max(sizes) < 1.2 * min(sizes)


def test_what_was_measured_counts_for_more_than_lines(tmp_path):
    short, long, new = (tmp_path / f"test_{name}.py" for name in ("a", "b", "c"))
    short.write_text("\n" * 9)
    long.write_text("\n" * 9)
    new.write_text("\n" * 4)
    seconds = {short: 1.0, long: 3.0}
    assert shares.weigh([short, long, new], seconds) == {short: 1, long: 3, new: 1}
    assert shares.share_out([short, long, new], 2, seconds) == [[long], [short, new]]


def test_two_shares_write_down_how_long_they_took(tmp_path):
    path = tmp_path / "durations.json"
    files = ["tests/conftest.py", "tests/people.py", "tests/test_shares.py"]
    shares.record(path, {files[0]: 1.23, files[1]: 2.0, "tests/test_gone.py": 5.0})
    shares.record(path, {files[1]: 3.0, files[2]: 0.0})
    assert shares.read(path) == {
        places.ROOT / name: seconds
        for name, seconds in zip(files, (1.2, 3.0, 0.0), strict=True)
    }


def test_durations_that_cannot_be_read_are_none(tmp_path):
    path = tmp_path / "durations.json"
    assert shares.read(path) == {}
    path.write_text("[")
    assert shares.read(path) == {}


def test_long_files_are_there():
    names = {file.name for files in KINDS for file in files}
    assert shares.LONG_FILES.keys() <= names


def test_arguments_are_paths_and_options():
    path = str(places.ROOT / "tests" / "test_lint.py")
    choice = parse(["--fast", "-k", "tests", path, "addons", "-x"])
    assert (choice.paths, choice.options, choice.fast) == (
        [path, "addons"],
        ["-k", "tests", "-x"],
        True,
    )
    assert (choice.addons, choice.processes) == (["addons"], [path])


RUNS = {"": True, "-v": True, "--fast": True, "-k pay": False, "tests": False}


def test_only_a_whole_run_is_measured():
    measured = {name: bool(parse(name.split()).get_variables()) for name in RUNS}
    assert measured == RUNS


def test_one_failing_share_fails_the_part():
    assert join_statuses([0, 1], installed_well=True) == 1
    assert join_statuses([NOTHING_COLLECTED, 2], installed_well=True) == 2
    assert join_statuses([NOTHING_COLLECTED, 0], installed_well=True) == 0
    assert join_statuses([0, 0], installed_well=False) == 1
    only_nothing = [NOTHING_COLLECTED, NOTHING_COLLECTED]
    assert join_statuses(only_nothing, installed_well=True) == NOTHING_COLLECTED
