"""The statement of an account: as a PDF, a workbook and a text table."""

from functools import cache

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Spacer

from odoo import fields
from odoo.tools.misc import get_lang

from ..const import AGEING_BUCKETS
from ..tools import table
from ..tools.statement import MOST_ROWS
from .document import HAIRLINE, INK, PALE, Document, Total

SIZE = 8  # points, of the rows
HEIGHT = 13  # of a row
PAD = 3
ELLIPSIS = "…"


def draw(addressee, customers, asked):
    """Return the PDF of a statement, in the language of the environment.

    :param addressee: the customer whose address stands on it
    :param customers: whose account it is; who may read it has been checked
    :param Statement asked: which statement
    :rtype: bytes
    """
    sections = customers._prepare_statement(asked, size=MOST_ROWS)
    _ = customers.env._
    # sudo: the address of the customer, and that of the seller
    record = _Paper(sections[0]["company"], customers.env)
    document = Document(record, title=_("Statement of account"))
    document.add_addresses(addressee.sudo())  # sudo: as above
    document.add_title()
    document.add_facts(_get_facts(document, customers, asked))
    writer = _Writer(document, customers, asked)
    for section in sections:
        writer.add_section(section, with_company=len(sections) > 1)
    return document.render()


class _Paper:
    """What `Document` wants of a record: here there is none, but the account."""

    def __init__(self, company, env):
        self.env = env
        self.company_id = company.with_env(env)


def _get_facts(document, customers, asked):
    _ = customers.env._
    today = fields.Date.context_today(customers)
    facts = [
        (_("Printed on"), document.date(today)),
        (_("Customer number"), customers[:1].sudo().ref),  # sudo: the own number
    ]
    if asked.view == "activity":
        period = f"{document.date(asked.first)} – {document.date(asked.last)}"
        facts.insert(0, (_("Period"), period))
    else:
        facts.insert(0, (_("Open at the end of"), document.date(asked.last)))
    return facts


class _Writer:
    """Adds the sections of a statement to a document."""

    def __init__(self, document, customers, asked):
        self.document = document
        self.customers = customers
        self.asked = asked
        self.env = customers.env
        # A date is written thousands of times, and takes its time.
        self.date = cache(lambda day: document.date(day) if day else "")

    def add_section(self, section, *, with_company):
        currency = section["currency"]
        name = currency.name
        if with_company:
            name = f"{section['company'].name} · {name}"
        document = self.document
        document.story.append(
            document.paragraph(name, bold=True, size=11, color=document.primary)
        )
        document.story.append(Spacer(0, 2 * mm))
        number = make_number_format(self.env, currency)
        if self.asked.view == "activity":
            self._add_activity(section, number)
        else:
            self._add_outstanding(section, number)
        document.add_note(get_proof(self.env, document, section, self.asked))
        if len(section["rows"]) == MOST_ROWS:
            document.add_note(
                self.env._("Only the first %s rows. Choose less.", MOST_ROWS)
            )
        document.story.append(Spacer(0, 4 * mm))

    def _add_activity(self, section, number):
        _ = self.env._
        columns = [
            (_("Date"), 18 * mm, False),
            (_("Document"), None, False),
            (_("Reference"), 42 * mm, False),
            (_("Amount"), 24 * mm, True),
            (_("Balance"), 26 * mm, True),
        ]
        opening = section["opening"]
        rows = [(self.date(self.asked.first), _("Opening balance"), "", "", opening)]
        rows += [
            (
                self.date(row["date"]),
                f"{row['label']} {row['name']}",
                row["reference"],
                row["amount"],
                opening + float(row["running"]),
            )
            for row in section["rows"]
        ]
        rows = [(*cells[:3], *map(number, cells[3:])) for cells in rows]
        closing = number(section["closing"])
        rows.append((self.date(self.asked.last), _("Closing balance"), "", "", closing))
        self._add_table(columns, rows, bold={0, len(rows) - 1})

    def _add_outstanding(self, section, number):
        _ = self.env._
        columns = [
            (_("Date"), 18 * mm, False),
            (_("Document"), None, False),
            (_("Reference"), 31 * mm, False),
            (_("Due Date"), 18 * mm, False),
            (_("Days overdue"), 22 * mm, True),
            (_("Total"), 24 * mm, True),
            (_("Open"), 24 * mm, True),
        ]
        if section["rows"]:
            rows = [self._get_item(row, number) for row in section["rows"]]
            self._add_table(columns, rows)
        if section["credits"]:
            head = self.document.paragraph(_("Unapplied credits"), bold=True)
            self.document.story += [head, Spacer(0, 1 * mm)]
            rows = [self._get_item(row, number) for row in section["credits"]]
            self._add_table(columns, rows)
        labels = get_bucket_titles(self.env)
        currency, amount = section["currency"], self.document.amount
        totals = [
            Total(labels[name], amount(section[name], currency))
            for name in AGEING_BUCKETS
        ]
        totals.append(
            Total(_("Unapplied credits"), amount(section["credit"], currency))
        )
        totals.append(
            Total(_("Balance"), amount(section["balance"], currency), "total")
        )
        self.document.add_totals(totals)

    def _get_item(self, row, number):
        is_late = row["open"] > 0 and row["days"]
        return (
            self.date(row["date"]),
            f"{row['label']} {row['name']}",
            row["reference"],
            self.date(row["due"]) if row["open"] > 0 else "",
            str(row["days"]) if is_late else "",
            number(row["amount"]),
            number(row["open"]),
        )

    def _add_table(self, columns, rows, bold=()):
        rows_drawn = RowTable(self.document, columns, rows, bold)
        self.document.story += [rows_drawn, Spacer(0, 3 * mm)]


