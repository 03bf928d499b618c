"""Which statement is asked for, and within what bounds."""

from datetime import date
from typing import NamedTuple

# Days that a statement can be asked for; beyond them there are no books.
FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2199, 12, 31)
MOST_ROWS = 50_000  # of a file


class Statement(NamedTuple):
    """Which statement is asked for; `first` counts for the activity only."""

    view: str  # activity or outstanding
    first: date
    last: date
