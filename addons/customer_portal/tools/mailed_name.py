"""Names that somebody typed, as mails to strangers show them."""

import re
import unicodedata

LONGEST_MAILED = 60  # characters
_SIGNS = set("-'’&.,()+ ")
_POINT = re.compile(r"\.(?=\w)")
_SPACES = re.compile(r" +")


def clean_mailed_name(text):
    """Return a name that says who, and leads nowhere.

    Letters, digits and the signs of names stay. A point before a letter gets a space
    behind it, so that no reader of mail makes a link of it.
    """
    text = unicodedata.normalize("NFKC", (text or "")[: 4 * LONGEST_MAILED])
    text = "".join(
        character
        if unicodedata.category(character)[0] in "LMN" or character in _SIGNS
        else " "
        for character in text
    )
    text = _SPACES.sub(" ", _POINT.sub(". ", text)).strip(" .,-&+")
    if len(text) > LONGEST_MAILED:
        text = text[: LONGEST_MAILED - 1].rstrip(" .,-&+(") + "…"
    return text
