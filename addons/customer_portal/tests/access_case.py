"""Who may open what: every route of one addon, with each kind of person.

An addon with routes has a `tests/test_access.py` with a subclass, which gives the rows;
a route of the addon without a row fails. A refusal of a foreign record is the same
answer as for one that never existed, and changes nothing.
"""

import re
import time
from contextlib import nullcontext
from urllib.parse import quote_plus, urlsplit

from lxml import html

from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import LARGEST_FORM
from .again import count_rows, describe, run_twice, undone, watch_counters
from .common import PortalHttpCommon

LOGIN = "login"  # redirected to sign in
HOME = "home"  # redirected to /my, as core answers foreign documents
MISSING = 99999999
HOLE = re.compile(r"<(?:[^:<>]+:)?(\w+)>")

HOSTILE = [
    "",
    "x",
    "-1",
    "0",
    "1e309",
    "NaN",
    "²",
    "é",
    "\x00",
    "a\r\nb",
    "'; --",
    "%",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "[" * 2000,
    "9" * 40,
    "2026-13-45",
    "2026-01-01~1",
    "~",
    "\ud7ff",
]
# What costs most to read wrongly: spaces, brackets, lines, marks of lists and names.
LONG = (" ", "(", "\n", ";", "<", '"', "a@", "a.", ",1", "9", "\r", "é")
MOST_SECONDS = 3  # of the processor, for a page that is drawn in a tenth of one
LONGEST_LINE = 60_000  # bytes of an address that a server still reads
# Fields that a form gets besides those which a page shows.
USUAL_FIELDS = (
    "documents",
    "message",
    "body",
    "note",
    "search",
    "token",
    "request_key",
    "people",
    "email",
    "name",
)
AT_ONCE = 10  # names with the longest value make an address that a server still reads


def mix(names, values=HOSTILE):
    """Yield {name: value} with which a page or a form is asked for hostile values.

    Each value stands in all names at once, then a different one in each. As a page may
    look no further once it has found a mistake, each name also stands alone.
    """
    for value in values:
        for first in range(0, len(names), AT_ONCE):
            yield dict.fromkeys(names[first : first + AT_ONCE], value)
    yield {name: values[place % len(values)] for place, name in enumerate(names)}
    for place, name in enumerate(names):
        yield {name: values[7 * place % len(values)]}


