"""What the one search finds: its groups, and the words marked in a text."""

from typing import NamedTuple

from markupsafe import Markup, escape

from odoo.tools import SQL

from .folding import fold
from .search import SEPARATORS

# How a text is looked for.
WORDS = "words"  # each word stands anywhere: what a list of the portal finds
NAMES = "names"  # each word stands in what the row is called: while somebody types
EXACT = "exact"  # the text is the number, reference or amount
ALIKE = "alike"  # the text is misspelt

LONGEST_EXCERPT = 160  # characters


class FoundGroup(NamedTuple):
    """A kind of records that a person may find.

    :param str key: a word of the address: `?kind=orders`
    :param str label: what the pages call them
    :param str icon: a class of Font Awesome
    :param domain: of the records that the person reaches; the record rules hold too
    :param customer_ids: whose further papers are looked through, see
        `portal.searched.mixin`
    :param str url: of the list that takes `search`, or "" where there is none
    :param within: a domain that a source narrows its further papers by, if it does
    """

    key: str
    label: str
    icon: str
    domain: object
    customer_ids: frozenset = frozenset()
    url: str = ""
    within: object = None


class FoundQuery(NamedTuple):
    """Queries of ids, of which one is asked only when those before it found too few."""

    queries: list
    limit: int

    def is_empty(self):
        return False

    def select(self):
        parts = SQL(" UNION ALL ").join(
            SQL("(%s)", query.select()) for query in self.queries
        )
        return SQL("%s LIMIT %s", parts, self.limit)


def mark_words(text, words):
    """Return a text as HTML, with the words marked as they are found.

    :param text: what is shown; HTML (Markup) is marked already
    :param words: `Word`s of `tools/search.py`
    """
    if isinstance(text, Markup) or not text:
        return text or ""
    folded, places = _fold_places(text)
    marked = bytearray(len(text))
    for word in {_drop(fold(word.plain)) for word in words} - {""}:
        start = folded.find(word)
        while start >= 0:
            first, last = places[start], places[start + len(word) - 1]
            marked[first : last + 1] = b"\1" * (last + 1 - first)
            start = folded.find(word, start + len(word))
    parts, begin = [], 0
    for place in range(1, len(text) + 1):
        if place == len(text) or marked[place] != marked[begin]:
            part = escape(text[begin:place])
            parts.append(Markup("<mark>%s</mark>") % part if marked[begin] else part)
            begin = place
    return Markup("").join(parts)


def cut_excerpt(text, words):
    """Return the piece of a text around the first of the words; one line."""
    text = " ".join((text or "").split())
    if len(text) <= LONGEST_EXCERPT:
        return text
    folded, places = _fold_places(text)
    starts = [folded.find(_drop(fold(word.plain))) for word in words]
    first = min((places[start] for start in starts if start >= 0), default=0)
    begin = max(0, first - LONGEST_EXCERPT // 3)
    piece = text[begin : begin + LONGEST_EXCERPT]
    return f"{'…' if begin else ''}{piece.strip()}…"


def _fold_places(text):
    """Return a text as it is compared, and the place of each of its letters."""
    letters, places = [], []
    for place, letter in enumerate(text):
        for folded in _drop(fold(letter)):
            letters.append(folded)
            places.append(place)
    return "".join(letters), places


def _drop(text):
    return text.translate(_WITHOUT)


_WITHOUT = dict.fromkeys(map(ord, SEPARATORS))
