"""Draw what was measured as tables of Markdown."""

from benchmarks import verdicts


def draw(found, judged):
    """Return the lines of all tables."""
    lines = [
        "| row | what | target | measured | verdict |",
        "| --- | --- | --- | --- | --- |",
        *map(str, judged),
    ]
    if found.costs:
        lines += ["", *_draw_pages(found)]
    if found.ladder:
        lines += ["", *_draw_ladder(found.ladder)]
    if found.browser:
        lines += ["", *_draw_browser(found.browser)]
    if found.race:
        lines += ["", *_draw_race(found.race)]
    return lines


def _draw_pages(found):
    yield (
        "| page, ours / Odoo's | CPU ms (Python + PostgreSQL) | Odoo's ÷ ours |"
        " ours ÷ auth floor | wall ms | queries | kB | peak MB (rise) |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for page in dict.fromkeys(page for page, _side in [*found.costs, *found.absent]):
        both = [found.costs.get((page, side)) for side in ("ours", "stock")]
        cells = [
            page,
            _pair(both, lambda c: _cpu(c)),
            _times(found.times_stock(page)),
            _times(found.times((page, "ours"), ("auth floor", "stock"))),
            _pair(both, lambda c: f"{c['wall']:.0f}"),
            _pair(both, lambda c: f"{c['queries']:.0f}"),
            _pair(both, lambda c: f"{c['bytes'] / 1000:.0f}"),
            _pair(both, lambda c: f"{c['memory']:.0f} (+{c['rise']:.1f})"),
        ]
        yield f"| {' | '.join(cells)} |"
    for (page, side), why in found.absent.items():
        yield ""
        whose = "Odoo's" if side == "stock" else "Ours"
        yield f"Not there: {whose}, {page}: {why}."
    ours, stock = (verdicts.read_balance(found, side) for side in ("ours", "stock"))
    if ours is not None and stock is not None:
        yield ""
        yield f"One balance: ours {ours:.2f} ms, Odoo's {stock:.2f} ms of CPU."


def _draw_ladder(ladder):
    people = list(dict.fromkeys(who for counts in ladder.values() for who in counts))
    yield f"| queries of a customer with documents: | {' | '.join(people)} |"
    yield f"| --- |{' --- |' * len(people)}"
    for page, counts in ladder.items():
        cells = [f"{counts[who]:.0f}" if who in counts else "–" for who in people]
        yield f"| {page} | {' | '.join(cells)} |"


def _draw_browser(browser):
    yield (
        "| first load, ours / Odoo's | requests | JS kB gz | CSS kB gz | all kB gz |"
        " first paint ms | DOM ready ms |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    names = ("requests", "scripts", "styles", "all", "paint", "ready")
    for page in dict.fromkeys(page for page, _side in browser):
        both = [browser.get((page, side)) for side in ("ours", "stock")]
        cells = [_pair(both, lambda c, n=name: f"{c[n]:.0f}") for name in names]
        yield f"| {page} | {' | '.join(cells)} |"


def _draw_race(race):
    labels = {
        "ours": "invoice list, ours",
        "stock": "invoice list, Odoo's",
        "floor": "auth floor",
        "stored ours": "stored PDF, ours",
        "stored stock": "stored PDF, Odoo's",
        "paper ours": "stored PDF, ours, again",
        "paper stock": "PDF of 200 lines drawn by Odoo",
    }
    yield "| 8 clients, 2 workers | requests a second | median ms | 95 % ms | failed |"
    yield "| --- | --- | --- | --- | --- |"
    for course, found in race.items():
        yield (
            f"| {labels[course]} | {found['rate']:.1f} | {found['median']:.0f} |"
            f" {found['p95']:.0f} | {found['failed']:.0f} |"
        )


def _cpu(cost):
    python, database = cost["python"], cost["database"]
    return f"{python + database:.1f} ({python:.1f} + {database:.1f})"


def _pair(both, tell):
    return " / ".join(tell(cost) if cost else "–" for cost in both)


def _times(value):
    return "–" if value is None else f"{value:.1f}"
