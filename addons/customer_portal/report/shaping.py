"""Letters that join, and lines that are read from the right.

arabic-reshaper chooses the form of each letter, python-bidi finds the direction of
each sign. Lines are broken in between, in the order of reading: turning a whole
paragraph around before it is broken would put its end on the first line.
"""

import re
from functools import cache
from unicodedata import bidirectional, mirrored, normalize

import arabic_reshaper
from bidi import algorithm
from bidi.mirror import MIRRORED

# Amounts, dates, quantities and numbers of telephones are read as one, from the left.
# The rules of Unicode would turn 2026-11-02 around after an Arabic letter.
_SYMBOL = r"[$\u00a2-\u00a5\u20a0-\u20cf]"
_NUMBER = re.compile(
    rf"[-+\u2212]?(?:{_SYMBOL}\u00a0?)?[-+\u2212]?"
    r"\d+(?:[ .,:/\u00a0\u066b\u066c-]\d+)*"
    rf"(?:\u00a0?(?:%|\u066a|{_SYMBOL})|\u00a0[A-Z]{{3}}\b)?"
)
_JOINERS = re.compile(r"[\u200b-\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069]")
_ARABIC = re.compile(r"[\u0600-\u08ff]")


@cache
def _get_reshaper():
    # Marks above and below letters need places that only the font knows: reportlab
    # does not ask it, and print without them is what Persian readers are used to.
    return arabic_reshaper.ArabicReshaper(
        {
            "delete_harakat": True,
            "support_ligatures": True,
            "ARABIC LIGATURE ALLAH": False,
        }
    )


def shape(text):
    """Return a text in its order, each Arabic letter in the form its place asks for."""
    if _ARABIC.search(text):
        # The hamza above a Persian heh has a sign of its own.
        text = normalize("NFC", text).replace("\u0647\u0654", "\u06c0")
        text = _get_reshaper().reshape(text)
    return _JOINERS.sub("", text)


def get_base(text, direction):
    """Return 1 for a line that is read from the right, else 0.

    In a document from the right a line without any letter from the right is read
    from the left: a foreign name keeps its full stop at its end. In others the
    first letter decides.
    """
    if direction == "rtl":
        return int(any(bidirectional(sign) in ("R", "AL") for sign in text))
    return algorithm.get_base_level(text)


def get_levels(text, base):
    """Return how deep each sign is nested; odd levels are read from the right.

    :param str text: one line as it was typed, shaped
    :param int base: as of `get_base`
    """
    storage = algorithm.get_empty_storage()
    storage.update(base_level=base, base_dir="LR"[base])
    algorithm.get_embedding_levels(text, storage)
    signs = list(storage["chars"])
    for number in _NUMBER.finditer(text):
        kind = _get_kind(signs[: number.start()], base)
        for sign in signs[number.start() : number.end()]:
            sign["type"] = kind
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    return [sign["level"] for sign in signs]


def _get_kind(before, base):
    """Return the type of a number: of the Latin text before it, else on its own."""
    strong = (sign["type"] for sign in reversed(before))
    found = next((kind for kind in strong if kind in ("L", "R", "AL")), "LR"[base])
    return "L" if found == "L" else "AN"


def arrange(levels):
    """Return the places of a line's signs in the order they are seen, left to right."""
    places = list(range(len(levels)))
    odd = [level for level in levels if level % 2]
    for deep in range(max(levels, default=0), min(odd, default=1) - 1, -1):
        start = 0
        while start < len(places):
            end = start
            while end < len(places) and levels[places[end]] >= deep:
                end += 1
            places[start:end] = places[start:end][::-1]
            start = max(end, start + 1)
    return places


def mirror(sign, level):
    """Return the sign that is seen: brackets look the other way from the right."""
    return MIRRORED.get(sign, sign) if level % 2 and mirrored(sign) else sign
