"""Files with people to invite: reading them, and writing back what is wrong."""

from ..tools.fold import fold_name
from ..tools.table_reader import TableProblem, get_problem_text, read_table

COLUMNS = ("customer", "name", "email", "role", "scope")
# What else people call the first column.
ALIASES = {"company": "customer", "reference": "customer", "vat": "customer"}
MOST_ROWS = 2000
LONGEST_FILE = 2 * 1024 * 1024  # bytes
LONGEST_CELL = 500  # characters


def read(data):
    """Return the rows of a file, a list of {column: text}, without the empty ones.

    The first row names the columns, in any order; unknown ones are left out.

    :param bytes data: the file, see `tools.table_reader`
    :raise TableProblem: as there, or columns (detail: what is missing)
    """
    rows, names = [], None
    for number, cells in read_table(data, longest=LONGEST_FILE, most_rows=MOST_ROWS):
        if names is None:
            names = _read_names(cells)
            continue
        found = {"row": number, **dict.fromkeys(COLUMNS, "")}
        for name, cell in zip(names, cells, strict=False):
            # Of two columns of the same meaning the first that says something.
            if name in COLUMNS and not found[name]:
                found[name] = " ".join(cell[: 2 * LONGEST_CELL].split())[:LONGEST_CELL]
        if any(found[name] for name in COLUMNS):
            rows.append(found)
    if names is None:
        _read_names([])
    return rows


def _read_names(cells):
    names = [fold_name(cell[:LONGEST_CELL]) for cell in cells]
    names = [ALIASES.get(name, name) for name in names]
    missing = [name for name in ("customer", "email") if name not in names]
    if missing:
        raise TableProblem("columns", ", ".join(missing))
    return names


def get_problem(env, problem):
    """Return why a file cannot be read, in the words of who chose it."""
    if problem.code == "columns":
        return env._(
            "The first row must name the columns. Missing: %s.", problem.detail
        )
    return get_problem_text(env, problem, longest=LONGEST_FILE, most_rows=MOST_ROWS)
