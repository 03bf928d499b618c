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

terminal.run_command(sys.argv[1], sys.argv[2:])
