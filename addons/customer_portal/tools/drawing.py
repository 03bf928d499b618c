"""Amounts, dates, links and statuses as pages show them.

A page has hundreds of them. Each is drawn by a function here, which remembers what is
the same for all; a template or a widget for each would take most of the page's time.

What goes into a text is escaped once, and the text is made Markup once: each step of
Markup would look at all its parts anew.
"""

import re
from ast import literal_eval
from datetime import datetime
from functools import cached_property, lru_cache

from babel.dates import format_date, format_time
from markupsafe import Markup, escape

from odoo import fields
from odoo.tools import float_round
from odoo.tools.misc import babel_locale_parse, get_lang, posix_to_ldml

from odoo.addons.base.models.res_lang import intersperse

NO_BREAK = "\N{NO-BREAK SPACE}"
NO_BREAK_AFTER = "\N{ZERO WIDTH NO-BREAK SPACE}"
BEFORE = '" data-figure="%s" data-currency="%s" class="text-nowrap"><bdi>%s'
AFTER = "</span>%s</bdi></data>"
PLACE = re.compile(r"\{(\w+)\}")
BY_THREES = ([3, 0], [3, 3, 0])


def _as_html(text):
    """Return a text as HTML; each of its parts is escaped, or a number, or HTML."""
    # nosemgrep: markup-of-data (the functions of this file escape what they are given)
    return Markup(text)  # noqa: S704  # nosec B704  # escaped, see above


@lru_cache(maxsize=16384)
def _write_day(day, pattern, code):
    """Return a day as a language writes it, which is the same for ever."""
    return format_date(day, pattern, babel_locale_parse(code))


