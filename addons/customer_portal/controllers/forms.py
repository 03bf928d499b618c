"""Forms: what a browser sent, cleaned once, with a sentence for each mistake."""

from odoo.tools.misc import get_lang

from ..const import MAX_AMOUNT
from ..tools.drawing import Numbers
from ..tools.mailbox import has_hidden, read_mailbox
from ..tools.number import Notation, read_amount
from ..tools.parse import clean_lines, clean_text, parse_date, parse_id

MAX_TEXT = 200
# Characters of a field that are looked at, and shown again with a mistake. The sizes of
# `clean_line` are smaller.
LONGEST_FIELD = 10_000


class Form:
    """Cleans the fields of one page; a subclass lists them in `clean`.

    After construction `values` holds {field name: cleaned value} and `errors`
    {field name: message}. `raw` keeps what was typed, so that nothing is lost.
    Forms do not query. Length comes before meaning: nothing reads more of a field than
    LONGEST_FIELD, or what `longest` says of it, and a list is counted before its rows
    are read. How long all fields together are is asked before, see LARGEST_FORM.
    """

    longest = {}  # {field name: characters of it that are looked at}
    texts = frozenset()  # the fields with several lines

    def __init__(self, env, raw):
        self.env = env
        self.raw = {name: self._read(name, value) for name, value in raw.items()}
        self.values = {}
        self.errors = {}
        self.clean()

    def _read(self, name, value):
        """Return the text of a field, cleaned, as far as it is looked at."""
        if not isinstance(value, str):
            return ""
        text = value[: self.longest.get(name, LONGEST_FIELD)]
        return clean_lines(text) if name in self.texts else clean_text(text)

    @property
    def is_valid(self):
        return not self.errors

    def clean(self):
        raise NotImplementedError

    def clean_line(self, name, missing="", *, size=MAX_TEXT):
        """Take a text of at most `size` characters; of one line, see `texts`.

        :param str missing: what to say when it is empty; without it, it may be
        """
        text = self.raw.get(name, "")
        if missing and not text:
            self.errors[name] = missing
        elif len(text) > size:
            self.errors[name] = self.env._("Enter at most %s characters.", size)
        self.values[name] = text

    def clean_mailbox(self, name, missing):
        """Take one e-mail address, which must be there; see `tools.mailbox`."""
        self.clean_line(name, missing, size=LONGEST_FIELD)
        text = self.raw.get(name, "")
        self.values[name] = read_mailbox(text)
        if text and not self.values[name]:
            self.errors[name] = get_mailbox_refusal(self.env, text)

    def clean_date(self, name):
        """Take a date as browsers send it, YYYY-MM-DD, or nothing."""
        text = self.raw.get(name, "")
        self.values[name] = parse_date(text)
        if text and not self.values[name]:
            self.errors[name] = self.env._("Enter a date, for example 2026-12-31.")

    def clean_id(self, name):
        """Take the id of a record to choose; 0 when nothing sensible was sent."""
        self.values[name] = parse_id(self.raw.get(name))

    def clean_amount(self, name, *, currency=None, maximum=MAX_AMOUNT):
        """Take a number that is not negative, as people of the language write it."""
        text = self.raw.get(name, "")
        amount, refusal = read_typed_amount(self.env, text, currency)
        if not text:
            amount, refusal = 0.0, ""
        elif amount is not None and amount < 0:
            refusal = self.env._("Enter a number that is not negative.")
        elif amount is not None and amount > maximum:
            amount, refusal = None, get_amount_example(self.env, currency)
        if refusal:
            self.errors[name] = refusal
        self.values[name] = amount or 0.0


def read_typed_amount(env, text, currency=None):
    """Return (number, "") of a typed text, or (None, what to say beside the field).

    What is doubtful is asked, with both of its readings.

    :param currency: the res.currency of the amount; none for a quantity
    """
    notation = Notation.of(get_lang(env), currency)
    readings = read_amount(text, notation)
    if len(readings) == 1:
        return readings[0], ""
    if not readings:
        return None, get_amount_example(env, currency)
    first, second = (_write(env, number, currency) for number in readings)
    return None, env._(
        "Do you mean %(first)s or %(second)s?", first=first, second=second
    )


def get_amount_example(env, currency=None):
    """Return the sentence that shows how a number is typed."""
    return env._(
        "Enter a number, for example %s.",
        Numbers(env).typed(1234.5, currency.decimal_places)
        if currency and currency.decimal_places
        else "1234",
    )


def _write(env, number, currency):
    numbers = Numbers(env)
    if currency:
        return numbers.fixed(number, currency.decimal_places)
    return numbers.short(number)


def get_mailbox_refusal(env, text):
    """Return why a typed text is no e-mail address, for the person who typed it."""
    if has_hidden(text):
        return env._(
            "This address contains an invisible character. Please type it again."
        )
    return env._("Enter one e-mail address, for example ann@example.com.")
