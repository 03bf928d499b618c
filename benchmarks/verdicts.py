"""Compare what was measured with the targets."""

from dataclasses import dataclass

MOST_QUERIES = 12
# {page: (most auth floors, most queries or None)}: what a page of its kind may cost;
# see "The budget of a page" in docs/performance.md.
KINDS = {
    "invoice list of 20": (5, 6),
    "order list": (5, 6),
    "payments": (5, 6),
    "my details": (3.5, None),
    "dashboard": (5, 6),
    "invoice, 3 lines": (6, 12),
    "order": (6, 12),
    "quote": (6, 12),
}
ROWS_APART = 80  # of the lists of 100 and of 20


@dataclass(frozen=True)
class Verdict:
    """A target and what was measured; `value` is None where it was not."""

    row: str
    what: str
    value: float | None
    least: float | None = None
    most: float | None = None
    unit: str = "×"
    why: str = ""  # it was not measured

    def __str__(self):
        """Return a row of the table."""
        bound = self.least if self.most is None else self.most
        sign = "≥" if self.most is None else "≤"
        target = f"{sign} {bound:g} {self.unit}"
        if self.value is None:
            measured, verdict = "–", f"not measured: {self.why}"
        else:
            digits = 2 if self.value < 10 and self.unit == "×" else 0
            digits = 3 if digits and self.value < 0.1 else digits
            measured = f"{self.value:.{digits}f} {self.unit}"
            verdict = self._judge()
        cells = (self.row, self.what, target, measured, verdict)
        return f"| {' | '.join(cells)} |"

    def _judge(self):
        if self.most is None:
            if self.value >= self.least:
                return "met"
            return f"**missed**: {self.value / self.least:.0%} of the target"
        if self.value <= self.most:
            return "met"
        over = self.value / self.most if self.most else self.value
        return f"**missed**: {over:.1f} times the target"

    @property
    def is_missed(self):
        return self.value is not None and self._judge() != "met"


def judge(found):
    """Return the verdicts on all that was measured.

    :param found: a `Found`
    """
    return [
        *_judge_pages(found),
        *_judge_papers(found),
        *_judge_race(found),
        *_judge_growth(found),
        *_judge_queries(found),
        *_judge_browser(found),
    ]


class Found:
    """What was measured: medians by (page, side), and what is no page."""

    def __init__(self, costs, absent, **others):
        self.costs = costs  # {(page, side): {name: median}}
        self.absent = absent  # {(page, side): why}
        self.ladder = others.get("ladder") or {}  # {page: {who: queries}}
        self.browser = others.get("browser") or {}
        self.race = others.get("race") or {}
        self.pages = others.get("pages") or []  # those whose queries are bounded
        self.kinds = {**KINDS, **others.get("kinds", {})}
        self.counted = others.get("counted") or []  # those that write by the way
        self.size = others.get("size", "S")

    def cpu(self, page, side="ours"):
        cost = self.costs.get((page, side))
        return cost["python"] + cost["database"] if cost else None

    def why(self, page, side="stock"):
        return self.absent.get((page, side), "left out")

    def times(self, upper, lower):
        """Return how many times the first costs the second; each (page, side)."""
        above, below = self.cpu(*upper), self.cpu(*lower)
        return above / below if above is not None and below else None

    def times_stock(self, page):
        return self.times((page, "stock"), (page, "ours"))

    def explain(self, *keys):
        """Return why one of (page, side) was not measured."""
        for page, side in keys:
            if self.cpu(page, side) is None:
                where = "Odoo's" if side == "stock" else "ours"
                return f"{page} ({where}) {self.why(page, side)}"
        return "left out"

    def times_in_race(self, name, upper, lower):
        """Return how many times a figure of one course is that of another."""
        if self.explain_race(upper, lower):
            return None
        return self.race[upper][name] / self.race[lower][name]

    def explain_race(self, *courses):
        """Return why courses cannot be compared, or nothing."""
        if not self.race:
            return "left out"
        for course in courses:
            if course not in self.race:
                return "needs wkhtmltopdf, which is not installed"
            if self.race[course]["failed"] or not self.race[course]["rate"]:
                return f"{self.race[course]['failed']:.0f} requests failed"
        return ""

    def compare(self, row, what, upper, lower, **bounds):
        """Return a verdict on how many times one page costs another."""
        return Verdict(
            row,
            what,
            self.times(upper, lower),
            why=self.explain(upper, lower),
            **bounds,
        )


def _judge_kinds(found):
    """Compare pages of each kind with a signed-in request that does nothing."""
    floor = ("auth floor", "stock")
    for page, (most, queries) in found.kinds.items():
        ours = (page, "ours")
        yield found.compare("1", f"{page} ÷ auth floor", ours, floor, most=most)
        cost = found.costs.get(ours)
        if queries and cost:
            yield Verdict("1", page, cost["queries"], most=queries, unit="queries")
    many, few = (found.cpu(f"invoice list{more}") for more in ("", " of 20"))
    least = found.cpu(*floor)
    is_there = None not in (many, few, least)
    yield Verdict(
        "1",
        "a row of the invoice list ÷ auth floor",
        (many - few) / ROWS_APART / least if is_there else None,
        most=0.02,
        why="left out",
    )