class Numbers:
    """Writes many numbers as one language does."""

    def __init__(self, env):
        lang = get_lang(env)
        self._point = lang.decimal_point
        self._separator = lang.thousands_sep or ""
        self._grouping = literal_eval(lang.grouping)
        self._marks = str.maketrans({",": self._separator, ".": self._point})
        # Languages can be edited: anything may separate.
        self.needs_escape = escape(self._point + self._separator) != (
            self._point + self._separator
        )

    def fixed(self, value, digits):
        """Return a number with so many decimals, and separated thousands."""
        if self._grouping in BY_THREES:
            return f"{value:,.{digits}f}".translate(self._marks)
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
        self.figures = {}
        self.badges = {}
        self.functions = {
            "fill": self.fill,
            "draw_figure": self.figure,
            "draw_date": self.date,
            "draw_moment": self.moment,
            "draw_badge": self.badge,
            "draw_link": self.link,
            "draw_address": self.address,
            "draw_button": self.button,
            "draw_switch": self.switch,
            "format_input": self.input,
            "format_quantity": lambda quantity: self._numbers.short(quantity),
            "draw_document": self.document,
            "draw_tick": self.tick,
            "draw_cell": self.cell,
            "draw_amount_field": self.amount_field,
            "draw_hidden": self.hidden,
        }

    @staticmethod
    def fill(sentence, /, **values):
        """Return a sentence with values in its places, as HTML.

        It is translated whole: a language puts the places where it needs them.

        :param sentence: text, or what a `t-set` holds; a place is `{day}`
        :param values: what goes there: a number, text, or HTML as Markup
        """
        return _as_html(
            PLACE.sub(
                lambda place: escape(values.get(place[1], place[0])), escape(sentence)
            )
        )

    def figure(self, amount, currency, name):
        """Return an amount as HTML: screen readers and tests read its plain value.

        People see what Odoo's widget `monetary` writes.

        :param float amount: in the currency; None is zero
        :param currency: a res.currency
        :param str name: of the figure, for tests and scripts
        """
        places, rounding, before, after = self._get_figure(currency, name)
        amount = amount or 0.0
        number = amount
        if rounding or abs(amount * 10**places % 1 - 0.5) < 0.4999:
            number = float_round(amount, precision_rounding=rounding or 10**-places)
        text = self._write_number(number, places)
        if before.endswith(NO_BREAK) and text.startswith("-"):
            # As people write it: the sign before the symbol.
            start, symbol = before.rsplit(">", 1)
            before = f"{start}>-{NO_BREAK_AFTER}{symbol}"
            text = text.removeprefix(f"-{NO_BREAK_AFTER}")
        return _as_html(
            f'<data value="{amount:.{places}f}{before}'
            f'<span class="oe_currency_value">{text}{after}'
        )

    def badge(self, status, label):
        """Return a status in words and colour, as HTML.

        :param str status: its key, which the colour goes by
        :param str label: what people read
        """
        if (status, label) not in self.badges:
            self.badges[status, label] = _as_html(
                f'<span class="badge cp_status cp_status_{escape(status)}">'
                f"{escape(label)}</span>"
            )
        return self.badges[status, label]

    def link(self, url, name):
        """Return a link to a record of ours, as HTML.

        :param str url: an address of the portal
        :param str name: what people read; it may be of another script than the page
        """
        return _as_html(f'<a href="{escape(url)}"><bdi>{escape(name or "")}</bdi></a>')

    @staticmethod
    def address(partner):
        """Return the name and the address of a partner as HTML, in its country's form.

        :param partner: a res.partner that the reader may see; it may be none
        """
        shown = partner.with_context(show_address=True)
        name, *lines = (shown.display_name or "").split("\n")
        address = "<br/>".join(escape(line) for line in lines if line.strip())
        parts = [f"<div>{escape(name)}</div>", f"<div>{address}</div>"]
        if shown.country_id.name_position == "after":
            parts.reverse()
        return _as_html(f'<address class="mb-0">{"".join(parts)}</address>')

    @staticmethod
    def name(text):
        """Return a name within a sentence, which may be of another script, as HTML."""
        return _as_html(f"<bdi>{escape(text or '')}</bdi>")

    @staticmethod
    def button(url, label, name):
        """Return a small button of a row as HTML; it goes to another page.

        :param str label: what people read
        :param str name: of the record of the row, for who hears it out of its row
        """
        return _as_html(
            f'<a class="btn btn-sm btn-light" href="{escape(url)}">{escape(label)}'
            f'<span class="visually-hidden"> {escape(name or "")}</span></a>'
        )

    @staticmethod
    def switch(customer_id, to, content, name=""):
        """Return a button as HTML that changes to a company and opens a page of it.

        It stands in a form that posts to `/my/company`.

        :param str to: a key of `SWITCH_PLACES`, or "" for the overview
        :param content: text, or HTML as Markup
        :param str name: of the company, for who hears it out of its row
        """
        place = f' formaction="/my/company?to={escape(to)}"' if to else ""
        hidden = f'<span class="visually-hidden"> {escape(name)}</span>' if name else ""
        return _as_html(
            f'<button type="submit" class="btn btn-link cp_switch" name="customer_id"'
            f' value="{int(customer_id)}"{place}><bdi>{escape(content)}</bdi>{hidden}'
            "</button>"
        )

    @staticmethod
    def tick(name, label, value=None, is_ticked=False, **data):
        """Return a checkbox as HTML.

        :param str name, value: what a form sends of it
        :param str label: what screen readers say
        :param data: attributes `data-*`, without those that are None or False
        """
        more = [
            f' data-{key}="{escape(text)}"'
            for key, text in data.items()
            if text is not None and text is not False
        ]
        if value is not None:
            more.append(f' value="{escape(value)}"')
        if is_ticked:
            more.append(' checked="checked"')
        return _as_html(
            f'<input type="checkbox" class="form-check-input" name="{escape(name)}"'
            f' aria-label="{escape(label)}"{"".join(more)}/>'
        )

    @staticmethod
    def cell(content, label, style=""):
        """Return a cell of a table as HTML.

        :param content: text, or HTML as Markup
        :param str label: what stands before it on a phone
        :param str style: classes; without any the content has an element of its own
        """
        if style:
            return _as_html(
                f'<td data-label="{escape(label)}" class="{escape(style)}">'
                f"{escape(content)}</td>"
            )
        return _as_html(
            f'<td data-label="{escape(label)}"><span>{escape(content)}</span></td>'
        )

    @staticmethod
    def amount_field(name, value, label, error_id=None, *, has_focus=False):
        """Return a field for an amount as HTML.

        :param str value: as a person writes it
        :param str error_id: of the element that says what is wrong
        """
        error = style = ""
        if error_id:
            style = " is-invalid"
            error = f' aria-describedby="{escape(error_id)}" aria-invalid="true"'
        focus = ' autofocus="autofocus"' if has_focus else ""
        return _as_html(
            '<input type="text" inputmode="decimal" autocomplete="off"'
            f' class="form-control text-end{style}" name="{escape(name)}"'
            f' value="{escape(value)}" aria-label="{escape(label)}"{error}{focus}/>'
        )

    @staticmethod
    def hidden(name, value):
        """Return a field that brings back what a page knew, as HTML."""
        return _as_html(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}"/>'
        )

    def document(self, row):
        """Return the name of a document of the account and what it is, as HTML.

        :param dict row: with url (or None: not for this person), name and label
        """
        url, name = row["url"], row["name"] or ""
        name = self.link(url, name) if url else f"<bdi>{escape(name)}</bdi>"
        kind = escape(row["label"])
        return _as_html(
            f'{name} <span class="small text-muted fw-normal">{kind}</span>'
        )

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
        return _write_day(value, *self._day)

    def moment(self, value):
        """Return a time of the person's zone: the day as `date` writes it, and minutes.

        :param datetime value: in UTC, as fields have it
        :return: text; empty without one
        """
        if not value:
            return ""
        value = fields.Datetime.context_timestamp(self.env["res.lang"], value)
        pattern, code = self._minute
        minute = format_time(value.time(), pattern, locale=babel_locale_parse(code))
        return f"{_write_day(value.date(), *self._day)} {minute}"

    def input(self, amount, currency):
        """Return an amount as a person of this language would type it."""
        return self._numbers.typed(amount, currency.decimal_places)

    def _get_figure(self, currency, name):
        """Return what is the same for all amounts of a name in a currency."""
        key = (currency.id, name)
        if key not in self.figures:
            symbol = escape(currency.symbol or "")
            is_before = currency.position == "before"
            places, rounding = currency.decimal_places, currency.rounding
            self.figures[key] = (
                places,
                None if rounding == 10**-places else rounding,
                BEFORE
                % (
                    escape(name),
                    escape(currency.name),
                    f"{symbol}{NO_BREAK}" if is_before else "",
                ),
                AFTER % ("" if is_before else f"{NO_BREAK}{symbol}"),
            )
        return self.figures[key]

    def _write_number(self, number, places):
        # Adding zero makes of a negative zero a zero.
        text = self._numbers.fixed(round(number, places) + 0.0, places)
        text = text.replace(" ", NO_BREAK).replace("-", f"-{NO_BREAK_AFTER}")
        return escape(text) if self._numbers.needs_escape else text

    @cached_property
    def _numbers(self):
        return Numbers(self.env)

    @cached_property
    def _day(self):
        """Return the pattern of days and the code of the language."""
        lang = get_lang(self.env)
        locale = babel_locale_parse(lang.code)
        return posix_to_ldml(lang.date_format, locale=locale), lang.code

    @cached_property
    def _minute(self):
        """Return the pattern of a time without seconds and the code of the language."""
        lang = get_lang(self.env)
        locale = babel_locale_parse(lang.code)
        pattern = re.sub(r"[:.]?%S", "", lang.time_format)
        return posix_to_ldml(pattern, locale=locale), lang.code
