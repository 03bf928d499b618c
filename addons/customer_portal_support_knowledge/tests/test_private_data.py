"""What may be private in a text is found, whatever it looks like, and taken out."""

import time

from odoo.tests import BaseCase, tagged

from ..tools.private_data import (
    KINDS,
    blank_body,
    blank_text,
    find_in_body,
    find_in_text,
)

WORDS = {
    "Anna Alder": "name",
    "Anna": "name",
    "Alder": "name",
    "12 Mill Lane": "address",
    "S00042": "number",
}
LABELS = {kind: f"[{kind}]" for kind in KINDS}


@tagged("post_install", "-at_install")
class TestPrivateData(BaseCase):
    def test_kinds(self):
        cases = {
            "write to anna.b+x@alder.example now": ("email", "anna.b+x@alder.example"),
            "call +32 (0)2 555-12 34": ("phone", "+32 (0)2 555-12 34"),
            "call 0470 12 34 56": ("phone", "0470 12 34 56"),
            "IBAN BE68 5390 0754 7034 of us": ("iban", "BE68 5390 0754 7034"),
            "card 4111 1111 1111 1111 was": ("card", "4111 1111 1111 1111"),
            "from 192.0.2.17 today": ("address", "192.0.2.17"),
            "https://x.example/my/orders/7?access_token=abc": (
                "link",
                "https://x.example/my/orders/7?access_token=abc",
            ),
            "customer 123456": ("number", "123456"),
            "dear anna,": ("name", "anna"),
            "dear Anna Alder,": ("name", "Anna Alder"),
            "order s00042 is": ("number", "s00042"),
            "send it to 12 MILL LANE": ("address", "12 MILL LANE"),
        }
        for text, found in cases.items():
            with self.subTest(text):
                self.assertEqual(find_in_text(text, WORDS), [found])
                start, _part, end = text.partition(found[1])
                self.assertEqual(
                    blank_text(text, WORDS, LABELS), f"{start}[{found[0]}]{end}"
                )

    def test_what_is_not_private(self):
        for text in (
            "Pay 1,394.20 in 30 days",
            "Version 19.0.1.5 of 2026",
            "See https://x.example/help/paying",
            "XB68 A390 B754 C035 fails its check",
            "annals of Alderney",
        ):
            with self.subTest(text):
                found = [kind for kind, _part in find_in_text(text, WORDS)]
                self.assertNotIn("iban", found)
                self.assertFalse({"email", "name", "phone", "card"} & set(found))

    def test_texts_and_addresses_of_html(self):
        body = (
            '<p title="Anna">Dear <b>Alder</b>, <a href="mailto:anna@alder.example">'
            "write</a> to us &amp; wait</p>"
        )
        self.assertEqual(
            find_in_body(body, WORDS),
            [("name", "Anna"), ("name", "Alder"), ("email", "anna@alder.example")],
        )
        blanked = blank_body(body, WORDS, LABELS)
        self.assertEqual(
            blanked, "<p>Dear <b>[name]</b>, <a>write</a> to us &amp; wait</p>"
        )
        self.assertEqual(find_in_body(blanked, WORDS), [])

    def test_nothing_is_nothing(self):
        for empty in ("", None, False):
            self.assertEqual(find_in_body(empty, {}), [])
            self.assertEqual(blank_body(empty, {}, LABELS), "")

    def test_long_texts_cost_little(self):
        for piece in ("a.", "1 ", "+1", "@", "https://token", "BE68 1", "1.", "((("):
            with self.subTest(piece):
                start = time.monotonic()
                find_in_text(piece * 50_000, WORDS)
                self.assertLess(time.monotonic() - start, 3)