class RowTable(Flowable):
    """A table of one-line rows, drawn as strings: fast for thousands of them.

    Columns are given in reading order, and mirrored where the language is written from
    right to left; nothing in it says left or right. Its header comes again on each
    page.
    """

    def __init__(self, document, columns, rows, bold=()):
        """Take columns as (label, width or None for the rest, stands at its end)."""
        super().__init__()
        self.document = document
        self.columns = columns
        self.rows = rows
        self.bold = bold
        self.width = document.width

    def wrap(self, available_width, _available_height):
        self.width = available_width
        return available_width, HEIGHT * (len(self.rows) + 1) + PAD

    def split(self, _available_width, available_height):
        fitting = int((available_height - PAD) // HEIGHT) - 1
        if fitting < 1:
            return []
        return [
            RowTable(
                self.document,
                self.columns,
                self.rows[start:end],
                {index - start for index in self.bold},
            )
            for start, end in ((0, fitting), (fitting, len(self.rows)))
            if self.rows[start:end]
        ]

    def draw(self):
        """Draw the header, a rule below it, and a hairline below each row."""
        canvas = self.canv
        spots = self._get_spots()
        typeface = self.document.typeface
        y = HEIGHT * len(self.rows) + PAD + 4
        for (label, _width, _at_end), spot in zip(self.columns, spots, strict=True):
            self._draw_text(canvas, label, spot, y, typeface.bold, PALE)
        canvas.setStrokeColor(self.document.primary)
        canvas.setLineWidth(0.8)
        canvas.line(0, y - 4, self.width, y - 4)
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.4)
        canvas.setFillColor(INK)
        canvas.setFont(typeface.regular, SIZE)
        lines = []
        for index, row in enumerate(self.rows):
            y -= HEIGHT
            is_bold = index in self.bold
            if is_bold:
                canvas.setFont(typeface.bold, SIZE)
            font = typeface.bold if is_bold else typeface.regular
            for text, spot in zip(row, spots, strict=True):
                if text:
                    self._draw_text(canvas, text, spot, y, font)
            if is_bold:
                canvas.setFont(typeface.regular, SIZE)
            lines.append((0, y - 4, self.width, y - 4))
        canvas.lines(lines)

    def _get_spots(self):
        """Return (start, width, draws towards the start) of each column, as drawn."""
        rest = self.width - sum(width or 0 for _label, width, _at_end in self.columns)
        is_mirrored = self.document.typeface.direction == "rtl"
        spots, start = [], 0
        for _label, width, at_end in self.columns:
            width = width or rest
            place = self.width - start - width if is_mirrored else start
            spots.append((place, width, at_end != is_mirrored))
            start += width
        return spots

    def _draw_text(self, canvas, text, spot, y, font, color=None):
        start, width, is_far = spot
        room = width - 2 * PAD
        typeface = self.document.typeface
        if typeface.direction == "rtl" or not _prints(typeface, text):
            self._draw_paragraph(canvas, text, spot, y, font, color)
            return
        if color:
            canvas.setFont(font, SIZE)
            canvas.setFillColor(color)
        # Most texts are far from the edge: to measure costs more than to draw.
        if len(text) * SIZE > room and stringWidth(text, font, SIZE) > room:
            text = _shorten(text, font, room)
        if is_far:
            canvas.drawRightString(start + width - PAD, y, text)
        else:
            canvas.drawString(start + PAD, y, text)

    def _draw_paragraph(self, canvas, text, spot, y, font, color):
        """Draw a text that needs another font, or its letters joined."""
        start, width, is_far = spot
        typeface = self.document.typeface
        room = width - 2 * PAD
        if stringWidth(text, font, SIZE) > room:
            text = _shorten(text, font, room)
        paragraph = self.document.paragraph(
            text,
            bold=font == typeface.bold,
            size=SIZE,
            color=color or INK,
            at_end=is_far != (typeface.direction == "rtl"),
        )
        paragraph.wrapOn(canvas, room, 2 * HEIGHT)
        canvas.saveState()
        paragraph.drawOn(canvas, start + PAD, y - 3)
        canvas.restoreState()


