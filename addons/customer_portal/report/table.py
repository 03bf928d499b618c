"""Tables that leave the portal as text with commas."""

import csv
import io

# A program for tables calculates what begins with one of these.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write(header, rows):
    """Return a file that programs for tables open, and calculate nothing of.

    :param list header: names of the columns
    :param rows: iterable of rows, each an iterable of text; None is empty
    :return: bytes, UTF-8 with a mark at the beginning
    """
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(header)
    writer.writerows([guard_cell(cell) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def guard_cell(cell):
    """Return text that a program for tables does not take for a formula."""
    text = "" if cell is None or cell is False else str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
