"""Run one command: `python3 -m bootstrap COMMAND [ARGUMENT]...`."""

import sys

# This file must still be read by an old Python, to say that it is too old.
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    version = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        f"Python 3.11, 3.12 or 3.13 is needed, and this is Python {version}: install"
        " one and name it, for example: PYTHON=python3.11 bin/serve"
    )

from bootstrap import terminal

# By name: what is measured or checked with stands above this package, and is not
# imported here.
MODULES = {
    "bench": "benchmarks.bench",
    "check-install": "bootstrap.check_install",
    "i18n": "bootstrap.i18n",
    "lint": "lint.checks",
    "serve": "bootstrap.serve",
    "shell": "bootstrap.shell",
    "test": "bootstrap.test",
    "test-core": "bootstrap.test_core",
}

terminal.run_command(sys.argv[1], MODULES[sys.argv[1]], sys.argv[2:])
