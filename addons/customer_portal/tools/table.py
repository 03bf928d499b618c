"""Tables that leave the portal, as text with commas or as a workbook."""

import csv
import io
import numbers
import re
from datetime import date, datetime

import xlsxwriter

MIMETYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A program for tables calculates what begins with one of these signs, of either width.
# It may split the text at semicolons, tabs or lines in place of commas, and then a
# quote in the middle holds nothing together: what follows such a mark begins a cell.
FORMULA_START = re.compile(
    r"(^|[;|\t\r\n])(?=[ \u00a0\"']{0,8}[=+\-@\uff1d\uff0b\uff0d\uff20])"
)
BLANK_STARTS = ("\t", "\r", "\n")
SHEET_NAME_LENGTH = 31
_NOT_IN_A_NAME = str.maketrans("[]:*?/\\", "       ")


def write(header, rows):
    """Return a file that programs for tables open, and calculate nothing of.

    Numbers and days are ISO: a point, no thousands, 2026-11-30. A number is written
    as such, also a negative one; only text is guarded.

    :param list header: names of the columns
    :param rows: iterable of rows, each an iterable of text, numbers, days, amounts as
        `(number, digits)`; None is empty
    :return: bytes, UTF-8 with a mark at the beginning
    """
    target = io.BytesIO()
    write_to(target, header, rows)
    return target.getvalue()


def write_to(target, header, rows):
    """Write the same to a binary file, row by row, with constant memory."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_get_text(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()  # the caller closes its file


def _get_text(cell):
    if isinstance(cell, tuple):
        number, digits = cell
        return f"{number or 0.0:.{digits}f}"
    if isinstance(cell, numbers.Number) and not isinstance(cell, bool):
        return str(cell)
    return guard_cell(cell)


def guard_cell(cell):
    """Return text that no program for tables takes for a formula, wherever it splits.

    An apostrophe stands before what would be calculated.
    """
    text = "" if cell is None or cell is False else str(cell)
    guarded = FORMULA_START.sub(r"\1'", text)
    return f"'{guarded}" if guarded.startswith(BLANK_STARTS) else guarded


def write_workbook(target, sheets, *, right_to_left=False):
    """Write a workbook (XLSX) row by row, with constant memory.

    Days and amounts are real ones, so that the reader's program shows them in the
    reader's format. Text is never taken for a formula or a link.

    :param target: a binary file to write to
    :param sheets: iterable of dicts with name, header (names of the columns), rows
        (iterable of rows of text, numbers, days, None) and decimals: {column: digits}
        of those columns that hold amounts; a row of more than one currency gives its
        own as `(number, digits)` instead of the number
    :param bool right_to_left: whether the first column is on the right
    """
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
            "remove_timezone": True,
        },
    )
    formats = _Formats(book)
    names = set()
    for sheet in sheets:
        page = book.add_worksheet(_get_sheet_name(sheet["name"], names))
        if right_to_left:
            page.right_to_left()
        decimals = sheet.get("decimals") or {}
        page.set_column(0, len(sheet["header"]) - 1, 16)
        page.freeze_panes(1, 0)
        for column, label in enumerate(sheet["header"]):
            page.write_string(0, column, label, formats.heading)
        for row_number, row in enumerate(sheet["rows"], start=1):
            for column, cell in enumerate(row):
                _write_cell(
                    page, row_number, column, cell, formats, decimals.get(column)
                )
    book.close()


def _write_cell(page, row, column, cell, formats, digits):
    if isinstance(cell, tuple):
        cell, digits = cell
    if cell is None or cell is False:
        return
    if isinstance(cell, datetime):
        page.write_datetime(row, column, cell, formats.moment)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, formats.day)
    elif isinstance(cell, numbers.Number) and not isinstance(cell, bool):
        page.write_number(row, column, cell, formats.get_number(digits))
    else:
        page.write_string(row, column, str(cell))


def _get_sheet_name(name, taken):
    """Return a name that a workbook takes, and has not yet; adds it to `taken`."""
    base = name.translate(_NOT_IN_A_NAME).strip("' ")[:SHEET_NAME_LENGTH] or "1"
    result, number = base, 1
    while result.lower() in taken:
        number += 1
        ending = f" {number}"
        result = base[: SHEET_NAME_LENGTH - len(ending)] + ending
    taken.add(result.lower())
    return result


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book):
        self._book = book
        self._numbers = {}
        self.heading = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": 14})  # the reader's short date
        self.moment = book.add_format({"num_format": 22})

    def get_number(self, digits):
        """Return the format of an amount with so many decimals; None: any number."""
        if digits not in self._numbers:
            pattern = "General"
            if digits is not None:
                pattern = "#,##0" + ("." + "0" * digits if digits else "")
            self._numbers[digits] = self._book.add_format({"num_format": pattern})
        return self._numbers[digits]
