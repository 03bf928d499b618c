"""The bracketed names of a form, `shipping[address][city]=Gent`, as nested values."""

import re
from urllib.parse import parse_qsl


def parse(*texts):
    """Return the nested values of forms: of an address, and of a body."""
    root = {}
    for text in texts:
        for name, value in parse_qsl(text, keep_blank_values=True):
            _put(root, re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name), value)
    return _lists(root)


def _put(branch, path, value):
    for name in path[:-1]:
        branch = branch.setdefault(name or str(len(branch)), {})
        if not isinstance(branch, dict):
            return  # `a=1&a[b]=2`: the first one counts
    name = path[-1] if path else ""
    branch[name or str(len(branch))] = value


def _lists(branch):
    """Return a branch whose numbered parts are lists."""
    if not isinstance(branch, dict):
        return branch
    values = {name: _lists(value) for name, value in branch.items()}
    if values and all(name.isdigit() for name in values):
        return [values[name] for name in sorted(values, key=int)]
    return values