def _judge_pages(found):
    floor, is_large = ("auth floor", "stock"), found.size == "L"

    def stock(row, page, least, what=""):
        return found.compare(
            row,
            what or f"{page}: Odoo's ÷ ours",
            (page, "stock"),
            (page, "ours"),
            least=least,
        )

    yield stock(
        "1",
        "invoice list",
        8 if is_large else 4,
        "invoice list: Odoo's of 80 rows ÷ ours of 100",
    )
    ours = ("invoice list", "ours")
    yield found.compare(
        "1",
        "invoice list, 100 rows ÷ auth floor",
        ours,
        floor,
        most=8 if is_large else 6.5,
    )
    yield from _judge_kinds(found)
    yield stock("2", "invoice list, never viewed", 100)
    yield _judge_writes(found)
    yield found.compare(
        "4", "last page ÷ first page", ("last page", "ours"), ours, most=1.2
    )
    yield stock("4", "last page", 8)
    yield stock("5", "dashboard", 3.5, "dashboard: Odoo's with its counters ÷ ours")
    yield stock("6", "invoice, 3 lines", 8)
    yield stock("6", "invoice, 200 lines", 15)
    yield stock("9", "pay many", 2)
    if not is_large:
        statement = ("statement", "ours")
        yield found.compare("9", "statement ÷ auth floor", statement, floor, most=5.5)
    if is_large:  # with few items both are one short statement
        yield _judge_balance(found)


def _judge_writes(found):
    writes = {
        page: cost["writes"]
        for (page, side), cost in found.costs.items()
        if side == "ours" and cost["writes"] and page not in found.counted
    }
    named = ", ".join(sorted(writes))
    return Verdict(
        "2",
        f"pages that write when they are read{f': {named}' if named else ''}",
        len(writes) if found.costs else None,
        most=0,
        unit="pages",
        why="left out",
    )


def read_balance(found, side):
    """Return the CPU milliseconds of one balance."""
    many = found.cpu("balance, 20 times", side)
    none = found.cpu("balance, 0 times", side)
    return (many - none) / 20 if many is not None and none is not None else None


def _judge_balance(found):
    ours, stock = read_balance(found, "ours"), read_balance(found, "stock")
    is_there = ours is not None and stock is not None and ours > 0
    return Verdict(
        "10",
        "balance with ageing: Odoo's (without ageing) ÷ ours",
        stock / ours if is_there else None,
        least=8,
        why="left out",
    )


def _judge_papers(found):
    paper = "statement, PDF of 200 lines"
    yield found.compare(
        "11",
        "statement, PDF of 200 lines: Odoo's invoice of 200 ÷ ours",
        (paper, "stock"),
        (paper, "ours"),
        least=50,
    )
    yield found.compare(
        "11",
        "statement, PDF of 200 lines ÷ canvas floor",
        (paper, "ours"),
        ("canvas floor", "ours"),
        most=3,
    )
    stored = "invoice, stored PDF"
    yield found.compare(
        "12",
        "invoice, stored PDF: Odoo's ÷ ours",
        (stored, "stock"),
        (stored, "ours"),
        least=1,
    )
    yield Verdict(
        "12",
        "8 clients: 95th percentile of our stored PDF ÷ Odoo's drawn one",
        found.times_in_race("p95", "paper ours", "paper stock"),
        most=0.05,
        why=found.explain_race("paper ours", "paper stock"),
    )


def _judge_race(found):
    yield Verdict(
        "14",
        "8 clients, 2 workers, invoice list: requests a second, ours ÷ Odoo's",
        found.times_in_race("rate", "ours", "stock"),
        least=10,
        why=found.explain_race("ours", "stock"),
    )
    yield Verdict(
        "14",
        "the same ÷ auth floor",
        found.times_in_race("rate", "ours", "floor"),
        least=0.2,
        why=found.explain_race("ours", "floor"),
    )


def _judge_growth(found):
    pages = [page for page, side in found.costs if side == "small"]
    for page in pages:
        yield found.compare(
            "15",
            f"{page}: this size ÷ size S",
            (page, "ours"),
            (page, "small"),
            most=1.3,
        )
    if not pages:
        yield Verdict("15", "growth", None, most=1.3, why="needs --size M or L")


def _judge_queries(found):
    for page in found.pages:
        cost = found.costs.get((page, "ours"))
        if cost and cost["queries"] > MOST_QUERIES:
            yield _count(page, cost["queries"])
    within = [
        found.costs[page, "ours"]["queries"]
        for page in found.pages
        if (page, "ours") in found.costs
        and found.costs[page, "ours"]["queries"] <= MOST_QUERIES
    ]
    if within:
        yield _count(f"the other {len(within)} pages, at most", max(within))
    for page, counts in found.ladder.items():
        yield Verdict(
            "16",
            f"{page}: most queries of a customer − fewest",
            max(counts.values()) - min(counts.values()),
            most=0,
            unit="queries",
        )


def _count(what, queries):
    return Verdict("16", what, queries, most=MOST_QUERIES, unit="queries")


def _judge_browser(found):
    if not found.browser:
        yield Verdict(
            "17, 18", "first load", None, most=8, unit="requests", why="left out"
        )
    for page in dict.fromkeys(page for page, _side in found.browser):
        mine, theirs = (found.browser[page, side] for side in ("ours", "stock"))
        yield Verdict(
            "17", f"{page}: requests", mine["requests"], most=8, unit="requests"
        )
        weight = mine["scripts"] + mine["styles"]
        yield Verdict("17", f"{page}: JS + CSS", weight, most=80, unit="kB gz")
        yield Verdict(
            "17",
            f"{page}: JS + CSS, Odoo's ÷ ours",
            (theirs["scripts"] + theirs["styles"]) / weight if weight else None,
            least=6,
            why="ours loads none",
        )
        for name, what in (("paint", "first paint"), ("ready", "DOM ready")):
            yield Verdict(
                "18",
                f"{page}: {what}, ours ÷ Odoo's",
                mine[name] / theirs[name] if theirs[name] else None,
                most=0.6,
                why="no paint",
            )
