"""Measure our pages beside those of Odoo, on the same data, in one run."""

import argparse
import contextlib
import http.cookiejar
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from bootstrap import environment, places, terminal

BENCHMARKS = places.ROOT / "benchmarks"
# Of a database that only this command serves.
PASSWORD = "bench"  # noqa: S105  # nosec B105
WARM_UPS = 4
MISSING = "missing"
# What is visited: name, our addresses, those of Odoo for the same; {last}: the
# last page of the list, {invoice}: a document of the customer.
PAGES = (
    ("auth floor", (), ("/bench/floor",)),
    ("data floor", ("/bench/data",), ()),
    ("1 invoice list", ("/my/invoices",), ("/my/invoices",)),
    ("3 order list", ("/my/orders",), ("/my/orders",)),
    ("4 last page", ("/my/invoices/page/{last}",), ("/my/invoices/page/{last}",)),
    ("5 dashboard", ("/my",), ("/my", "{counters}")),
    (
        "6 invoice page",
        ("/my/invoices/{invoice}",),
        ("/my/invoices/{invoice}", "/my/invoices/{invoice}?report_type=html"),
    ),
    ("9 pay many", ("/my/pay",), ("/my/invoices/overdue",)),
    ("10 statement", ("/my/statement",), ()),
    ("11 statement, PDF", ("/my/statement/pdf",), ()),
    (
        "12 invoice, PDF",
        ("/my/invoices/{invoice}?report_type=pdf",),
        ("/my/invoices/{invoice}?report_type=pdf",),
    ),
    ("16 payments", ("/my/payments",), ()),
)
FIRST_VIEW = "2 invoice list, never viewed"
TARGETS = {  # at least so many times cheaper than Odoo's
    "1 invoice list": 10,
    FIRST_VIEW: 100,
    "3 order list": 4,
    "4 last page": 8,
    "5 dashboard": 3.5,
    "6 invoice page": 8,
    "9 pay many": 2,
}


def parse(arguments):
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="bin/bench", description="Measure our pages beside those of Odoo."
    )
    parser.add_argument("--size", choices="SML", default="S", help="default: S")
    parser.add_argument("--rounds", type=int, default=15, help="default: 15")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--reset", action="store_true", help="seed anew")
    return parser.parse_args(arguments)


def main(arguments):
    """Seed what is missing, measure, print and write the table."""
    options = parse(arguments)
    environment.enter("bench", arguments)

    # These need the environment.
    from bootstrap import odoo, postgres, serve
    from bootstrap.database import Databases

    found = odoo.get()
    with postgres.server() as variables:
        databases = Databases(found, variables)
        stock, ours = prepare(databases, options)
        with contextlib.ExitStack() as stack:
            sides = {}
            for side, name in (("ours", ours), ("stock", stock)):
                server = serve.Server(
                    databases,
                    name,
                    serve.find_free_port(),
                    f"bench-{side}",
                    own=f"{places.ADDONS},{BENCHMARKS / 'addons'}",
                    options=("--max-cron-threads", "0"),
                )
                sides[side] = Side(databases, stack.enter_context(server))
            lines = measure(databases, sides, options)
    report(options, lines)


def prepare(databases, options):
    """Return the names of the two databases, made if they are missing."""
    from bootstrap.database import addons_key, read_addons

    sys.path.insert(0, str(BENCHMARKS))
    import seed

    floor = f"{places.ADDONS},{BENCHMARKS / 'addons'}"
    stock = f"cp_bench_{places.CHECKOUT}_{options.size.lower()}_stock"
    ours = stock.replace("_stock", "_ours")
    if options.reset:
        databases.drop(ours)
        databases.drop(stock)
    if not databases.find(stock):
        base = databases._base("plain", databases._base_key("plain"))
        building = f"{stock}_new"
        databases.drop(building)
        databases.clone(base, building, kind="bench")
        databases.install(building, ["portal_floor"], log="bench-floor", own=floor)
        _shell(databases, building, "pattern.py")
        with terminal.Step(f"Copying the documents, size {options.size}"):
            _seed(databases, building, seed, options.size)
        databases.clone(building, stock, kind="bench")
        databases.drop(building)
    made = databases.find(ours)
    if made and made["key"] != addons_key():
        databases.drop(ours)
        made = None
    if not made:
        building = f"{ours}_new"
        databases.drop(building)
        databases.clone(stock, building, kind="bench")
        databases.install(building, read_addons(), log="bench-ours", own=floor)
        _shell(databases, building, "member.py")
        databases.query(building, "ANALYZE")
        databases.clone(building, ours, kind="bench")
        databases.drop(building)
    return stock, ours