@cache
def _get_glyphs(typeface):
    """Return a set of the signs of a text that were printed before, by typeface."""
    return set()


def _prints(typeface, text):
    """Return whether the font has all signs; remembers those that it has."""
    known = _get_glyphs(typeface)
    signs = set(text)
    if signs <= known:
        return True
    if typeface.prints(text):
        known |= signs
        return True
    return False


def _shorten(text, font, room):
    """Return as much of a text as the room holds, and an ellipsis."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if stringWidth(text[:middle] + ELLIPSIS, font, SIZE) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def make_number_format(env, currency):
    """Return a function that writes an amount without its currency; "" stays "".

    As the language writes it, and quick: the language is asked once.
    """
    lang = get_lang(env)
    digits = currency.decimal_places
    if (lang.grouping or "[]").replace(" ", "") not in ("[3,0]", "[3]"):
        pattern = f"%.{digits}f"
        return lambda amount: (
            amount if amount == "" else lang.format(pattern, amount, grouping=True)
        )
    marks = str.maketrans({",": lang.thousands_sep or "", ".": lang.decimal_point})
    return lambda amount: (
        amount
        if amount == ""
        else f"{float(amount) or 0.0:,.{digits}f}".translate(marks)
    )


def get_bucket_titles(env):
    """Return {bucket: what it is called on paper}."""
    return {
        "not_due": env._("Not due"),
        "overdue_1_30": env._("1–30 days overdue"),
        "overdue_31_60": env._("31–60 days overdue"),
        "overdue_61_90": env._("61–90 days overdue"),
        "overdue_90": env._("Over 90 days overdue"),
    }


def get_proof(env, document, section, asked):
    """Return the sentence that compares a section with the ledger."""
    currency = section["currency"]
    day = document.date(asked.last)
    ledger = document.amount(section["ledger"], currency)
    transferred = document.amount(section["transferred"], currency)
    if not section["is_proven"]:
        return env._(
            "Ledger on %(day)s: %(ledger)s. This differs from the statement; please "
            "ask us.",
            day=day,
            ledger=ledger,
        )
    if currency.is_zero(section["transferred"]):
        return env._("Ledger on %(day)s: %(ledger)s, the same.", day=day, ledger=ledger)
    return env._(
        "Ledger on %(day)s: %(ledger)s, and %(transferred)s settled in other "
        "currencies or by other accounts: the same.",
        day=day,
        ledger=ledger,
        transferred=transferred,
    )


# ------------------------------------------------------------
# Tables
# ------------------------------------------------------------


def write(target, kind, customers, asked):
    """Write a statement as a table.

    :param target: a binary file
    :param str kind: csv or xlsx
    """
    env = customers.env
    sections = customers._prepare_statement(asked, size=MOST_ROWS)
    header = _get_header(env, asked)
    if kind == "xlsx":
        sheets = [
            {
                "name": f"{section['currency'].name} {section['company'].name}",
                "header": header,
                "rows": _get_rows(env, section, asked),
                "decimals": dict.fromkeys((8, 9), section["currency"].decimal_places),
            }
            for section in sections
        ]
        is_mirrored = get_lang(env).direction == "rtl"
        table.write_workbook(target, sheets, right_to_left=is_mirrored)
        return
    rows = (row for section in sections for row in _get_rows(env, section, asked))
    target.write(table.write(header, rows))


def _get_header(env, asked):
    last = (
        [env._("Amount"), env._("Balance")]
        if asked.view == "activity"
        else [env._("Total"), env._("Open")]
    )
    return [
        env._("Seller"),
        env._("Currency"),
        env._("Date"),
        env._("Kind"),
        env._("Document"),
        env._("Reference"),
        env._("Company"),
        env._("Due Date"),
        *last,
    ]


def _get_rows(env, section, asked):
    """Yield the rows of a section, the balances in their place."""
    currency = section["currency"]
    start = [section["company"].name, currency.name]

    def amount(value):
        return currency.round(float(value))

    if asked.view == "activity":
        opening = section["opening"]
        yield [*start, asked.first, env._("Opening balance"), *[None] * 5, opening]
        for row in section["rows"]:
            yield [
                *start,
                row["date"],
                row["label"],
                row["name"],
                row["reference"],
                row["customer_name"],
                None,
                amount(row["amount"]),
                amount(opening + float(row["running"])),
            ]
        closing = section["closing"]
        yield [*start, asked.last, env._("Closing balance"), *[None] * 5, closing]
        return
    for row in section["rows"] + section["credits"]:
        yield [
            *start,
            row["date"],
            row["label"],
            row["name"],
            row["reference"],
            row["customer_name"],
            row["due"] if row["open"] > 0 else None,
            amount(row["amount"]),
            amount(row["open"]),
        ]
    yield [*start, asked.last, env._("Balance"), *[None] * 5, section["balance"]]
