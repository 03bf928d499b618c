"""Words as a search compares them: one table, for Python and for PostgreSQL.

A letter with marks is the letter, a capital is a small one, and a sign that only looks
different is one sign: whatever keyboard a word was typed on, it finds the same. The
rule is wider than that of `fold_name`, which tells two people apart.

- Latin and Greek letters lose accents, points, tonos and dialytika; a final sigma is a
  sigma, and the two letters i of Turkish are one. ß, æ, œ and þ are two letters each.
- Arabic and Persian letters have one form: yeh and kaf of both, alef with whatever it
  carries, teh marbuta as heh. A hamza that stands alone, vowel signs, tatweel and
  joiners without width are left out. Digits of both are those of ASCII.
- Signs of full width, ligatures and presentation forms are what they stand for.

Both sides normalize to NFKD, and then replace letter by letter: in PostgreSQL by
`translate()`, and a `replace()` for each letter that becomes two. All of it is
immutable and asks no locale, so that an index may be made of it. `translate()` reads
its list from the start for every letter. Therefore it is short, and what is frequent
comes first, also where it stays as it is.
"""

import unicodedata

from odoo.tools import SQL

_FREQUENT = (
    " etaoinsrldcumpghbfyvwkxqjz0123456789-./,_:"
    "αειοτνσρηπκλυμθδγωχφβξζψ"
    "اریدنهومتسبشکزلخفگقجپحعصطچغظذضژث"
)

_ALIKE = {
    # Latin whose mark is part of the letter
    "ı": "i",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ŧ": "t",
    "ø": "o",
    # Greek
    "ς": "σ",
    # Arabic and Persian
    "ي": "ی",
    "ى": "ی",
    "ې": "ی",
    "ك": "ک",
    "ڪ": "ک",
    "ة": "ه",
    "ہ": "ه",
    "ۃ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ٱ": "ا",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "٫": ".",
    **{chr(zero + digit): str(digit) for zero in (0x660, 0x6F0) for digit in range(10)},
    # between the parts of words and numbers
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032`", "'"),
    **dict.fromkeys("\t\n\v\f\r\u1680", " "),
}

_PAIRS = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}

# What nobody sees, or types on some keyboards only.
_LOST = (
    *map(chr, range(0x0300, 0x0346)),  # accents, which NFKD takes off their letters
    *map(chr, range(0x064B, 0x0656)),  # vowel signs, and what an alef carries
    *"\u0621\u0640\u0670",
    *map(chr, range(0x200B, 0x2010)),  # joiners, and marks of direction
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2060, 0x2065)),
    *map(chr, range(0x2066, 0x206A)),
    *"\u00ad\u061c\ufe0e\ufe0f\ufeff",
)

_CAPITALS = "".join(
    (
        *map(chr, range(0x41, 0x5B)),
        *map(chr, range(0x391, 0x3A2)),  # Greek
        *map(chr, range(0x3A3, 0x3AA)),
        *map(chr, range(0x402, 0x430)),  # Cyrillic
        "ŁĐÐĦŦØÆŒÞẞ\u0490",
    )
)


def _get_small(letter):
    small = letter.lower()
    return _ALIKE.get(small, small)


_SINGLE = _ALIKE | {letter: _get_small(letter) for letter in _CAPITALS}
_CODES = {
    ord(letter): _PAIRS.get(small, small)
    for letter, small in (_SINGLE | _PAIRS | dict.fromkeys(_LOST, "")).items()
}
# What `translate()` wants: letters, and at their places what they become.
_FROM = "".join((_FREQUENT, *_SINGLE, *_LOST))
_TO = "".join((_FREQUENT, *_SINGLE.values()))
# What of it is ASCII and no capital.
_OF_ASCII = (
    "".join(letter for letter in _ALIKE if letter.isascii()),
    "".join(other for letter, other in _ALIKE.items() if letter.isascii()),
)


def fold(text):
    """Return a text as it is compared; None and False are an empty one."""
    return unicodedata.normalize("NFKD", text or "").translate(_CODES)


def get_folded_sql(sql):
    """Return a text in PostgreSQL as it is compared.

    What is ASCII goes the short way, in a tenth of the time: every row that an index
    finds is compared once more.

    :param SQL sql: an expression of type text
    """
    folded = SQL("translate(normalize(%s, NFKD), %s, %s)", sql, _FROM, _TO)
    for letter, letters in _PAIRS.items():
        folded = SQL("replace(%s, %s, %s)", folded, letter, letters)
    short = SQL('translate(lower(%s COLLATE "C"), %s, %s)', sql, *_OF_ASCII)
    return SQL(
        "CASE WHEN octet_length(%s) = char_length(%s) THEN %s ELSE %s END",
        *(sql, sql, short, folded),
    )


def get_folded_index(column):
    """Return the same for the definition of an index: it serves `get_folded_sql`.

    :param str column: an expression of our own code
    """
    folded = f"translate(normalize({column}, NFKD), {_quote(_FROM)}, {_quote(_TO)})"
    for letter, letters in _PAIRS.items():
        folded = f"replace({folded}, {_quote(letter)}, {_quote(letters)})"
    before, after = map(_quote, _OF_ASCII)
    short = f'translate(lower({column} COLLATE "C"), {before}, {after})'
    is_ascii = f"octet_length({column}) = char_length({column})"
    return f"CASE WHEN {is_ascii} THEN {short} ELSE {folded} END"


def _quote(text):
    return "'" + text.replace("'", "''") + "'"
