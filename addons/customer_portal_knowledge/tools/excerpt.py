"""Excerpts: the place in a text that answers a question, its words marked."""

from bisect import bisect_left, bisect_right

from markupsafe import Markup, escape

from .words import get_end

LONGEST_EXCERPT = 200  # characters
_MARK = Markup("<mark>%s</mark>")
_ENDS = ".!?\u3002\uff01\uff1f\u061f;\n"


def cut_excerpt(text, starts):
    """Return the best part of a text as Markup.

    :param starts: where the words begin that were looked for, in their order
    """
    spans = _get_spans(text, starts)
    start, end = _choose(text, spans)
    inside = [(a, b) for a, b in spans if start <= a and b <= end]
    return ("\u2026 " if start else "") + _draw(text, inside, start, end)


def mark_words(text, starts):
    """Return a whole text, as a title, with its words marked."""
    return _draw(text, _get_spans(text, starts), 0, len(text))


def _get_spans(text, starts):
    """Return [start, end) of words; pairs of Chinese signs, which overlap, as one."""
    merged = []
    for start in starts:
        end = get_end(text, start)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _choose(text, spans):
    """Return [start, end) of the part with the most of the words."""
    if not spans:
        return 0, _end_at(text, 0)
    starts = [start for start, _end in spans]
    best = max(
        range(len(spans)),
        key=lambda at: (
            bisect_right(starts, starts[at] + LONGEST_EXCERPT - 40)
            - bisect_left(starts, starts[at]),
            -at,
        ),
    )
    first = spans[best][0]
    if first < LONGEST_EXCERPT // 2:
        return 0, _end_at(text, 0)
    # From the start of the sentence, if that is near, else of a word.
    near = max(0, first - 60)
    begin = max(text.rfind(sign, near, first) for sign in _ENDS) + 1
    if begin <= near:
        space = text.find(" ", near, first)
        begin = space + 1 if space >= 0 else near
    begin += len(text[begin:first]) - len(text[begin:first].lstrip())
    return begin, _end_at(text, begin)


def _end_at(text, start):
    """Return where a part ends: after a word."""
    end = start + LONGEST_EXCERPT
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", start + LONGEST_EXCERPT // 2, end)
    return space if space > 0 else end


def _draw(text, spans, start, end):
    parts, at = [], start
    for begin, stop in spans:
        parts += [escape(text[at:begin]), _MARK % text[begin:stop]]
        at = stop
    parts.append(escape(text[at:end]))
    if end < len(text):
        parts.append(" \u2026")
    return Markup("").join(parts).replace("\n", " \u00b7 ")
