"""Forms: what a browser sent, cleaned once, with a sentence for each mistake."""

from odoo.tools.misc import get_lang

from ..const import MAX_AMOUNT
from ..tools.parse import clean_text, parse_amount, parse_date, parse_id

MAX_TEXT = 200


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
        self.values[name] = parse_id(self.raw.get(name))

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
