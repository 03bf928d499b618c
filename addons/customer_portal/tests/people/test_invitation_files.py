"""Files with people as programs for tables save them, and the customers in them."""

import base64
import json

from odoo.exceptions import UserError
from odoo.tools import file_open

from ...tools.fold import fold_name
from ...tools.table_reader import TableProblem, decode, read_table
from ..people_case import PeopleCommon

ROWS = [["customer", "name", "email"], ["Northwind", "Ann, B.", "ann@new.example"]]
# {how a program saves a table: (mark between cells, end of lines, coding)}
SAVED = {
    "comma": (",", "\r\n", "utf-8"),
    "comma, with a mark": (",", "\r\n", "utf-8-sig"),
    "semicolon": (";", "\r\n", "utf-8-sig"),
    "tab": ("\t", "\n", "utf-8"),
    "Unicode text": ("\t", "\r\n", "utf-16"),
    "Unicode text, the other way": ("\t", "\n", "utf-16-be"),
    "an old Mac": (",", "\r", "utf-8"),
    "UTF-32": (",", "\n", "utf-32"),
}


def read_names():
    """Return names in many letters, as data.

    Of `pages` nothing in the bytes says which code page of one country it is; `same`
    is as the seller has a name, and as files have it.
    """
    with file_open("customer_portal/tests/names.json") as table:
        return json.load(table)


class TestInvitationFiles(PeopleCommon):
    def _preview(self, data):
        wizard = self.env["portal.invitation.wizard"].create(
            {
                "file": base64.b64encode(data),
                "role_id": self.env.ref("customer_portal.role_viewer").id,
            }
        )
        wizard.action_preview()
        return wizard.line_ids.sorted("row")

    @staticmethod
    def _save(rows, mark, end, coding):
        text = "".join(
            mark.join(f'"{cell}"' if mark in cell else cell for cell in row) + end
            for row in rows
        )
        data = text.encode(coding)
        return b"\xfe\xff" + data if coding == "utf-16-be" else data

    def test_tables_are_read_as_programs_save_them(self):
        for how, saved in SAVED.items():
            for name in read_names()["names"]:
                rows = [*ROWS, ["", "", ""], ["Northwind", name, "bob@new.example"]]
                with self.subTest(how, name=name):
                    lines = self._preview(self._save(rows, *saved))
                    self.assertEqual(lines.mapped("name"), ["Ann, B.", name])
                    self.assertEqual(lines.mapped("outcome"), ["invite"] * 2)
                    self.assertEqual(lines.mapped("row"), [2, 4])

    def test_a_line_may_say_the_mark(self):
        for first in ("sep=;\r\n", '"sep=;"\r', "SEP=;\n", "sep=;;;\n"):
            for coding in ("utf-8", "utf-8-sig", "utf-16"):
                text = f"{first}customer;email\nNorthwind;ann@new.example\n"
                with self.subTest(first, coding=coding):
                    [line] = self._preview(text.encode(coding))
                    self.assertEqual((line.outcome, line.row), ("invite", 2))

    def test_code_pages_are_not_guessed(self):
        for page, name in read_names()["pages"].items():
            text = f"customer,name,email\nNorthwind,{name},ann@new.example\n"
            with self.subTest(page):
                with self.assertRaises(TableProblem) as problem:
                    decode(text.encode(page))
                self.assertEqual(problem.exception.code, "encoding")
                with self.assertRaisesRegex(UserError, "CSV UTF-8"):
                    self._preview(text.encode(page))

    def test_rows_are_counted_before_they_are_kept(self):
        for data in (b"a\n" * 10**6, b"\n" * 10**6, b"," * 2 * 10**6):
            with self.subTest(data[:2]):
                rows = read_table(data, longest=3 * 10**6, most_rows=100)
                try:
                    self.assertLessEqual(len(list(rows)), 101)
                except TableProblem as problem:
                    self.assertEqual(problem.code, "rows")

    def test_names_are_the_same_in_other_letters(self):
        for name, typed in read_names()["same"]:
            with self.subTest(name):
                self.assertEqual(fold_name(name), fold_name(typed))
        for name, typed in read_names()["other"]:
            with self.subTest(name):
                self.assertNotEqual(fold_name(name), fold_name(typed))

    def test_customers_are_found_in_other_letters(self):
        partners = self.env["res.partner"]
        for number, (name, typed) in enumerate(read_names()["same"]):
            name, typed = f"{name} N{number}", f"{typed} n{number}"
            for is_company in (True, False):
                customer = partners.create({"name": name, "is_company": is_company})
                for text in (name, typed, f" {typed} "):
                    data = f"customer,email\n{text},ann@new.example\n".encode()
                    with self.subTest(text, is_company=is_company):
                        [line] = self._preview(data)
                        self.assertEqual(line.partner_id, customer)
                        self.assertEqual(line.outcome, "invite")
                customer.active = False

    def test_a_company_goes_before_a_person(self):
        partners = self.env["res.partner"]
        person = partners.create({"name": "Ada Lovelace"})
        company = partners.create({"name": "ADA LOVELACE", "is_company": True})
        for text, expected in (
            ("Ada Lovelace", person),
            ("ADA LOVELACE", company),
            ("ada lovelace", company),
        ):
            with self.subTest(text):
                data = f"customer,email\n{text},ann@new.example\n".encode()
                self.assertEqual(self._preview(data).partner_id, expected)

    def test_people_of_the_seller_and_of_customers_are_no_customers(self):
        for name in (self.env.user.name, self.buyer.name):
            with self.subTest(name):
                data = f"customer,email\n{name},ann@new.example\n".encode()
                self.assertEqual(self._preview(data).outcome, "unknown_customer")