def _fill(names, size):
    """Return {name: long text}, together of almost that many bytes when sent."""
    share = (size - 2000) // len(names)
    values = {}
    for place, name in enumerate(names):
        letter = LONG[place % len(LONG)]
        width = len(quote_plus(letter))
        values[name] = letter * max(1, (share - len(name) - 2) // width)
    return values


@tagged("post_install", "-at_install")
class AccessCase(PortalHttpCommon):
    """The routes of the addon that a subclass stands in.

    A row says what a visitor, a stranger, a colleague at a branch and a buyer of the
    head office get for a record of the head office. Holes such as `<int:invoice_id>`,
    or `<invoice_id>` in what is expected, are filled from `_get_ids()`.
    """

    # {route: (visitor, stranger, colleague, buyer)}: a status, or where a 303 leads
    # to; with a * at the end, how the address begins.
    get_rows = {}
    post_rows = {}  # the same, of a POST with its token and without any field
    without_token = frozenset()  # those of them that need no token
    json_rows = {}  # of a JSON call without a right choice: the exception's name
    answer_rows = {}  # of a JSON call without any value that is answered: the result
    parameters = {}  # {route: names in the query string that get hostile values}

    def _get_ids(self):
        """Return {name of a hole: what fills it}; a record of the head office."""
        return {}

    def _get_forms(self):
        """Return {route: [values]} of changes that succeed; files are tuples.

        Of other routes the empty form is sent.
        """
        return {}

    def _snapshot(self):
        """Return what a refused request must not change, as plain values."""
        self.env.invalidate_all()
        return ()

    # ------------------------------------------------------------
    # How it is asked
    # ------------------------------------------------------------

    def _get_path(self, route, missing=False):
        """Return the address of a route.

        :param bool missing: for records that never existed
        """
        ids = self._get_ids()

        def fill(hole):
            name = hole[1]
            return str(MISSING if missing and name.endswith("_id") else ids[name])

        return HOLE.sub(fill, route)

    def _get_people(self):
        return [
            ("visitor", None),
            ("stranger", self.stranger),
            ("colleague", self.colleague),
            ("buyer", self.buyer),
        ]

    def _assert_answer(self, response, expected):
        if isinstance(expected, int):
            self.assertEqual(response.status_code, expected)
            return
        self.assertEqual(response.status_code, 303)
        location = response.headers["Location"]
        if expected == LOGIN:
            self.assertIn("/web/login", location)
        elif expected.endswith("*"):
            self.assertIn(self._get_path(expected[:-1]), location)
        else:
            path = "/my" if expected == HOME else self._get_path(expected)
            self.assertURLEqual(location, path)

    def _call_json(self, route, **values):
        answer = self.url_open(self._get_path(route), json={"params": values})
        return answer.json()

    def _get_routes(self):
        """Return {route: the addon whose method answers it}."""
        rules = self.env["ir.http"]._generate_routing_rules(
            self.env.registry._init_modules, {}
        )
        return {url: endpoint.func.__module__.split(".")[2] for url, endpoint in rules}

    # ------------------------------------------------------------
    # Tests
    # ------------------------------------------------------------

    def test_every_route_has_a_row(self):
        own = type(self).__module__.split(".")[2]
        tables = (self.get_rows, self.post_rows, self.json_rows, self.answer_rows)
        routes = {route for route, addon in self._get_routes().items() if addon == own}
        self.assertEqual(routes, {route for table in tables for route in table})

    def test_pages(self):
        for index, (name, person) in enumerate(self._get_people()):
            self._sign_in(person)
            for route, row in self.get_rows.items():
                with self.subTest(route, person=name):
                    self._assert_answer(self._get(self._get_path(route)), row[index])

    def test_changes(self):
        for index, (name, person) in enumerate(self._get_people()):
            self._sign_in(person)
            before = self._snapshot()
            for route, row in self.post_rows.items():
                with self.subTest(route, person=name):
                    self._assert_answer(self._post(self._get_path(route)), row[index])
            if person != self.buyer:
                with self.subTest("nothing changed", person=name):
                    self.assertEqual(self._snapshot(), before)

    def test_changes_need_the_token_of_the_form(self):
        self._sign_in(self.buyer)
        before = self._snapshot()
        for route in self.post_rows.keys() - self.without_token:
            with self.subTest(route):
                with mute_logger("odoo.http"):
                    answer = self.url_open(
                        self._get_path(route), data={"x": "1"}, allow_redirects=False
                    )
                self.assertEqual(answer.status_code, 400)
        self.assertEqual(self._snapshot(), before)

    def test_json(self):
        for index, (name, person) in enumerate(self._get_people()):
            self._sign_in(person)
            before = self._snapshot()
            for route, row in self.json_rows.items():
                with self.subTest(route, person=name):
                    error = self._call_json(route)["error"]["data"]["name"]
                    self.assertEqual(error, row[index])
            for route, row in self.answer_rows.items():
                with self.subTest(route, person=name):
                    result = self._call_json(route).get("result")
                    self.assertEqual(result, row[index])
            self.assertEqual(self._snapshot(), before)

    def test_change_that_odoo_runs_again_is_made_once(self):
        """What the first run leaves in the request must not change the second."""
        self._give_everything(self.buyer)
        forms = self._get_forms()
        for route in {**self.post_rows, **self.json_rows, **self.answer_rows}:
            for form in forms.get(route, [{}]):
                once, twice = (self._change(route, form, again) for again in (0, 1))
                with self.subTest(route, form=str(form)[:99]):
                    self.assertEqual(twice, once)
                    if route in forms:
                        self.assertIn(once[0][0], (200, 303))
                        self.assertNotIn('"error"', once[0][3])

    def _give_everything(self, user):
        """Give a person all permissions, so that the changes are made."""
        member = user.portal_membership_ids
        member.role_id = self.env.ref("customer_portal.role_administrator")

    def _change(self, route, form, again):
        """Send a form, perhaps in two runs, and take back what it did.

        :return: what the answer says, and what there is afterwards
        """
        with undone(self.env):
            self._sign_in(self.buyer)
            with (
                watch_counters(self.env) as hits,
                run_twice() if again else nullcontext(),
            ):
                answer = self._send_change(route, form)
            return describe(answer), count_rows(self.env), self._snapshot(), hits

    def _send_change(self, route, form):
        path = self._get_path(route)
        if route not in self.post_rows:
            return self.url_open(path, json={"params": form})
        files = [
            (name, file)
            for name, value in form.items()
            if isinstance(value, list)
            for file in value
        ]
        values = {name: form[name] for name in form.keys() - dict(files)}
        values["csrf_token"] = Request.csrf_token(self)
        return self.url_open(
            path, data=values, files=files or None, allow_redirects=False
        )

    def test_foreign_answers_like_missing(self):
        self._sign_in(self.stranger)
        for route in self.get_rows:
            if "_id>" not in route:
                continue
            with self.subTest(route):
                foreign = self._get(self._get_path(route))
                missing = self._get(self._get_path(route, missing=True))
                self.assertEqual(
                    (foreign.status_code, foreign.headers.get("Location")),
                    (missing.status_code, missing.headers.get("Location")),
                )

    def test_long_values_cost_little(self):
        """The largest that is taken is answered in time, and ten times that refused."""
        self._sign_in(self.buyer)
        member = self.buyer.portal_membership_ids
        member.role_id = self.env.ref("customer_portal.role_administrator")
        fields_of = self._find_fields()
        for route in self.post_rows:
            path = self._get_path(route)
            names = [*fields_of.get(path, ()), *USUAL_FIELDS]
            with self.subTest(route):
                answer = self._time(self._post, path, **_fill(names, LARGEST_FORM))
                self.assertLess(answer.status_code, 500)
                answer = self._time(self._post, path, **_fill(names, 10 * LARGEST_FORM))
                self.assertIn(answer.status_code, (400, 413))
        for route in self.json_rows | self.answer_rows:
            path = self._get_path(route)
            for times, status in ((1, 200), (10, 413)):
                call = {"params": _fill(USUAL_FIELDS, times * LARGEST_FORM)}
                with self.subTest(route, times=times), mute_logger("odoo.http"):
                    answer = self._time(self.url_open, path, json=call)
                    self.assertEqual(answer.status_code, status)
        for route, names in self.parameters.items():
            with self.subTest(route):
                params = _fill(names, LONGEST_LINE)
                path = self._get_path(route)
                answer = self._time(self.url_open, path, params=params, method="GET")
                self.assertLess(answer.status_code, 500)

    def _find_fields(self):
        """Return {path: names of the fields of the form that is sent there}."""
        found = {}
        for route in self.get_rows:
            page = self._get(self._get_path(route))
            if (
                page.status_code != 200
                or "text/html" not in page.headers["Content-Type"]
            ):
                continue
            for form in html.fromstring(page.text).iter("form"):
                path = urlsplit(form.get("action") or "").path
                found.setdefault(path, set()).update(
                    field.get("name")
                    for field in form.iter("input", "textarea", "select")
                    if field.get("name") and field.get("name") != "csrf_token"
                )
        return {path: sorted(names) for path, names in found.items()}

    def _time(self, ask, *args, **kwargs):
        begin = time.process_time()
        answer = ask(*args, **kwargs)
        self.assertLess(time.process_time() - begin, MOST_SECONDS)
        return answer

    def test_hostile_values_never_break_a_page(self):
        self._sign_in(self.buyer)
        for route, names in self.parameters.items():
            path = self._get_path(route)
            for params in mix(names):
                with self.subTest(route, params=str(params)[:99]):
                    answer = self.url_open(
                        path, params=params, allow_redirects=False, method="GET"
                    )
                    self.assertLess(answer.status_code, 500)
                    self.assertNotIn("<script>alert(1)</script>", answer.text)
