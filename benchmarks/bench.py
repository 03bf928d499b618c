"""Measure our pages beside those of Odoo, on the same data, in one run."""

import argparse
import contextlib
import hashlib
import json
import os
import statistics
import subprocess
import sys
import time

from benchmarks import browser, pages, seed, tables, verdicts
from bootstrap import environment, places, terminal
from bootstrap.serve import Server, find_free_port

BENCHMARKS = places.ROOT / "benchmarks"
FLOORS = BENCHMARKS / "addons"
PREFIX = f"cp_bench_{places.CHECKOUT}"
PAGE = places.ROOT / "docs" / "performance.md"
WARM_UPS = 4
UNSEEN_ROUNDS = 5
BROWSER_ROUNDS = 5
LADDER_ROUNDS = 3
CLIENTS = 8
RACE_SECONDS = 4
RACE_ROUNDS = 3
PARTS = ("ladder", "browser", "race")
CENT = 0.005


def parse(arguments):
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="bin/bench", description="Measure our pages beside those of Odoo."
    )
    parser.add_argument("--size", choices="SML", default="S", help="default: S")
    parser.add_argument("--rounds", type=int, default=15, help="default: 15")
    parser.add_argument(
        "--only",
        default="",
        metavar="TEXT",
        help=f"pages whose name contains this, or one of {', '.join(PARTS)}; writes"
        " nothing into the documentation",
    )
    parser.add_argument("--reset", action="store_true", help="seed anew")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds: at least 1")
    return options


def main(arguments):
    """Seed what is missing, measure, print and write the tables."""
    options = parse(arguments)
    environment.enter("bench", arguments, development=True)

    # These need the environment.
    from bootstrap import odoo, postgres
    from bootstrap.database import Databases

    found = odoo.get()
    with postgres.server() as variables:
        databases = Databases(found, variables)
        names = prepare(databases, options.size, reset=options.reset)
        if options.size != "S" and options.only not in PARTS:
            names["small"] = prepare(databases, "S", reset=options.reset)["ours"]
        check(databases, names)
        begun = time.monotonic()
        results = measure(databases, names, options)
    report(options, results, time.monotonic() - begun)


# ------------------------------------------------------------
# The databases
# ------------------------------------------------------------


def prepare(databases, size, *, reset=False):
    """Return {side: database}, made if they are missing.

    Odoo's is seeded; ours is a copy of it, in which our addons were installed then.
    """
    from bootstrap.database import addons_key, read_addons

    family = f"{PREFIX}_{size.lower()}_"
    names = {side: f"{family}{_seeds_key()}_{side}" for side in ("ours", "stock")}
    for name, _comment in databases._all():
        if name.startswith(family) and (reset or name not in names.values()):
            databases.drop(name)
    with_floors = f"{places.ADDONS},{FLOORS}"
    if not databases.find(names["stock"]):
        base = databases.base()
        with databases._building(names["stock"], "bench", _seeds_key()) as building:
            databases.clone(base, building, kind="bench")
            databases.install(building, ["portal_floor"], log="bench-floor", own=FLOORS)
            _shell(databases, building, "pattern.py", own=FLOORS)
            with terminal.Step(f"Copying the documents, size {size}"):
                _fill(databases, building, size)
    made = databases.find(names["ours"])
    if made and made["key"] != addons_key():
        databases.drop(names["ours"])
        made = None
    if not made:
        with databases._building(names["ours"], "bench", addons_key()) as building:
            with terminal.Step(f"Copying the database, size {size}"):
                databases.clone(names["stock"], building, kind="bench")
            databases.install(
                building, read_addons(), log="bench-ours", own=with_floors
            )
            _shell(databases, building, "member.py", own=with_floors)
            # What addons bring, of the size of the customers.
            for script in sorted(places.ADDONS.glob("*/tests/bench_seed.py")):
                _shell(databases, building, script, own=with_floors)
            databases.query(building, "VACUUM ANALYZE")
    return names


def _seeds_key():
    """Return a key for what the seeds are made with."""
    digest = hashlib.sha256()
    for name in ("seed.py", "pattern.py", "member.py"):
        digest.update((BENCHMARKS / name).read_bytes())
    return digest.hexdigest()[:8]


def _fill(databases, name, size):
    from bootstrap import postgres

    connection = postgres.connect(databases.environment, name)
    with contextlib.closing(connection), connection.cursor() as cursor:
        seed.fill(cursor, size)


