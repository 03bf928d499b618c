"""What a choice comes to, without a database."""

import json

from odoo.tests import BaseCase, tagged
from odoo.tools import file_open

from ...tools.choice import Row, add_up, allocate, fill, from_units, to_units


@tagged("post_install", "-at_install")
class TestChoice(BaseCase):
    def test_adds_up(self):
        """The script of the page is held to the same table: see test_scripts."""
        with file_open("customer_portal/tests/payment/choices.json") as table:
            cases = json.load(table)
        for case in cases:
            with self.subTest(case["name"]):
                digits = case["digits"]
                chosen, short = [], []
                for number, values in enumerate(case["rows"]):
                    row = Row.of(
                        digits,
                        values["open"],
                        values.get("discount", 0.0),
                        values.get("steps", ()),
                        is_credit=values.get("credit", False),
                    )
                    amount = to_units(values["amount"], digits)
                    chosen.append(row.choose(amount))
                    if row.is_short(amount):
                        short.append(number)
                totals = add_up(chosen, to_units(case["on_account"], digits))
                found = {part: getattr(totals, part) for part in case["totals"]}
                self.assertEqual(found, case["totals"])
                self.assertEqual(short, case["short"])

    def test_tells_which_credits_are_too_much(self):
        credits = [Row(8000, is_credit=True), Row(7000, is_credit=True)]
        chosen = [row.choose(row.open) for row in (Row(10000), *credits)]
        self.assertEqual(add_up(chosen).credits_left, 5000)
        self.assertEqual(fill([8000, 7000], add_up(chosen).owed), [8000, 2000])
        self.assertEqual(fill([8000, 7000], 0), [0, 0])

    def test_units_and_back(self):
        for amount, digits, units in (
            (1.005, 2, 101),
            (2.675, 2, 268),
            (0.285, 2, 29),
            (250.5, 0, 251),
            (0.0005, 3, 1),
            (10.0**12, 2, 10**14),
            (0.0, 2, 0),
        ):
            with self.subTest(amount, digits=digits):
                self.assertEqual(to_units(amount, digits), units)
                self.assertEqual(to_units(from_units(units, digits), digits), units)
        self.assertEqual(from_units(30, 2), 0.3)

    def test_shares_the_oldest_instalment_first(self):
        rows = [Row(10000, 0, (4000, 10000)), Row(5000, 0, (5000,)), Row(2000, 100)]
        days = [[1, 9], [3], [2]]
        for amount, shares, left in (
            (0, [0, 0, 0], 0),
            (3000, [3000, 0, 0], 0),
            (5000, [4000, 0, 1000], 0),
            (6000, [4000, 100, 1900], 0),
            (12000, [5100, 5000, 1900], 0),
            (20000, [10000, 5000, 1900], 3100),
        ):
            with self.subTest(amount):
                self.assertEqual(allocate(rows, days, amount), (shares, left))

    def test_of_one_day_the_first_comes_first(self):
        rows = [Row(100, 0, (100,)), Row(100, 0, (100,))]
        self.assertEqual(allocate(rows, [[5], [5]], 150), ([100, 50], 0))
