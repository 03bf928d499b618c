"""The test files, in shares that take about the same time.

How long each file took last time stands in `.run/durations.json`. A file that is not in
there is taken to need as long for each line as the others do.
"""

import contextlib
import json

from bootstrap import locks, places

DURATIONS = places.RUN / "durations.json"
DURATIONS_FAST = places.RUN / "durations-fast.json"

# Where nothing was measured yet: files that take so many times longer than their lines
# tell, since they ask for thousands of pages.
LONG_FILES = {"test_leaks.py": 9, "test_access.py": 6, "test_browser.py": 3}


def find_addon_tests():
    """Return the test files of all our addons, sorted."""
    return sorted(places.ADDONS.glob("*/tests/**/test_*.py"))


def find_process_tests():
    """Return the files of the tests that want a server, sorted."""
    return sorted((places.ROOT / "tests").glob("test_*.py"))


def share_out(files, count, seconds):
    """Return the files in so many shares that take about the same time.

    :param dict seconds: of the files last time
    """
    shares = [[] for _ in range(count)]
    weights = [0] * count
    weighed = weigh(files, seconds)
    for file in sorted(files, key=lambda file: (weighed[file], file), reverse=True):
        lightest = weights.index(min(weights))
        shares[lightest].append(file)
        weights[lightest] += weighed[file]
    return [sorted(share) for share in shares if share]


def weigh(files, seconds):
    """Return `{file: seconds}` that the files will take, or lines if none is known."""
    known = [file for file in files if file in seconds]
    lines = {file: _count_lines(file) for file in files}
    rate = sum(map(seconds.get, known)) / sum(map(lines.get, known)) if known else 1
    return {
        file: seconds.get(file, lines[file] * rate * LONG_FILES.get(file.name, 1))
        for file in files
    }


def _count_lines(file):
    return len(file.read_bytes().splitlines()) + 1


def read(path):
    """Return `{file: seconds}` of a file of durations; empty if there is none."""
    with contextlib.suppress(OSError, ValueError):
        return {
            places.ROOT / name: seconds
            for name, seconds in json.loads(path.read_text()).items()
        }
    return {}


def record(path, seconds):
    """Write down how long files took; what is known of the others stays.

    :param dict seconds: of the files, named from the root of the checkout
    """
    with locks.locked(path.with_suffix(".lock"), "the durations"):
        known = {
            str(file.relative_to(places.ROOT)): taken
            for file, taken in read(path).items()
            if file.exists()
        }
        rounded = {name: round(taken, 1) for name, taken in seconds.items()}
        new = path.with_suffix(".new")
        new.write_text(json.dumps(known | rounded, indent=1, sort_keys=True))
        new.rename(path)
