"""Warnings and errors in Odoo's log: the ones to expect, and the others."""

import re

from bootstrap import places

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>WARNING|ERROR|CRITICAL) \S+ (?P<rest>.*)"
)


def read_list(name):
    """Return the patterns of a list in bootstrap/.

    :raise ValueError: when a pattern has no comment above it that gives a reason
    """
    patterns = []
    reason = ""
    for line in (places.ROOT / "bootstrap" / name).read_text().splitlines():
        if line.startswith("#"):
            reason = line
        elif line:
            if not reason:
                raise ValueError(f"{name}: no reason above {line}")
            patterns.append(re.compile(line))
        else:
            reason = ""
    return patterns


def unexpected(messages):
    """Return the messages that the list of allowed ones does not know.

    :param messages: texts such as "WARNING odoo.http: ..."
    """
    allowed = read_list("log_allow.txt")
    return [
        message
        for message in messages
        if not any(pattern.search(message) for pattern in allowed)
    ]


def read(path):
    """Return the warnings and errors of a log file, each with its traceback."""
    messages = []
    inside = False  # of a message that counts; its further lines belong to it
    for line in path.read_text(errors="replace").splitlines():
        found = LINE.match(line)
        if found:
            messages.append(f"{found['level']} {found['rest']}")
            inside = True
        elif re.match(r"^\d{4}-\d\d-\d\d ", line):
            inside = False
        elif inside:
            messages[-1] += f"\n{line}"
        elif line.startswith("Traceback "):
            messages.append(line)
            inside = True
    return messages
