"""Tables that people upload, as programs for tables save them: one reader for all.

Only what is sure is read. Bytes in a code page of one country look alike in all of
them, so that a guess would make wrong names; such a file is refused with a sentence.
"""

import csv
import io
import re

_SEPARATOR = re.compile(r'"?sep=(?P<mark>[,;\t|])"?[,;\t ]*', re.IGNORECASE)
_WORKBOOKS = (b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"))
_MARKS_32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_MARKS_16 = (b"\xff\xfe", b"\xfe\xff")
_END_OF_FILE = "\x1a\0"  # as old programs end a file


class TableProblem(Exception):
    """The file as a whole cannot be read; `code` says why."""

    def __init__(self, code, detail=""):
        super().__init__(code)
        self.code = code
        self.detail = detail


def read_table(data, *, longest, most_rows):
    """Yield the rows of a file, lists of cells, with the number of each from 1.

    Comma, semicolon or tab, whichever the first row has most of; ends of lines of any
    system. Empty rows are left out, and have numbers. A line `sep=;` before all is not
    a row: programs for tables do not show it.

    :param bytes data: the file
    :param int longest: bytes that it may have
    :param int most_rows: rows that it may have, without the first and empty ones
    :raise TableProblem: large, workbook, encoding, rows, quotes
    """
    if len(data) > longest:
        raise TableProblem("large")
    text = decode(data)
    head, _end, rest = _split_line(text)
    if match := _SEPARATOR.fullmatch(head[:100]):
        delimiter, text = match["mark"], rest
    else:
        delimiter = max(",;\t", key=head.count)
    found = 0
    source = io.StringIO(text, newline="")
    rows = csv.reader(source, delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(rows, 1):
            if number > 10 * most_rows:
                raise TableProblem("rows")
            if any(cell.strip() for cell in cells):
                found += 1
                if found > most_rows + 1:
                    raise TableProblem("rows")
                yield number, cells
    except csv.Error as error:
        raise TableProblem("quotes") from error


def decode(data):
    """Return the text of a file in UTF-8, or in UTF-16 with its mark.

    :raise TableProblem: workbook, encoding
    """
    if data.startswith(_WORKBOOKS):
        raise TableProblem("workbook")
    coding = "utf-8-sig"
    if data.startswith(_MARKS_32):
        coding = "utf-32"
    elif data.startswith(_MARKS_16):
        coding = "utf-16"
    try:
        text = data.decode(coding)
    except UnicodeDecodeError as error:
        raise TableProblem("encoding") from error
    text = text.rstrip(_END_OF_FILE)
    # What was read wrongly once, or UTF-16 without a mark.
    if "\ufffd" in text or "\0" in text:
        raise TableProblem("encoding")
    return text


def get_problem_text(env, problem, *, longest, most_rows):
    """Return a TableProblem in the words of the person who chose the file."""
    _ = env._
    sentences = {
        "large": _("The file is larger than %s MB.", longest // 1024**2),
        "workbook": _("This is a workbook. Save the sheet as “CSV UTF-8”."),
        "encoding": _(
            "The characters in this file cannot be read reliably. Save it as "
            "“CSV UTF-8” or “Unicode text”."
        ),
        "quotes": _("This is not a CSV file: is a closing quote mark missing?"),
        "rows": _(
            "The file has more than %s rows. Split it into several files.", most_rows
        ),
    }
    return sentences[problem.code]


def _split_line(text):
    """Return (first line, its end, the rest), with the end of any system."""
    match = re.search(r"\r\n|\r|\n", text)
    if not match:
        return text, "", ""
    return text[: match.start()], match[0], text[match.end() :]
