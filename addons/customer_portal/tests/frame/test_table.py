"""Tables that programs open, whatever they split the text at."""

import csv
import io
import time

from openpyxl import load_workbook

from odoo.tests import BaseCase, tagged

from ...tools import table

# {text of somebody: what stands in the cell}
GUARDED = {
    "": "",
    "Bolts": "Bolts",
    "a-b": "a-b",
    "5 - 3": "5 - 3",
    "a, -5 %": "a, -5 %",
    "a=b; c": "a=b; c",
    "=1+1": "'=1+1",
    "+370 600 00000": "'+370 600 00000",
    "-5": "'-5",
    "@SUM(A1)": "'@SUM(A1)",
    " =1+1": "' =1+1",
    '"=1+1"': '\'"=1+1"',
    "\t=1+1": "'\t'=1+1",
    "\ttext": "'\ttext",
    "\uff1d1+1": "'\uff1d1+1",
    "a;=1+1": "a;'=1+1",
    "a; =1+1": "a;' =1+1",
    'a;"=1+1': "a;'\"=1+1",
    "a;b;-1": "a;b;'-1",
    ";=1;=2": ";'=1;'=2",
    "a\t=1+1": "a\t'=1+1",
    "a|=1+1": "a|'=1+1",
    "a\n=1+1": "a\n'=1+1",
    "a\r\n@x": "a\r\n'@x",
    "a\n\n+1": "a\n\n'+1",
}
# {number: what stands in the cell}
NUMBERS = {
    -12.5: "-12.5",
    12.5: "12.5",
    0: "0",
    -3: "-3",
    (-100.0, 2): "-100.00",
    (-12.345, 3): "-12.345",
    (-1234.0, 0): "-1234",
    (-0.0, 2): "0.00",
    (100.5, 2): "100.50",
}
STARTS = ("=", "+", "-", "@", "\uff1d")


@tagged("post_install", "-at_install")
class TestTable(BaseCase):
    def _read(self, *rows):
        text = table.write(["a", "b"], rows).decode("utf-8-sig")
        return text, list(csv.reader(io.StringIO(text, newline="")))[1:]

    def test_text_is_guarded(self):
        for text, guarded in GUARDED.items():
            with self.subTest(text):
                self.assertEqual(self._read([text, "x"])[1], [[guarded, "x"]])

    def test_no_program_calculates(self):
        text, _rows = self._read(*([text, text] for text in GUARDED))
        for mark in ";\t|":
            for line in text.splitlines():
                for cell in line.split(mark)[1:]:
                    start = cell.lstrip(' "')
                    self.assertFalse(start.startswith(STARTS), (mark, line))

    def test_numbers_stay_numbers(self):
        for number, written in NUMBERS.items():
            with self.subTest(number):
                self.assertEqual(self._read([number, None])[1], [[written, ""]])

    def test_workbook_has_numbers_and_text(self):
        target = io.BytesIO()
        rows = [[text, number] for text, number in zip(GUARDED, NUMBERS, strict=False)]
        sheet = {"name": "x", "header": ["a", "b"], "rows": rows}
        table.write_workbook(target, [sheet])
        read = load_workbook(io.BytesIO(target.getvalue())).active
        for (text, number), (first, second) in zip(
            rows, read.iter_rows(min_row=2), strict=True
        ):
            self.assertIn(first.data_type, ("s", "n") if not text else ("s",))
            value = number[0] if isinstance(number, tuple) else number
            self.assertEqual((second.data_type, second.value), ("n", value))

    def test_long_text_takes_no_time(self):
        start = time.monotonic()
        for sign in (" ", "\n", ";", '"', "-", "\t"):
            table.guard_cell(sign * 100_000)
        self.assertLess(time.monotonic() - start, 2)
