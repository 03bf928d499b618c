"""What a browser sent, read as text, day or ids; anything else is nothing."""

import re
from datetime import date

from ..const import MAX_ID


def clean_text(value):
    """Return text without control characters; anything but text is empty."""
    if not isinstance(value, str):
        return ""
    return CONTROL_CHARACTERS.sub(" ", value).strip()


def clean_lines(value):
    """Return text of several lines without other control characters."""
    if not isinstance(value, str):
        return ""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(clean_text(line) for line in lines).strip()


def parse_own_path(text):
    """Return the address of a page of this site, as it was sent, or "".

    The one judge of where a browser asks to go next. Browsers take a backslash for a
    slash, leave out tabs and ends of lines, and look for points in the path first.
    """
    if not isinstance(text, str) or len(text) > LONGEST_PATH:
        return ""
    text = text.strip(" ")
    is_own = OWN_PATH.fullmatch(text) and not NOT_IN_A_PATH.search(text)
    path = text.partition("?")[0].partition("#")[0]
    return text if is_own and not {".", ".."} & set(path.split("/")) else ""


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


def parse_units(value):
    """Return an amount in the smallest unit that a form brought back; None for none."""
    is_number = isinstance(value, str) and value.isascii() and value.isdigit()
    return int(value) if is_number and len(value) <= MOST_DIGITS else None


def parse_ticked_ids(values):
    """Return the ids that a form sent, in one field or in several, once each."""
    return parse_ids(",".join(values))


def parse_date(text):
    """Return the date of YYYY-MM-DD, or None."""
    try:
        return date.fromisoformat(clean_text(text))
    except ValueError:
        return None


MOST_DIGITS = 15  # of an amount that a float holds exactly
LONGEST_PATH = 2000  # characters
OWN_PATH = re.compile(r"/|/[^/].*")
NOT_IN_A_PATH = re.compile(
    r"[\\\x00-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
ID = re.compile(r"[0-9]{1,10}")
IDS = re.compile(r"[0-9]{1,9}(,[0-9]{1,9})*")
