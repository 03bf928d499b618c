"""Forms: what a browser sent, cleaned once, with a sentence for each mistake."""

import math
import re
from datetime import date

from odoo.tools.misc import get_lang

MAX_TEXT = 200
MAX_AMOUNT = 10**12
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
IDS = re.compile(r"[0-9]{1,9}(,[0-9]{1,9})*")


class Form:
    """Cleans the fields of one page; a subclass lists them in `clean`.

    After construction `values` holds {field name: cleaned value} and `errors`
    {field name: message}. `raw` keeps what was typed, so that nothing is lost.
    Forms do not query.
    """

    def __init__(self, env, raw):
        self.env = env
        self.raw = {name: clean_text(value) for name, value in raw.items()}
        self.values = {}
        self.errors = {}
        self.clean()

    @property
    def is_valid(self):
        return not self.errors

    def clean(self):
        raise NotImplementedError

    def clean_line(self, name, label, *, required=False, size=MAX_TEXT):
        """Take one line of text of at most `size` characters."""
        text = self.raw.get(name, "")
        if required and not text:
            self.errors[name] = self.env._("Enter %s.", label)
        elif len(text) > size:
            self.errors[name] = self.env._("Enter at most %s characters.", size)
        self.values[name] = text

    def clean_date(self, name):
        """Take a date as browsers send it, YYYY-MM-DD, or nothing."""
        text = self.raw.get(name, "")
        self.values[name] = parse_date(text)
        if text and not self.values[name]:
            self.errors[name] = self.env._("Enter a date, for example 2026-12-31.")

    def clean_id(self, name):
        """Take the id of a record to choose; 0 when nothing sensible was sent."""
        ids = parse_ids(self.raw.get(name, ""))
        self.values[name] = ids[0] if len(ids) == 1 else 0

    def clean_amount(self, name, *, maximum=MAX_AMOUNT):
        """Take a number that is not negative, with the person's decimal mark."""
        text = self.raw.get(name, "")
        amount = parse_amount(text, get_lang(self.env).decimal_point) if text else 0.0
        if amount is None or amount > maximum:
            self.errors[name] = self.env._("Enter a number, for example 1234.50.")
            amount = 0.0
        elif amount < 0:
            self.errors[name] = self.env._("Enter a number that is not negative.")
        self.values[name] = amount


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
