"""The statement of an account: as a PDF, a workbook and a text table."""

from functools import cache

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Spacer

from odoo import fields
from odoo.tools.misc import get_lang

from ..const import AGEING_BUCKETS
from ..tools import table
from ..tools.statement import MOST_ROWS
from .document import Document, Total
from .row_table import HEIGHT, RowTable
from .summary import (
    get_bank_facts,
    get_facts,
    get_figures,
    get_heading,
    get_room,
    make_box,
)


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
    document.add_addresses(addressee.sudo(), label=_("Customer"))  # sudo: as above
    document.add_title()
    document.add_facts(_get_facts(document, customers, asked))
    _add_summary(document, customers, asked, sections)
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


# ------------------------------------------------------------
# The first page
# ------------------------------------------------------------


def _add_summary(document, customers, asked, sections):
    """Add balance and ageing of each section, and how what is open is paid."""
    aged = sections
    if asked.view == "activity":
        aged = customers._get_statement_outstanding(asked.last) or []
    by_key = {section["key"]: section for section in aged}
    parts = []
    for section in sections:
        name = _get_section_name(section, len(sections) > 1)
        parts.append(get_heading(document, name))
        figures = _get_figures(document, asked, section, by_key.get(section["key"]))
        parts.append(get_figures(document, figures, get_room(document)))
    to_pay = [section for section in aged if section["balance"] > section["credit"]]
    parts += _get_ways_to_pay(document, customers, to_pay)
    document.story.append(make_box(document, parts))


def _get_figures(document, asked, section, aged):
    """Return the figures of a section; without ageing where nothing was open."""
    env, currency = document.env, section["currency"]
    is_activity = asked.view == "activity"
    balance = section["closing"] if is_activity else section["balance"]
    label = env._("Balance on %s", document.date(asked.last))
    labels = get_bucket_titles(env)
    figures = [(label, balance, "total")]
    if aged:
        figures += [(labels[name], aged[name], "line") for name in AGEING_BUCKETS]
        figures.append((env._("Unapplied credits"), aged["credit"], "line"))
        if aged.get("disputed"):
            figures.append((env._("Of it disputed"), aged["disputed"], "line"))
    return [
        Total(label, document.amount(amount, currency), kind)
        for label, amount, kind in figures
    ]


def _get_ways_to_pay(document, customers, sections):
    """Return the blocks that say how to pay, nothing where nothing is open.

    :param list sections: those with something to pay
    """
    if not sections:
        return []
    env = document.env
    # sudo: the account that the seller prints on invoices, and the customer's number
    number = customers[:1].sudo().ref
    text = env._("Numbers of the invoices you pay")
    if number:
        text = env._("%s, and the numbers of the invoices you pay", number)
    room, blocks = get_room(document), []
    for bank, codes in _get_banks(sections):
        facts = [*get_bank_facts(env, bank), (env._("Text of the transfer"), text)]
        if len(sections) > 1:
            facts.insert(0, (env._("Currency"), ", ".join(codes)))
        blocks += get_facts(document, facts, room, per_row=len(facts))
    if env.user._is_portal_payment_enabled():
        online = [(env._("Pay online"), f"{document.company.get_base_url()}/my/pay")]
        blocks += get_facts(document, online, room, per_row=1)
    return [get_heading(document, env._("How to pay")), *blocks] if blocks else []


def _get_banks(sections):
    """Return (account in sudo, codes of currencies) of each account to pay to."""
    banks = {}
    for section in sections:
        currency = section["currency"]
        bank = section["company"]._get_bank_to_pay(currency)
        if bank:
            banks.setdefault(bank, []).append(currency.name)
    return banks.items()


def _get_section_name(section, with_company):
    name = section["currency"].name
    return f"{section['company'].name} · {name}" if with_company else name


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
        document = self.document
        self._add_heading(_get_section_name(section, with_company), size=11)
        number = make_number_format(self.env, section["currency"])
        if self.asked.view == "activity":
            self._add_activity(section, number)
        else:
            self._add_outstanding(section, number)
        document.add_note(get_proof(self.env, document, section, self.asked))
        if len(section["rows"]) == MOST_ROWS:
            document.add_note(
                self.env._("Only the first %s rows. Narrow your choice.", MOST_ROWS)
            )
        document.story.append(Spacer(0, 4 * mm))

    def _add_heading(self, text, **style):
        """Add a heading, on the page of the rows that follow it."""
        document = self.document
        document.story += [
            CondPageBreak(16 * mm + 3 * HEIGHT),
            document.paragraph(text, bold=True, color=document.primary, **style),
            Spacer(0, 1.5 * mm),
        ]

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
            self._add_heading(_("Unapplied credits"))
            rows = [self._get_item(row, number) for row in section["credits"]]
            self._add_table(columns, rows)
        amount = self.document.amount
        figures = [
            (_("Open"), section["balance"] - section["credit"], "line"),
            (_("Unapplied credits"), section["credit"], "line"),
            (_("Balance"), section["balance"], "total"),
        ]
        self.document.add_totals(
            [
                Total(label, amount(figure, section["currency"]), kind)
                for label, figure, kind in figures
            ]
        )

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
            "Ledger on %(day)s: %(ledger)s. This differs from the statement. "
            "Please contact us.",
            day=day,
            ledger=ledger,
        )
    if currency.is_zero(section["transferred"]):
        return env._(
            "Ledger on %(day)s: %(ledger)s. The statement agrees.",
            day=day,
            ledger=ledger,
        )
    return env._(
        "Ledger on %(day)s: %(ledger)s, plus %(transferred)s settled in other "
        "currencies or through other accounts. The statement agrees.",
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
        return currency.round(float(value)), currency.decimal_places

    if asked.view == "activity":
        opening = section["opening"]
        yield [
            *start,
            asked.first,
            env._("Opening balance"),
            *[None] * 5,
            amount(opening),
        ]
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
        closing = amount(section["closing"])
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
    balance = amount(section["balance"])
    yield [*start, asked.last, env._("Balance"), *[None] * 5, balance]