def _seed(databases, name, seed, size):
    from bootstrap import postgres

    connection = postgres.connect(databases.environment, name)
    with contextlib.closing(connection), connection.cursor() as cursor:
        seed.fill(cursor, size)
        wrong = seed.check(cursor)
    if wrong:
        raise terminal.Problem(f"the seeds of the benchmark are wrong: {wrong}")


def _shell(databases, name, script):
    """Run a file of benchmarks/ in Odoo's shell."""
    found = databases.odoo
    configuration = found.write_configuration("bench-shell")
    command = [*found.command, "shell", "-c", configuration, "-d", name, "--no-http"]
    log = places.LOG / f"bench-{Path(script).stem}.log"
    with log.open("w") as output:
        code = subprocess.run(
            # The shell would go on after an error; exec ends with it.
            [*command, "--log-level", "warn"],
            input=f"exec(compile({(BENCHMARKS / script).read_text()!r}, {script!r},"
            " 'exec'))\n",
            text=True,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=places.RUN,
            env=found.environment(databases.environment),
            check=False,
        ).returncode
    if code or "Traceback" in log.read_text():
        raise terminal.Problem(terminal.explain(f"Running {script}", log))


class Side:
    """One of the two portals: visits pages and reads what they cost."""

    def __init__(self, databases, server):
        self.databases = databases
        self.server = server
        self.opener = self._sign_in()
        size = """SELECT count(*), max(m.id) FILTER (WHERE payment_state = 'not_paid'
               AND move_type = 'out_invoice') FROM account_move m
            JOIN res_partner p ON p.id = m.commercial_partner_id
           WHERE p.ref = 'BENCH-BIG' AND m.state = 'posted'
             AND m.move_type IN ('out_invoice', 'out_refund')"""
        count, invoice = databases.query(server.database, size)[0]
        self.words = {
            "{last}": str(max(1, -(-count // 80))),
            "{invoice}": str(invoice),
            "{counters}": "/my/counters",
        }

    def _sign_in(self):
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar)
        )
        with opener.open(f"{self.server.url}/web/login", timeout=120) as answer:
            page = answer.read().decode()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        form = {"login": "big@bench.example", "password": PASSWORD}
        data = urllib.parse.urlencode({**form, "csrf_token": token}).encode()
        with opener.open(f"{self.server.url}/web/login", data, timeout=120) as answer:
            if "/web/login" in answer.url:
                raise terminal.Problem("the person of the benchmark cannot sign in")
        return opener

    def visit(self, addresses):
        """Return what a visit of the addresses costs, or None if one is not there."""
        start = self.server.log.stat().st_size
        before, begun = self._clock(), time.perf_counter()
        size = 0
        for address in addresses:
            for word, value in self.words.items():
                address = address.replace(word, value)
            body = None
            headers = {}
            if address == "/my/counters":
                counters = '["invoice_count","overdue_invoice_count","order_count"]'
                body = f'{{"params":{{"counters":{counters}}}}}'.encode()
                headers = {"Content-Type": "application/json"}
            request = urllib.request.Request(  # noqa: S310 (an address of this machine)
                self.server.url + address, body, headers
            )
            try:
                with self.opener.open(request, timeout=120) as answer:
                    size += len(answer.read())
            except (urllib.error.HTTPError, OSError):
                return None
        wall = time.perf_counter() - begun
        python, database = self._clock()
        time.sleep(0.005)  # Odoo writes its line after the answer
        with self.server.log.open(errors="replace") as log:
            log.seek(start)
            text = log.read()
        queries = sum(map(int, re.findall(r'HTTP/1\.[01]" \d+ - (\d+)', text)))
        return {
            "python": (python - before[0]) * 1000,
            "database": (database - before[1]) * 1000,
            "wall": wall * 1000,
            "queries": queries,
            "bytes": size,
        }

    def _clock(self):
        """Return the seconds of CPU of Odoo and of its PostgreSQL backends."""
        if not hasattr(self, "backends"):
            self._find_backends()
        return _cpu(self.server.process.pid), sum(map(_cpu, self.backends))

    def _find_backends(self):
        rows = self.databases.query(
            "postgres",
            "SELECT pid FROM pg_stat_activity WHERE datname = %s",
            self.server.database,
        )
        self.backends = [row[0] for row in rows]

    def forget(self):
        """Take the access tokens away, as of invoices that nobody has viewed."""
        self.databases.query(
            self.server.database,
            "UPDATE account_move SET access_token = NULL"
            " WHERE access_token IS NOT NULL",
        )
        self._find_backends()

    def peak_memory(self):
        """Return the most memory that Odoo had, in MB."""
        text = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", text)[1]) / 1024

    def throughput(self, address, clients=8, seconds=4):
        """Return requests a second with several clients at once, by threads."""
        done = []
        end = time.monotonic() + seconds

        def work():
            while time.monotonic() < end:
                with self.opener.open(self.server.url + address, timeout=60) as answer:
                    answer.read()
                done.append(1)

        threads = [threading.Thread(target=work) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(done) / seconds


def _cpu(pid):
    """Return the CPU seconds of a process, ended threads included, to the ns."""
    with contextlib.suppress(OSError):
        return time.clock_gettime((~pid << 3) | 2)
    return 0.0


def measure(databases, sides, options):
    """Return the lines of the table."""
    pages = [page for page in PAGES if options.only in page[0] or "floor" in page[0]]
    seen = {}
    with terminal.Step(f"Measuring {options.rounds} rounds") as step:
        for turn in range(-WARM_UPS, options.rounds):
            step.detail = f"round {turn}"
            for side in sides.values():
                side._find_backends()
            _visit_all(pages, sides, seen, keep=turn >= 0)
        if options.only in FIRST_VIEW:
            pages.append((FIRST_VIEW, (), ()))
            _visit_unseen(sides, seen)
    lines = _draw(pages, seen)
    if options.only in "14 throughput":
        lines += ["", _race(sides)]
    peak = ", ".join(f"{k} {side.peak_memory():.0f} MB" for k, side in sides.items())
    return [*lines, "", f"Peak memory of the process: {peak}."]


def _visit_all(pages, sides, seen, *, keep):
    """Visit each page once on each side, in turn; what is not there stays so."""
    for name, mine, theirs in pages:
        for which, addresses in (("ours", mine), ("stock", theirs)):
            if not addresses or seen.get((name, which)) == MISSING:
                continue
            cost = sides[which].visit(addresses)
            if cost is None:
                seen[name, which] = MISSING
            elif keep:
                seen.setdefault((name, which), []).append(cost)


def _visit_unseen(sides, seen):
    """Visit the list as if nobody had ever looked at its invoices."""
    for _turn in range(3):
        for which, side in sides.items():
            side.forget()
            cost = side.visit(("/my/invoices",))
            if cost:
                seen.setdefault((FIRST_VIEW, which), []).append(cost)


def _draw(pages, seen):
    """Return the table of the pages."""
    floor = _median(seen.get(("auth floor", "stock"))) or {"cpu": 1}
    lines = [
        "| page | ours ms CPU (py + pg) | stock | stock ÷ ours | target |"
        " ÷ auth floor | queries ours / stock | kB ours / stock |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, *_addresses in pages:
        mine = _median(seen.get((name, "ours")))
        theirs = _median(seen.get((name, "stock")))
        times = theirs["cpu"] / mine["cpu"] if mine and theirs else None
        target = TARGETS.get(name)
        verdict = ""
        if target and times:
            verdict = f"≥ {target}: {'met' if times >= target else 'missed'}"
        lines.append(
            f"| {name} | {_cost(mine)} | {_cost(theirs)} |"
            f" {f'{times:.1f}' if times else '–'} | {verdict} |"
            f" {(mine or theirs or floor)['cpu'] / floor['cpu']:.1f} |"
            f" {_field(mine, 'queries')} / {_field(theirs, 'queries')} |"
            f" {_kilo(mine)} / {_kilo(theirs)} |"
        )
    return lines


def _race(sides):
    """Return a sentence on row 14."""
    ours, stock = (sides[w].throughput("/my/invoices") for w in ("ours", "stock"))
    least = sides["stock"].throughput("/bench/floor")
    return (
        f"Row 14, 8 clients, one process: ours {ours:.1f}/s, stock {stock:.1f}/s"
        f" ({ours / (stock or 1):.1f} times), auth floor {least:.0f}/s."
    )


def _median(costs):
    if not costs or costs == MISSING:
        return None
    found = {key: statistics.median(cost[key] for cost in costs) for key in costs[0]}
    found["cpu"] = statistics.median(c["python"] + c["database"] for c in costs)
    return found


def _cost(cost):
    if not cost:
        return "not there"
    return f"{cost['cpu']:.1f} ({cost['python']:.1f} + {cost['database']:.1f})"


def _field(cost, key):
    return f"{cost[key]:.0f}" if cost else "–"


def _kilo(cost):
    return f"{cost['bytes'] / 1000:.0f}" if cost else "–"


def report(options, lines):
    """Print the table, and put it into docs/performance.md."""
    text = "\n".join(lines)
    terminal.say(f"\n{text}\n")
    path = places.ROOT / "docs" / "performance.md"
    begin, end = f"<!-- size {options.size} -->", f"<!-- end {options.size} -->"
    page = path.read_text()
    if not options.only and begin in page:
        head, rest = page.split(begin)
        tail = rest.split(end)[1]
        table = f"{options.rounds} rounds.\n\n{text}"
        path.write_text(f"{head}{begin}\n\n{table}\n\n{end}{tail}")
        terminal.say(f"Written to {terminal.relative(path)}")
