"""What a browser sent, read as text, number, day or ids; anything else is nothing."""

import math
import re
from datetime import date

from ..const import MAX_ID


def clean_text(value):
    """Return text without control characters; anything but text is empty."""
    if not isinstance(value, str):
        return ""
    return CONTROL_CHARACTERS.sub(" ", value).strip()


def parse_ids(text):
    """Return the ids of a comma separated list, in order and once each.

    Anything that is not such a list gives none.
    """
    text = clean_text(text).replace(" ", "")
    if not text.isascii() or not IDS.fullmatch(text):
        return []
    return list(dict.fromkeys(int(part) for part in text.split(",")))


def parse_id(value):
    """Return the id that a browser sent, as text or as a JSON number; else 0.

    The database can hold it. Text is digits alone, with no space around them.
    """
    if isinstance(value, str):
        value = int(value) if ID.fullmatch(value) else 0
    # No truth value, which is a number to Python, and no 3.0.
    is_id = type(value) is int and 0 < value < MAX_ID
    return value if is_id else 0


def parse_ticked_ids(values):
    """Return the ids that a form sent, in one field or in several, once each."""
    return parse_ids(",".join(values))


def parse_date(text):
    """Return the date of YYYY-MM-DD, or None."""
    try:
        return date.fromisoformat(clean_text(text))
    except ValueError:
        return None


def parse_amount(text, decimal_point="."):
    """Return the number that a person typed, or None.

    The last mark counts as the decimal mark when it is the person's own or when
    it stands before one or two digits; other marks and spaces group thousands.
    """
    text = re.sub(r"[\s\u00a0\u202f'\u066c]", "", clean_text(text))
    text = text.replace("\u066b", decimal_point)
    match = re.fullmatch(r"([+-]?)([0-9.,\u0660-\u0669\u06f0-\u06f9]*)", text)
    if not match or not any(character.isdigit() for character in text):
        return None
    digits = match[2]
    position = max(digits.rfind("."), digits.rfind(","))
    decimals = digits[position + 1 :]
    if position >= 0 and digits[position] != decimal_point:
        is_decimal = len(decimals) != 3 and digits.count(digits[position]) == 1
    else:
        is_decimal = position >= 0
    whole = digits[:position] if is_decimal else digits
    number = re.sub("[.,]", "", whole) or "0"
    try:
        amount = float(f"{match[1]}{number}.{decimals if is_decimal else 0}")
    except ValueError:
        return None
    return amount if math.isfinite(amount) else None


CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
ID = re.compile(r"[0-9]{1,10}")
IDS = re.compile(r"[0-9]{1,9}(,[0-9]{1,9})*")
