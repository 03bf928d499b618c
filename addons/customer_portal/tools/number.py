"""The reader of typed numbers: what a text says, or the two things that it may say.

The script of the pay page reads alike, in `interactions/amounts.js`;
`tests/amounts.json` holds both to the same cases.

1. Digits are Latin, Arabic, Persian or of full width. Signs that nobody sees are passed
   over. The currency's own sign or code may stand on either side; another one makes it
   no number.
2. Spaces, apostrophes and U+066C only group thousands, U+066B is only a decimal mark.
   Point and comma are either.
3. A group has three digits, and all groups of a number have the same mark before them.
   Where two kinds of marks stand, the last one is the decimal mark.
4. One point or comma before three digits may group or divide. The language's decimal
   mark divides when the currency has so many decimals. Its group mark groups when the
   currency has fewer than three. All else is doubtful.
5. Doubtful too: the language's decimal mark as group mark of several groups
   (1.234.567 where 1.5 is one and a half), and decimals that the currency does not
   have, unless they are zeros.
"""

import re
from typing import NamedTuple

from .parse import clean_text


class Notation(NamedTuple):
    """How numbers are written in a language, and which of a currency.

    :param str point: the decimal mark of the language
    :param str group: the mark before three digits
    :param int digits: decimals of the currency; None, of a quantity, are any
    :param names: sign and code of the currency
    """

    point: str = "."
    group: str = ","
    digits: int | None = None
    names: tuple = ()

    @classmethod
    def of(cls, lang, currency=None):
        """Return that of a res.lang, and of the amounts in a res.currency."""
        if not currency:
            return cls(lang.decimal_point, lang.thousands_sep or "")
        names = (currency.name, currency.symbol or "")
        places = currency.decimal_places
        return cls(lang.decimal_point, lang.thousands_sep or "", places, names)


def parse_amount(text, notation=None):
    """Return the number that a person typed, or None when it is none or doubtful."""
    readings = read_amount(text, notation)
    return readings[0] if len(readings) == 1 else None


def read_amount(text, notation=None):
    """Return what a typed text may mean.

    :return: tuple of nothing, of the number, or of the two that are possible
    """
    notation = notation or Notation()
    sign, body = _split_sign(plain_text(text), notation.names)
    if len(body) > MAX_SIZE or not DIGIT.search(body):
        return ()
    grouped = GROUPED.fullmatch(body)
    divided = DIVIDED.fullmatch(body)
    if divided and divided["mark"] == divided["point"]:
        divided = None  # a mark that groups does not divide
    readings = _choose(grouped, divided, notation)
    return tuple(-number if sign == "-" else number for number in readings)


def _choose(grouped, divided, notation):
    """Return the readings of a text as whole groups and as a number with decimals."""
    digits = notation.digits
    if grouped and not divided:
        whole = grouped[0]
        mark = grouped["mark"]
        if mark != notation.point:
            return (_get_number(whole),)
        head, _mark, last = whole.rpartition(mark)
        return (_get_number(whole), _round(head, last, digits))
    if not divided:
        return ()
    whole, decimals = divided["whole"], divided["decimals"]
    if not grouped:
        if _has_decimals(decimals, digits):
            return (_get_number(whole, decimals),)
        return _get_neighbours(whole, decimals, digits)
    number = _get_number(grouped[0])
    if divided["point"] == notation.point:
        if digits is None or digits >= GROUP:
            return (_get_number(whole, decimals),)
    elif divided["point"] == notation.group and (digits or 0) < GROUP:
        return (number,)
    return (number, _round(whole, decimals, digits))


def _has_decimals(decimals, digits):
    """Return whether a currency has these decimals; zeros it has always."""
    return digits is None or not decimals[digits:].strip("0")


def _get_number(whole, decimals=""):
    return float(f"{NO_DIGIT.sub('', whole) or 0}.{decimals or 0}")


def _get_units(whole, decimals, digits):
    """Return a number in the smallest unit, what is smaller cut off."""
    return int(NO_DIGIT.sub("", whole) + decimals[:digits].ljust(digits, "0") or "0")


def _round(whole, decimals, digits):
    """Return a number with the decimals that the currency has; the half goes up."""
    if digits is None:
        return _get_number(whole, decimals)
    units = _get_units(whole, decimals, digits)
    return (units + (decimals[digits : digits + 1] >= "5")) / 10**digits


def _get_neighbours(whole, decimals, digits):
    """Return the numbers of the currency below and above one that it does not have."""
    units = _get_units(whole, decimals, digits)
    return units / 10**digits, (units + 1) / 10**digits


def plain_text(text):
    """Return a text with the digits, spaces and signs of a computer's keyboard."""
    return clean_text(text).translate(PLAIN).strip()


def _split_sign(text, names):
    """Return (sign or "", the rest) of a text, without the names of its currency."""
    names = [name for name in (plain_text(name).lower() for name in names) if name]
    sign = text[:1] if text[:1] in SIGNS else ""
    text = text[len(sign) :].strip()
    for name in names:
        if text.lower().startswith(name):
            text = text[len(name) :].strip()
            break
    for name in names:
        if text.lower().endswith(name):
            text = text[: -len(name)].strip()
            break
    if not sign and text[:1] in SIGNS:
        sign = text[:1]
        text = text[len(sign) :].strip()
    return sign, text


GROUP = 3  # digits of a group
MAX_SIZE = 60
SIGNS = ("+", "-")
DIGIT = re.compile(r"[0-9]")
NO_DIGIT = re.compile(r"[^0-9]")
WHOLE = (
    rf"(?P<whole>[0-9]{{0,{MAX_SIZE}}}|"
    r"[1-9][0-9]{0,2}(?P<mark>[ '\u066c.,])[0-9]{3}(?:(?P=mark)[0-9]{3}){0,20})"
)
GROUPED = re.compile(WHOLE)
DIVIDED = re.compile(rf"{WHOLE}(?P<point>[.,\u066b])(?P<decimals>[0-9]*)")

# {code of a sign: what it is read as}
PLAIN = {
    # signs of full width, as East Asian keyboards write them
    **{0xFEE0 + code: chr(code) for code in range(0x21, 0x7F)},
    0xFFE5: "\u00a5",
    **{zero + digit: str(digit) for zero in (0x660, 0x6F0) for digit in range(10)},
    **dict.fromkeys(b"\t\n\v\f\r\x85\xa0", " "),
    **dict.fromkeys((0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029), " "),
    **dict.fromkeys((0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032\u00b4`"), "'"),
    **dict.fromkeys(map(ord, "\u2212\ufe63"), "-"),
    0x60C: ",",
    # marks of direction, joiners and spaces without width
    **dict.fromkeys((0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F))),
    **dict.fromkeys((*range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF)),
}
