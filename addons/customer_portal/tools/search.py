"""What people type to find something: its words, and the amounts that it may mean.

Both sides of a comparison are made alike: in PostgreSQL by `get_number_sql`, of rows in
Python by `fits`. All of it is linear in a text that is short already.
"""

import re
import unicodedata
from typing import NamedTuple

from odoo.fields import Domain
from odoo.tools import SQL

from .folding import fold, get_folded_index, get_folded_sql
from .number import plain_text, read_amount

MAX_WORDS = 6  # the further ones of a pasted line would cost, and find nothing else

# What people write between the parts of a number, or leave out: AW-3131, aw 3131.
SEPARATORS = " -_/.,:;#'\u00a0\u2010\u2011\u2012\u2013\u2014"
BETWEEN = "|"  # two numbers of a record, where they are compared together
_WITHOUT_SEPARATORS = dict.fromkeys(map(ord, SEPARATORS))

_DECIMALS = re.compile(r"[.,\u066b][0-9]{1,2}(?![0-9])")
_LETTERS = re.compile(r"[^\W\d_]+")
# Letters that are words of their own: Chinese, Japanese, Korean.
_DENSE = re.compile(
    "[\u3005\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


class Word(NamedTuple):
    """A word as it was typed, and with the digits and signs of a computer."""

    typed: str
    plain: str

    @property
    def spellings(self):
        return {self.typed, self.plain}

    @property
    def number(self):
        """The word without what stands between the parts of a number, or nothing."""
        return fold(self.plain).translate(_WITHOUT_SEPARATORS)


def split_words(text):
    """Return the words of a text, at most so many."""
    words = (Word(word, plain_text(word)) for word in text.split())
    return tuple(word for word in words if word.number)[:MAX_WORDS]


def get_weight(text):
    """Return how much a text says, in letters and digits; a dense letter is a word."""
    letters = "".join(word.number for word in split_words(text))
    known = sum(letter.isalnum() for letter in letters)
    return known + 2 * len(_DENSE.findall(plain_text(text)))


def is_amount(text, currency_names=()):
    """Return whether a number is meant as an amount: with decimals, or a currency."""
    text = plain_text(text)
    letters = {word.lower() for word in _LETTERS.findall(text)}
    return (
        bool(_DECIMALS.search(text))
        or any(unicodedata.category(sign) == "Sc" for sign in text)
        or any(plain_text(name).lower() in letters for name in currency_names)
    )


def get_dense_pieces(text):
    """Return the pairs of neighbours of a text whose letters are words, or nothing."""
    letters = "".join(_DENSE.findall(plain_text(text)))
    return [fold(letters[place : place + 2]) for place in range(len(letters) - 1)]


def read_ranges(text, notation, currency_names=()):
    """Return the ranges of amounts that a text may mean; without a sign, as on rows.

    An amount without decimals is also the whole part of those that have some.

    :param currency_names: signs and codes that may stand beside the number
    :return: list of (lowest, lowest that is too high)
    """
    text = plain_text(text)
    letters = {word.lower() for word in _LETTERS.findall(text)}
    beside = [name for name in currency_names if plain_text(name).lower() in letters]
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Sc")
    notation = notation._replace(names=tuple(beside), digits=None)
    exact = bool(_DECIMALS.search(text))
    ranges = []
    for number in {abs(number) for number in read_amount(text, notation)}:
        is_whole = number == int(number) and not exact
        low = number if is_whole else number - 0.005
        ranges.append((low, number + (1 if is_whole else 0.005)))
    return sorted(ranges)


def get_number_sql(columns):
    """Return numbers as `Word.number` makes a word; the same text as its index has.

    They are compared as one text, which takes less time than each; a sign that no word
    loses stands around each of them.

    :param columns: list of SQL, texts
    """
    parts = SQL(" || ").join(
        SQL("COALESCE(%s, '') || '%s'", column, SQL(BETWEEN)) for column in columns
    )
    text = SQL("('%s' || %s)", SQL(BETWEEN), parts)
    return SQL("translate(%s, %s, '')", get_folded_sql(text), SEPARATORS)


def get_pattern(folded):
    """Return the pattern of a folded text that stands somewhere in another one."""
    return f"%{escape_pattern(folded)}%"


def get_whole_pattern(number):
    """Return the pattern of a number that is one of those of `get_number_sql`."""
    return get_pattern(f"{BETWEEN}{number}{BETWEEN}")


def escape_pattern(text):
    """Return a text for LIKE in which nothing is a wildcard."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def get_number_index(names, where="TRUE"):
    """Return the definition of the index that finds parts of numbers.

    Without the trigrams of PostgreSQL there is none, and the customer's rows are read.

    :param names: text columns
    :param str where: which rows it has
    """
    parts = " || ".join(f"COALESCE({name}, '') || '{BETWEEN}'" for name in names)
    folded = get_folded_index(f"('{BETWEEN}' || {parts})")
    quoted = SEPARATORS.replace("'", "''")
    return _get_trigram_index([f"translate({folded}, '{quoted}', '')"], where)


def get_text_index(name, where="TRUE"):
    """Return the definition of the index that finds parts of a text."""
    return _get_trigram_index([get_folded_index(name)], where)


def get_translated_index(name, where="TRUE"):
    """Return that of a text that is translated: of all its languages together."""
    return _get_trigram_index([get_folded_index(_get_all_languages(name))], where)


def _get_all_languages(column):
    return f"jsonb_path_query_array({column}, '$.*')::text"


def _get_trigram_index(columns, where):
    def define(registry):
        if not registry.has_trigram:
            return ""
        parts = ", ".join(f"({column}) gin_trgm_ops" for column in columns)
        return f"USING gin ({parts}) WHERE {where}"

    return define


def search_text(text, names):
    """Return the domain of rows in which each word stands in one of the text fields."""
    words = split_words(text)
    if not words:
        return Domain.FALSE
    return Domain.AND([search_word(word, names) for word in words])


def search_word(word, names):
    """Return the domain of rows in which a word stands in one of the text fields."""
    return Domain.OR([_search_field(word, name) for name in names])


def _search_field(word, name):
    head, _point, rest = name.partition(".")
    if rest:
        return Domain(head, "any", _search_field(word, rest))
    folded = fold(word.plain)

    def to_sql(model, alias, query):
        field = model._fields[head]
        if not field.store:
            found = Domain(head, "ilike", word.plain).optimize_full(model)
            return found._to_sql(model, alias, query)
        column = model._field_to_sql(alias, head, query)
        condition = SQL("%s LIKE %s", get_folded_sql(column), get_pattern(folded))
        if field.translate and not set(folded) & {'"', "\\"}:  # which JSON escapes
            all_languages = SQL(
                "jsonb_path_query_array(%s, '$.*')::text", SQL.identifier(alias, head)
            )
            condition = SQL(
                "(%s LIKE %s AND %s)",
                get_folded_sql(all_languages),
                get_pattern(folded),
                condition,
            )
        return condition

    return Domain.custom(to_sql=to_sql)


def fits(text, texts, amounts, notation, currency_names=()):
    """Return whether a row is found by a text: the same in Python.

    :param texts: what the row says
    :param amounts: numbers of the row
    """
    row = fold(" ".join(filter(None, texts))).translate(_WITHOUT_SEPARATORS)

    def has_amount(typed):
        return any(
            low <= abs(amount) < high
            for low, high in read_ranges(typed, notation, currency_names)
            for amount in amounts
        )

    words = split_words(text)
    return has_amount(text) or (
        bool(words)
        and all(
            fold(word.plain).translate(_WITHOUT_SEPARATORS) in row
            or has_amount(word.typed)
            for word in words
        )
    )
