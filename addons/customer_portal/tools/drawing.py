"""Amounts, dates, links and statuses as pages show them.

A page has hundreds of them. Each is drawn by a function here, which remembers what is
the same for all; a template or a widget for each would take most of the page's time.
"""

from ast import literal_eval
from datetime import datetime
from functools import cached_property

from babel.dates import format_date
from markupsafe import Markup

from odoo import fields
from odoo.tools import float_round
from odoo.tools.misc import babel_locale_parse, get_lang, posix_to_ldml

from odoo.addons.base.models.res_lang import intersperse

NO_BREAK = "\N{NO-BREAK SPACE}"
NO_BREAK_AFTER = "\N{ZERO WIDTH NO-BREAK SPACE}"
EMPTY = Markup()
VALUE = Markup('<data value="')
BEFORE = Markup('" data-figure="%s" data-currency="%s" class="text-nowrap"><bdi>%s')
NUMBER = Markup('<span class="oe_currency_value">')
AFTER = Markup("</span>%s</bdi></data>")
BADGE = Markup('<span class="badge cp_status cp_status_%s">%s</span>')
LINK = Markup('<a href="%s"><bdi>%s</bdi></a>')
NAME = Markup("<bdi>%s</bdi>")
KIND = Markup('%s <span class="small text-muted fw-normal">%s</span>')


class Numbers:
    """Writes many numbers as one language does."""

    def __init__(self, env):
        lang = get_lang(env)
        self._point = lang.decimal_point
        self._separator = lang.thousands_sep or ""
        self._grouping = literal_eval(lang.grouping)

    def fixed(self, value, digits):
        """Return a number with so many decimals, and separated thousands."""
        whole, _point, decimals = f"{value:.{digits}f}".partition(".")
        whole = intersperse(whole, self._grouping, self._separator)[0]
        return f"{whole}{self._point}{decimals}" if digits else whole

    def short(self, value):
        """Return a number without needless zeros, as a person would type it."""
        text = f"{value:.5f}".rstrip("0").rstrip(".")
        return text.replace(".", self._point)

    def typed(self, value, digits):
        """Return a number with so many decimals, as a person would type it."""
        return f"{value:.{digits}f}".replace(".", self._point)


class LineNumbers(Numbers):
    """Writes the numbers and taxes of many lines as the reader's language does."""

    def __init__(self, env):
        super().__init__(env)
        self._taxes = {}
        self.price_digits = env["decimal.precision"].precision_get("Product Price")

    def get_taxes(self, taxes):
        """Return the labels of taxes as papers print them."""
        if taxes not in self._taxes:
            labels = filter(None, taxes.mapped("tax_label"))
            self._taxes[taxes] = ", ".join(labels)
        return self._taxes[taxes]


class Drawing:
    """Draws for one environment, in its language."""

    def __init__(self, env):
        self.env = env
        self.dates = {}
        self.figures = {}
        self.badges = {}
        self.functions = {
            "draw_figure": self.figure,
            "draw_date": self.date,
            "draw_badge": self.badge,
            "draw_link": self.link,
            "format_input": self.input,
            "format_quantity": lambda quantity: self._numbers.short(quantity),
            "draw_document": self.document,
        }

    def figure(self, amount, currency, name):
        """Return an amount as HTML: screen readers and tests read its plain value.

        People see what Odoo's widget `monetary` writes.

        :param float amount: in the currency; None is zero
        :param currency: a res.currency
        :param str name: of the figure, for tests and scripts
        """
        places, rounding, before, after = self._get_figure(currency, name)
        amount = amount or 0.0
        number = float_round(amount, precision_rounding=rounding)
        text = self._write_number(number, places)
        return EMPTY.join((VALUE, f"{amount:.{places}f}", before, NUMBER, text, after))

    def badge(self, status, label):
        """Return a status in words and colour, as HTML.

        :param str status: its key, which the colour goes by
        :param str label: what people read
        """
        if (status, label) not in self.badges:
            self.badges[status, label] = BADGE % (status, label)
        return self.badges[status, label]

    def link(self, url, name):
        """Return a link to a record of ours, as HTML.

        :param str url: an address of the portal
        :param str name: what people read; it may be of another script than the page
        """
        return LINK % (url, name or "")

    def document(self, row):
        """Return the name of a document of the account and what it is, as HTML.

        :param dict row: with url (or None: not for this person), name and label
        """
        url, name = row["url"], row["name"] or ""
        return KIND % (self.link(url, name) if url else NAME % name, row["label"])

    def date(self, value):
        """Return a day, or the day of a time, as people of this language write it.

        :return: text; empty without a day
        """
        if not value:
            return ""
        if isinstance(value, str):
            value = fields.Date.to_date(value)
        if isinstance(value, datetime):
            value = fields.Datetime.context_timestamp(self.env["res.lang"], value)
            value = value.date()
        if value not in self.dates:
            locale, pattern = self._day
            self.dates[value] = format_date(value, pattern, locale)
        return self.dates[value]

    def input(self, amount, currency):
        """Return an amount as a person of this language would type it."""
        return self._numbers.typed(amount, currency.decimal_places)

    def _get_figure(self, currency, name):
        """Return what is the same for all amounts of a name in a currency."""
        key = (currency.id, name)
        if key not in self.figures:
            symbol = currency.symbol or ""
            is_before = currency.position == "before"
            before = f"{symbol}{NO_BREAK}" if is_before else ""
            self.figures[key] = (
                currency.decimal_places,
                currency.rounding,
                BEFORE % (name, currency.name, before),
                AFTER % ("" if is_before else f"{NO_BREAK}{symbol}"),
            )
        return self.figures[key]

    def _write_number(self, number, places):
        # Adding zero makes of a negative zero a zero.
        text = self._numbers.fixed(round(number, places) + 0.0, places)
        return text.replace(" ", NO_BREAK).replace("-", f"-{NO_BREAK_AFTER}")

    @cached_property
    def _numbers(self):
        return Numbers(self.env)

    @cached_property
    def _day(self):
        lang = get_lang(self.env)
        locale = babel_locale_parse(lang.code)
        return locale, posix_to_ldml(lang.date_format, locale=locale)
