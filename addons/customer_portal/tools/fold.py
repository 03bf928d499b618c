"""Names as they are compared: one rule for both sides, in Python."""

import unicodedata

_DOT = "\u0307"
_ACUTE = "\u0301"
_DOTLESS = "\u0131"  # the i of Turkish
_ALPHA, _OMEGA = "\u03b1", "\u03c9"


def fold_name(text):
    """Return a name without size of letters, and with single spaces.

    Capital letters of Turkish and Lithuanian lose and gain points, those of Greek
    accents, and a sigma ends otherwise; these are the same name.
    """
    text = " ".join((text or "").split())
    text = unicodedata.normalize("NFKD", text).casefold().replace(_DOTLESS, "i")
    letters, base = [], ""
    for letter in unicodedata.normalize("NFKD", text):
        if not unicodedata.combining(letter):
            base = letter
        if not _is_lost(letter, base):
            letters.append(letter)
    return unicodedata.normalize("NFC", "".join(letters))


def _is_lost(mark, base):
    """Return whether a mark is one that its letter loses as a capital."""
    if mark == _DOT:
        return base in ("i", "j")
    return mark == _ACUTE and _ALPHA <= base <= _OMEGA


def fold_number(text):
    """Return a number with letters, such as of VAT, without what stands between."""
    return "".join(letter for letter in fold_name(text) if letter.isalnum())
