"""The word of a title in an address: of any script, and never with a sign of one."""

import re
import unicodedata

LONGEST_SLUG = 80  # characters
_NO_WORD = re.compile(r"[^\w]+|_+")


def make_slug(text, reserved=frozenset()):
    """Return the address of a title; of one without any letter "page".

    Letters of all scripts stay; accents of Latin letters go, as readers type without.

    :param reserved: words that mean something else in this place
    """
    text = unicodedata.normalize("NFKD", str(text or "").casefold())
    # A combining mark goes where its letter is Latin; in Persian or Hindi it stays.
    kept, is_latin = [], False
    for letter in text:
        if unicodedata.combining(letter):
            if not is_latin:
                kept.append(letter)
            continue
        is_latin = letter < "\u0250"
        kept.append(letter)
    text = unicodedata.normalize("NFKC", "".join(kept))
    slug = _NO_WORD.sub("-", text)[:LONGEST_SLUG].strip("-")
    if not slug:
        return "page"
    return f"{slug}-1" if slug in reserved else slug
