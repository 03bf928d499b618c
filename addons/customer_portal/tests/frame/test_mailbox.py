"""One checker of typed e-mail addresses, and a table of what it takes."""

import json
import time

from odoo.tests import BaseCase, tagged
from odoo.tools import email_normalize, file_open

from ...tools.mailbox import LONGEST_MAILBOX, has_hidden, read_mailbox


def read_cases():
    with file_open("customer_portal/tests/mailboxes.json") as table:
        return json.load(table)


@tagged("post_install", "-at_install")
class TestMailbox(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = read_cases()

    def test_what_is_an_address_stays_it(self):
        for typed, address in self.cases["right"]:
            with self.subTest(typed):
                self.assertEqual(read_mailbox(typed), address)
                self.assertEqual(read_mailbox(address), address)
                # What Odoo reads of it later is the same.
                self.assertEqual(email_normalize(address), address)

    def test_what_is_none_becomes_none(self):
        for kind, texts in self.cases["wrong"].items():
            for typed in texts:
                with self.subTest(kind, typed=typed):
                    self.assertEqual(read_mailbox(typed), "")

    def test_lengths(self):
        for case in self.cases["lengths"]:
            domain = ".".join("d" * size for size in case["labels"])
            address = f"{'l' * case['local']}@{domain}"
            with self.subTest(length=len(address)):
                self.assertEqual(bool(read_mailbox(address)), case["right"])

    def test_hidden_characters_are_told(self):
        for typed in self.cases["wrong"]["hidden characters"]:
            with self.subTest(typed):
                self.assertTrue(has_hidden(typed))
        self.assertFalse(has_hidden("ann archer@bücher.example"))

    def test_no_text_costs_much(self):
        for text in (
            "(" * 1500,
            "(" * 10**6,
            "a." * 10**6 + "@example.com",
            "a@" + "b." * 10**6,
            "@" * 10**6,
            " " * 10**6,
            "a@" + "ü" * LONGEST_MAILBOX,
            "<" * 10**6,
            '"' * 10**6,
        ):
            with self.subTest(text[:10]):
                begin = time.thread_time()
                self.assertEqual(read_mailbox(text), "")
                self.assertLess(time.thread_time() - begin, 0.1)

    def test_what_is_no_text_is_none(self):
        for value in (None, 1, True, [], ["a@b.de"], {}, b"a@b.de"):
            with self.subTest(value):
                self.assertEqual(read_mailbox(value), "")
