"""One of the portals that are compared: visits pages and reads what they cost."""

import contextlib
import http.cookiejar
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from benchmarks import pages
from bootstrap import places, postgres, terminal

# Of a database that only bin/bench serves.
PASSWORD = "bench"  # noqa: S105  # nosec B105
LINE = re.compile(r'"[A-Z]+ \S+ HTTP/1\.[01]" \d+ \S+ (\d+) [\d.]+ [\d.]+')
LOG_SECONDS = 2
WORDS = """
    SELECT max(m.id) FILTER (WHERE m.ref = 'BENCH-3'),
           max(m.id) FILTER (WHERE m.ref = 'BENCH-200'),
           count(*)
      FROM account_move m JOIN res_partner p ON p.id = m.commercial_partner_id
     WHERE p.ref = 'BENCH-BIG' AND m.state = 'posted'
       AND m.move_type IN ('out_invoice', 'out_refund')"""
# The last order and quote of the biggest customer, or nothing.
ORDERS = """
    SELECT coalesce(max(o.id) FILTER (WHERE o.state = 'sale'), 0),
           coalesce(max(o.id) FILTER (WHERE o.state = 'sent'), 0)
      FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
     WHERE p.ref = 'BENCH-BIG'"""
# The last row before the last full page of 100.
POSITION = """
    SELECT m.invoice_date || '~' || m.id
      FROM account_move m JOIN res_partner p ON p.id = m.commercial_partner_id
     WHERE p.ref = 'BENCH-BIG' AND m.state = 'posted'
       AND m.move_type IN ('out_invoice', 'out_refund')
     ORDER BY m.invoice_date, m.id OFFSET 100 LIMIT 1"""