def _shell(databases, name, script, *, own):
    """Run a file of benchmarks/, or of an addon, in Odoo's shell."""
    found = databases.odoo
    configuration = found.write_configuration("bench-shell", own=own)
    command = [*found.command, "shell", "-c", configuration, "-d", name, "--no-http"]
    path = BENCHMARKS / script  # itself where it is a whole path
    log = places.LOG / f"bench-{path.stem}.log"
    code = path.read_text()
    script = str(script)
    with terminal.Step(f"Running {path.name}"), log.open("w") as output:
        status = subprocess.run(
            # The shell would go on after an error; exec ends with it.
            terminal.tied([*command, "--log-level", "warn"]),
            input=f"exec(compile({code!r}, {script!r}, 'exec'))\n",
            text=True,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=places.RUN,
            env=found.environment(databases.environment),
            check=False,
        ).returncode
    if status or "Traceback" in log.read_text():
        raise terminal.Problem(terminal.explain(f"Running {path.name}", log))


def check(databases, names):
    """Refuse seeds that do not balance.

    :raise Problem: with what is wrong
    """
    from bootstrap import postgres

    with terminal.Step("Checking the seeds"):
        for name in names.values():
            connection = postgres.connect(databases.environment, name)
            with contextlib.closing(connection), connection.cursor() as cursor:
                wrong = seed.check(cursor)
            if wrong:
                raise terminal.Problem(f"the seeds in {name} are wrong: {wrong}")


def check_balances(side):
    """Refuse when our summary is not the sum of the ledger's lines.

    :raise Problem: with the customer
    """
    from bootstrap import postgres

    connection = postgres.connect(side.databases.environment, side.server.database)
    with contextlib.closing(connection), connection.cursor() as cursor:
        balances = seed.read_balances(cursor)
    for ref, wanted in balances.items():
        who = ref.removeprefix("BENCH-").lower()
        told = json.loads(side.open(who, "/bench/balance"))
        if any(abs(a - b) > CENT for a, b in zip(told, wanted, strict=True)):
            raise terminal.Problem(
                f"_get_receivable_summary of {ref} tells {told}, and its lines {wanted}"
            )


# ------------------------------------------------------------
# Measuring
# ------------------------------------------------------------


def measure(databases, names, options):
    """Return what was measured."""

    def wants(part):
        return options.only in ("", part)

    is_part = options.only in PARTS
    chosen = [
        page
        for page in pages.PAGES
        if not is_part and (options.only in page.name or "floor" in page.name)
    ]
    seen, absent = {}, {}
    found = {
        "pages": [page.name for page in chosen if page.is_page],
        "kinds": {page.name: page.most for page in pages.PAGES if page.most},
        "counted": [page.name for page in pages.PAGES if page.is_counted],
    }
    with _serve(databases, names) as sides:
        check_balances(sides["ours"])
        if chosen:
            _visit_rounds(chosen, sides, options.rounds, seen, absent)
        if not is_part and options.only in pages.FIRST_VIEW.name:
            _visit_unseen(sides, seen, absent)
        if wants("ladder"):
            found["ladder"] = _climb(sides["ours"])
        if wants("browser"):
            with terminal.Step("Loading pages in a browser"):
                both = {name: sides[name] for name in ("ours", "stock")}
                found["browser"] = browser.measure(both, BROWSER_ROUNDS)
    if wants("race"):
        found["race"] = _race(databases, names)
    costs = {
        key: {name: statistics.median(one[name] for one in many) for name in many[0]}
        for key, many in seen.items()
    }
    for key, many in seen.items():
        costs[key]["memory"] = max(one["memory"] for one in many)
        costs[key]["rise"] = max(one["rise"] for one in many)
    return verdicts.Found(costs, absent, size=options.size, **found)


@contextlib.contextmanager
def _serve(databases, names, options=()):
    """Start a server for each database, and give {side: Side}."""
    from benchmarks.side import Side

    with contextlib.ExitStack() as stack:
        sides = {}
        for name, database in names.items():
            words = ["--max-cron-threads", "0", *options]
            if options:
                words += ["--gevent-port", str(find_free_port())]
            server = Server(
                databases,
                database,
                find_free_port(),
                f"bench-{name}",
                own=FLOORS if name == "stock" else f"{places.ADDONS},{FLOORS}",
                options=words,
            )
            sides[name] = Side(databases, stack.enter_context(server))
        yield sides


def _visit_rounds(chosen, sides, rounds, seen, absent):
    """Visit each page once a round on each side, in turn."""
    with terminal.Step(f"Measuring {rounds} rounds") as step:
        for turn in range(-WARM_UPS, rounds):
            step.detail = f"round {turn + 1}" if turn >= 0 else "warming up"
            for page in chosen:
                _visit(page, sides, turn, seen, absent)


