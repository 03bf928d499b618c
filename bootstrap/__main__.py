"""Run one command: `python3 -m bootstrap COMMAND [ARGUMENT]...`."""

import sys

# This file must still be read by an old Python, to say that it is too old.
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "Python 3.11, 3.12 or 3.13 is needed, and this is Python %d.%d: install one"
        " and name it, for example: PYTHON=python3.11 bin/serve" % sys.version_info[:2]  # noqa: UP031
    )

from bootstrap import terminal  # noqa: E402  (after the check above)

terminal.run_command(sys.argv[1], sys.argv[2:])