class Side:
    """A running server and the people who are signed in to it."""

    def __init__(self, databases, server):
        self.databases = databases
        self.server = server
        self.people = {}
        self.monitor = postgres.connect(databases.environment)
        self.statements = pages.find_words(places.ADDONS)
        big_invoice, long_invoice, count = self.query(WORDS)[0]
        order, quote = self.query(ORDERS)[0]
        self.words = {
            "{invoice}": str(big_invoice),
            "{long}": str(long_invoice),
            "{order}": str(order),
            "{quote}": str(quote),
            # The last page of 80 that is full.
            "{page}": str(max(1, count // 80)),
            "{after}": urllib.parse.quote(self.query(POSITION)[0][0]),
        }

    def query(self, text, *values):
        """Run a statement in the database of this side."""
        return self.databases.query(self.server.database, text, *values)

    def sign_in(self, who):
        """Return an opener, and remember it, for a person of the benchmark."""
        if who not in self.people:
            jar = http.cookiejar.CookieJar()
            opener = urllib.request.build_opener(
                urllib.request.ProxyHandler({}),
                urllib.request.HTTPCookieProcessor(jar),
            )
            url = f"{self.server.url}/web/login"
            with opener.open(url, timeout=120) as answer:
                page = answer.read().decode()
            token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
            form = {"login": f"{who}@bench.example", "password": PASSWORD}
            data = urllib.parse.urlencode({**form, "csrf_token": token}).encode()
            with opener.open(url, data, timeout=120) as answer:
                if "/web/login" in answer.url:
                    raise terminal.Problem(f"{form['login']} cannot sign in")
            self.people[who] = opener, jar
        return self.people[who][0]

    def cookie(self, who):
        """Return the session of a person."""
        self.sign_in(who)
        return next(c.value for c in self.people[who][1] if c.name == "session_id")

    def fill(self, address):
        """Return an address with the numbers of this side's documents."""
        for word, statement in self.statements.items():
            if word in address and word not in self.words:
                self.words[word] = str(self.query(statement)[0][0])
        for word, value in self.words.items():
            address = address.replace(word, value)
        return address

    def open(self, who, address):
        """Return the body of a page.

        :raise Absent: when it is not there, or leads elsewhere
        """
        address, _separator, parameters = self.fill(address).partition(" ")
        body, headers = None, {}
        if parameters:  # a call of JSON-RPC
            body = json.dumps({"params": json.loads(parameters)}).encode()
            headers = {"Content-Type": "application/json"}
        url = self.server.url + address
        request = urllib.request.Request(url, body, headers)  # noqa: S310 (of this machine)
        try:
            with self.sign_in(who).open(request, timeout=300) as answer:
                content = answer.read()
                if answer.url != url:
                    raise Absent(f"leads to {urllib.parse.urlsplit(answer.url).path}")
        except urllib.error.HTTPError as error:
            raise Absent(f"answers {error.code}") from error
        except OSError as error:
            raise Absent(f"does not answer ({error})") from error
        if parameters and b'"error":' in content[:200]:
            raise Absent("answers an error")
        return content

    def visit(self, who, addresses):
        """Return what a visit of the addresses costs.

        :raise Absent: when one is not there
        """
        self.sign_in(who)
        begin = self.server.log.stat().st_size
        memory = self._reset_memory()
        written = self._count_writes()
        before = self._read_clocks()
        begun = time.perf_counter()
        size = sum(len(self.open(who, address)) for address in addresses)
        wall = time.perf_counter() - begun
        after = self._read_clocks()
        return {
            "python": (after["odoo"] - before["odoo"]) * 1000,
            "database": 1000
            * sum(
                seconds - before.get(pid, 0)
                for pid, seconds in after.items()
                if pid != "odoo"
            ),
            "wall": wall * 1000,
            "queries": self._count_queries(begin, len(addresses)),
            "writes": self._count_writes() - written,
            "bytes": size,
            "memory": self._read_status("VmHWM"),
            "rise": self._read_status("VmHWM") - memory,
        }

    def _read_clocks(self):
        """Return the CPU seconds of Odoo and of each of its PostgreSQL backends."""
        with self.monitor.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend'",
                (self.server.database,),
            )
            pids = [row[0] for row in cursor.fetchall()]
        clocks = {pid: _read_cpu(pid) for pid in pids}
        pid = self.server.process.pid
        clocks["odoo"] = _read_cpu(pid) + _read_cpu_of_children(pid)
        return clocks

    def _count_queries(self, begin, requests):
        """Return what Odoo counted, from the lines that it writes after its answers."""
        deadline = time.monotonic() + LOG_SECONDS
        while True:
            with self.server.log.open(errors="replace") as log:
                log.seek(begin)
                counts = LINE.findall(log.read())
            if len(counts) >= requests:
                return sum(map(int, counts))
            if time.monotonic() > deadline:
                raise terminal.Problem(
                    f"Odoo wrote no line about a request into {self.server.log}"
                )
            time.sleep(0.002)

    def _count_writes(self):
        """Return a number that each transaction that writes makes larger by one."""
        with self.monitor.cursor() as cursor:
            cursor.execute(
                "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
            )
            return cursor.fetchone()[0]

    def _reset_memory(self):
        """Begin to measure the peak anew, and return what is used now, in MB."""
        with contextlib.suppress(OSError):
            Path(f"/proc/{self.server.process.pid}/clear_refs").write_text("5")
        return self._read_status("VmRSS")

    def _read_status(self, name):
        text = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1024

    def forget_views(self):
        """Take the access tokens away, as of invoices that nobody has viewed."""
        self.query(
            "UPDATE account_move SET access_token = NULL WHERE access_token IS NOT NULL"
        )


class Absent(Exception):
    """A page that is not there, and why."""


def _read_cpu(pid):
    """Return the CPU seconds of a process, ended threads included, to the ns."""
    with contextlib.suppress(OSError):
        return time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3)
    return 0.0


def _read_cpu_of_children(pid):
    """Return the CPU seconds of its children that ended: wkhtmltopdf, for one."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/stat").read_text()
        user, system = text.rpartition(")")[2].split()[13:15]
        return (int(user) + int(system)) / 100
    return 0.0
