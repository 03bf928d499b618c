"""Files with people to invite: reading them, and writing back what is wrong."""

import csv
import io

COLUMNS = ("customer", "name", "email", "role", "scope")
# What else people call the first column.
ALIASES = {"company": "customer", "reference": "customer", "vat": "customer"}
MOST_ROWS = 2000
LONGEST_FILE = 2 * 1024 * 1024  # bytes
LONGEST_CELL = 500  # characters


class FileProblem(Exception):
    """The file as a whole cannot be read; `code` says why."""

    def __init__(self, code, detail=""):
        super().__init__(code)
        self.code = code
        self.detail = detail


def read(data):
    """Return the rows of a file, a list of {column: text}, without the empty ones.

    UTF-8 with or without a mark at its beginning; comma, semicolon or tab. The first
    row names the columns, in any order; unknown ones are left out.

    :param bytes data: the file
    :raise FileProblem: large, encoding, columns (detail: what is missing), rows
    """
    if len(data) > LONGEST_FILE:
        raise FileProblem("large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileProblem("encoding") from error
    table = _read_table(text.replace("\0", ""))
    names = [cell.strip().lower() for cell in table[0]]
    names = [ALIASES.get(name, name) for name in names]
    missing = [name for name in ("customer", "email") if name not in names]
    if missing:
        raise FileProblem("columns", ", ".join(missing))
    rows = []
    for number, cells in enumerate(table[1:], start=2):
        found = {"row": number, **dict.fromkeys(COLUMNS, "")}
        for name, cell in zip(names, cells, strict=False):
            # Of two columns of the same meaning the first that says something.
            if name in COLUMNS and not found[name]:
                found[name] = " ".join(cell.split())[:LONGEST_CELL]
        if any(found[name] for name in COLUMNS):
            rows.append(found)
    if len(rows) > MOST_ROWS:
        raise FileProblem("rows")
    return rows


def _read_table(text):
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise FileProblem("encoding") from error
    return table or [[]]