def _visit(page, sides, turn, seen, absent):
    """Visit a page on each side, the first one by turns."""
    from benchmarks.side import Absent

    visits = [("ours", page.ours, page.who), ("stock", page.stock, page.who_stock)]
    if page.is_small and "small" in sides:
        visits.append(("small", page.ours, page.who))
    if turn % 2:
        visits.reverse()
    for name, addresses, who in visits:
        key = page.name, name
        if not addresses or key in absent:
            continue
        if addresses == (pages.DRAWN,) and not pages.can_draw():
            absent[key] = "needs wkhtmltopdf, which is not installed"
            continue
        try:
            cost = sides[name].visit(who, addresses)
        except Absent as reason:
            absent[key] = str(reason)
            continue
        if turn >= 0:
            seen.setdefault(key, []).append(cost)


def _visit_unseen(sides, seen, absent):
    """Visit the list as if nobody had ever looked at its invoices."""
    both = {name: sides[name] for name in ("ours", "stock")}
    with terminal.Step("Visiting invoices that nobody has viewed"):
        for turn in range(UNSEEN_ROUNDS):
            for side in both.values():
                side.forget_views()
            _visit(pages.FIRST_VIEW, both, turn, seen, absent)


def _climb(side):
    """Return {page: {customer: queries}} of customers of every size."""
    from benchmarks.side import Absent

    rows = side.query(
        "SELECT lower(substr(p.ref, 7)) FROM res_partner p"
        "  JOIN account_move m ON m.commercial_partner_id = p.id"
        " WHERE p.ref IN ('BENCH-10', 'BENCH-100', 'BENCH-1000', 'BENCH-BIG')"
        " GROUP BY p.ref ORDER BY count(*)"
    )
    found = {}
    with terminal.Step("Visiting customers of every size"):
        for page in pages.PAGES:
            for (who,) in rows if page.is_ladder else ():
                with contextlib.suppress(Absent):
                    costs = [side.visit(who, page.ours) for _ in range(LADDER_ROUNDS)]
                    found.setdefault(page.name, {})[who] = costs[-1]["queries"]
    return found


def _race(databases, names):
    """Return what several clients at once get, of two workers of each side."""
    courses = {
        "ours": ("ours", pages.ALL),
        "stock": ("stock", "/my/invoices"),
        "floor": ("stock", "/bench/floor"),
        "stored ours": ("ours", pages.STORED),
        "stored stock": ("stock", pages.STORED),
    }
    if pages.can_draw():
        courses["paper ours"] = ("ours", pages.STORED)
        courses["paper stock"] = ("stock", pages.DRAWN)
    seen = {}
    both = {name: names[name] for name in ("ours", "stock")}
    with (
        # One process alone has no limit of time; of several, one without ends at once.
        _serve(
            databases, both, ("--workers", "2", "--limit-time-real", "120")
        ) as sides,
        terminal.Step(f"Visiting with {CLIENTS} clients at once"),
    ):
        for turn in range(-1, RACE_ROUNDS):
            for course, (name, address) in courses.items():
                found = _run_course(sides[name], address)
                if turn >= 0:
                    seen.setdefault(course, []).append(found)
    return {
        course: {name: statistics.median(one[name] for one in many) for name in many[0]}
        for course, many in seen.items()
    }


def _run_course(side, address):
    """Let the clients, a process of their own, visit an address."""
    words = [side.server.url + side.fill(address), side.cookie("big")]
    answer = subprocess.run(
        terminal.tied(
            [sys.executable, BENCHMARKS / "load.py", *words, CLIENTS, RACE_SECONDS]
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise terminal.Problem(f"benchmarks/load.py failed: {answer.stderr[-300:]}")
    return json.loads(answer.stdout)


# ------------------------------------------------------------
# Telling
# ------------------------------------------------------------


def report(options, found, seconds):
    """Print the tables, and put them into docs/performance.md."""
    judged = verdicts.judge(found)
    if options.only:
        judged = [verdict for verdict in judged if verdict.value is not None]
    load = os.getloadavg()[1]
    head = (
        f"{options.rounds} rounds in {seconds / 60:.0f} minutes;"
        f" {len(os.sched_getaffinity(0))} cores, load {load:.1f} at the end."
    )
    text = "\n".join([head, "", *tables.draw(found, judged)])
    terminal.say(f"\n{text}\n")
    missed = sum(verdict.is_missed for verdict in judged)
    measured = sum(verdict.value is not None for verdict in judged)
    terminal.say(f"{measured - missed} targets met, {missed} missed")
    if options.only:
        return
    begin, end = f"<!-- size {options.size} -->", f"<!-- end {options.size} -->"
    page = PAGE.read_text()
    if begin in page and end in page:
        head, rest = page.split(begin, 1)
        tail = rest.split(end, 1)[1]
        PAGE.write_text(f"{head}{begin}\n\n{text}\n\n{end}{tail}")
        terminal.say(f"Written to {terminal.relative(PAGE)}")
