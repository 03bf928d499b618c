import json
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tools import file_open

from ...controllers.searchbar import MAX_SEARCH, Filter, Menu, Searchbar, Sorting
from ...tools.number import Notation, parse_amount, read_amount
from ...tools.parse import clean_text, parse_date, parse_id, parse_ids
from ..access_case import HOSTILE, mix


@tagged("post_install", "-at_install")
class TestForms(BaseCase):
    def test_amounts_as_people_type_them(self):
        """The script of the pay page is held to the same table: see test_scripts."""
        with file_open("customer_portal/tests/amounts.json") as table:
            table = json.load(table)
        for case in table["cases"]:
            with self.subTest(**case):
                language = table["languages"][case["lang"]]
                currency = table["currencies"][case["currency"]]
                notation = Notation(**language, **currency)
                readings = read_amount(case["text"], notation)
                self.assertEqual(list(readings), case["readings"])
                amount = parse_amount(case["text"], notation)
                certain = len(readings) == 1
                self.assertEqual(amount, readings[0] if certain else None)

    def test_ids(self):
        self.assertEqual(parse_ids("3,1,3"), [3, 1])
        for text in ("", "a", "1;2", "-1", "1,", "²", "9" * 10, None, ["1"], "1 OR 1"):
            with self.subTest(text):
                self.assertEqual(parse_ids(text), [])

    def test_one_id(self):
        for value, record_id in {
            "3": 3,
            "007": 7,
            str(2**31 - 1): 2**31 - 1,
            3: 3,
            2**31 - 1: 2**31 - 1,
        }.items():
            with self.subTest(value):
                self.assertEqual(parse_id(value), record_id)

    def test_what_is_no_id(self):
        texts = [
            "",
            "0",
            "-1",
            "+1",
            "a",
            " 3",
            "3\n",
            "\x013",
            "3,4",
            "3 4",
            "3.0",
            "1_0",
            "²",
            "\u0663",
        ]
        texts += ["1\x002", str(2**31), "9" * 10, "9" * 5000]
        numbers = [0, -1, 2**31, 10**400, 3.0, float("nan"), True, False]
        for value in [*texts, *numbers, None, [], [3], {}, {"id": 3}, b"3"]:
            with self.subTest(value):
                self.assertIs(parse_id(value), 0)

    def test_dates(self):
        self.assertEqual(parse_date("2026-02-28"), date(2026, 2, 28))
        for text in ("", "2026-02-30", "28.02.2026", "99999-01-01", None):
            with self.subTest(text):
                self.assertIsNone(parse_date(text))

    def test_text_loses_control_characters(self):
        self.assertEqual(clean_text(" a\x00b\nc\ud800 "), "a b c")
        self.assertEqual(clean_text(["a"]), "")

    def test_unknown_choices_are_the_default(self):
        searchbar = Searchbar(
            url="/my/things",
            sortings={
                "date": Sorting("Date", "date", descending=True),
                "name": Sorting("Name", "name"),
            },
            filters={"all": Filter("All")},
            aliases={"everything": "all"},
        )
        for query in (
            {},
            {"sortby": "nope", "filterby": "nope", "limit": "1000000"},
            {"sortby": ["name"], "filterby": None, "limit": "²"},
            {"filterby": "everything", "after": "x", "before": "~"},
        ):
            with self.subTest(query):
                choice = searchbar.choose(query)
                self.assertEqual(
                    [choice.sortby, choice.filterby, choice.size], ["date", "all", 20]
                )
                self.assertEqual(choice.address(), "/my/things")
        self.assertEqual(
            searchbar.choose({"sortby": "name", "search": "a b"}).address(),
            "/my/things?search=a+b&sortby=name",
        )

    def test_what_nobody_chooses_is_the_default(self):
        searchbar = Searchbar(
            url="/my/things",
            sortings={"date": Sorting("Date", "date", descending=True)},
            filters={"all": Filter("All")},
            menus={"kind": Menu("Kind", {"all": Filter("All"), "pdf": Filter("PDF")})},
        )
        names = ("filterby", "sortby", "limit", "date_begin", "date_end", "kind")
        queries = [
            *mix((*names, "search", "after", "before")),
            *({name: value} for name in names for value in HOSTILE),
        ]
        usual = searchbar.choose({})
        for query in queries:
            with self.subTest(query):
                choice = searchbar.choose(query)
                expected = replace(
                    usual,
                    search=clean_text(query.get("search"))[:MAX_SEARCH],
                    after=clean_text(query.get("after")),
                    before=clean_text(query.get("before")),
                )
                self.assertEqual(choice, expected)
                address = choice.address()
                again = searchbar.choose(dict(parse_qsl(urlsplit(address).query)))
                self.assertEqual(again, replace(usual, search=choice.search))

    def test_filter_brings_its_own_sorting(self):
        searchbar = Searchbar(
            url="/my/things",
            sortings={
                "due": Sorting("Due", "due"),
                "date": Sorting("Date", "date", descending=True),
            },
            filters={
                "open": Filter("Open"),
                "all": Filter("All", sortby="date"),
            },
        )
        first, everything = searchbar.choose({}), searchbar.choose({"filterby": "all"})
        self.assertEqual([first.sortby, everything.sortby], ["due", "date"])
        self.assertEqual(first.address(filterby="all"), "/my/things?filterby=all")
        self.assertEqual(everything.address(filterby="open"), "/my/things")
        by_due = searchbar.choose({"filterby": "all", "sortby": "due"})
        self.assertEqual(by_due.sortby, "due")
        self.assertEqual(by_due.address(), "/my/things?filterby=all&sortby=due")


@tagged("post_install", "-at_install")
class TestPositions(TransactionCase):
    def test_what_is_no_position_is_the_first_page(self):
        moves = self.env["account.move"]
        for field in ("name", "date", "amount_total", "create_date"):
            searchbar = Searchbar(
                url="/my/things",
                sortings={"key": Sorting("", field, descending=True)},
                filters={"all": Filter("All")},
            )
            first = searchbar.choose({}).fetch(moves, [], [field])
            for query in (
                {name: value} for name in ("after", "before") for value in HOSTILE
            ):
                with self.subTest(field, query=query):
                    page = searchbar.choose(query).fetch(moves, [], [field])
                    if "2026-01-01~1" not in query.values():
                        self.assertEqual(page, first)
