"""What changed between two versions, line by line and word by word."""

import difflib
import re

from markupsafe import Markup

from .body import get_plain_text

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MARKS = {
    "span": Markup("<p>{}</p>"),
    "del": Markup("<p><del>{}</del></p>"),
    "ins": Markup("<p><ins>{}</ins></p>"),
}
MOST_LINES = 3000  # of either text; beyond it only whole lines are compared


def draw_difference(before, after):
    """Return HTML in which what was added and what went is marked.

    :param before, after: records with name, summary and body; before may be empty
    """
    old, new = _get_lines(before), _get_lines(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    parts = []
    for kind, begin, end, new_begin, new_end in matcher.get_opcodes():
        if kind == "equal":
            parts += [_draw_line(line) for line in _shorten(old[begin:end])]
        elif kind == "replace" and end - begin == new_end - new_begin:
            pairs = zip(old[begin:end], new[new_begin:new_end], strict=True)
            parts += [_draw_words(*pair) for pair in pairs]
        else:
            parts += [_draw_line(line, "del") for line in old[begin:end]]
            parts += [_draw_line(line, "ins") for line in new[new_begin:new_end]]
    return Markup("").join(parts)


def _get_lines(record):
    if not record:
        return []
    texts = [record.name or "", record.summary or "", get_plain_text(record.body)]
    return "\n".join(filter(None, texts)).splitlines()[:MOST_LINES]


def _shorten(lines):
    """Return what is the same, without its middle where that is long."""
    return lines if len(lines) < 7 else [*lines[:3], "…", *lines[-3:]]


def _draw_line(line, tag="span"):
    return MARKS[tag].format(line)


def _draw_words(old, new):
    """Return one line in which the words that differ are marked."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    parts = []
    for kind, begin, end, new_begin, new_end in matcher.get_opcodes():
        gone, come = "".join(before[begin:end]), "".join(after[new_begin:new_end])
        if kind == "equal":
            parts.append(Markup("{}").format(gone))
            continue
        if gone:
            parts.append(Markup("<del>{}</del>").format(gone))
        if come:
            parts.append(Markup("<ins>{}</ins>").format(come))
    return Markup("<p>{}</p>").format(Markup("").join(parts))
