"""What the one search finds, shows and suggests, and for whom."""

import json
from pathlib import Path
from urllib.parse import urlencode

from lxml import html

from odoo import Command

from ...models.search.portal_search import MOST_COUNTED, MOST_SUGGESTED, SHOWN
from ..common import PortalHttpCommon

LETTERS = json.loads((Path(__file__).parents[1] / "found_letters.json").read_text())


class TestRecordSearch(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt = cls.env["product.product"].create(
            {
                "name": "Hex bolt",
                "default_code": "FA-1010",
                "type": "consu",
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
        )
        cls.order = cls._create_bolts(cls.customer, 123.45, "PO-4400")
        cls.quote = cls._create_order(price=55.5, state="sent")
        cls.quote.require_signature = True
        cls.foreign = cls._create_bolts(cls.other_customer, 999.99, "RIVAL-7")
        cls.invoice = cls._create_posted_invoice(1394.20, days_overdue=3)
        cls.rival = cls._create_posted_invoice(
            2222.22, days_overdue=3, partner=cls.other_customer
        )

    @classmethod
    def _create_bolts(cls, partner, price, reference):
        order = cls._create_order(
            partner=partner, price=price, state="draft", client_order_ref=reference
        )
        order.order_line.product_id = cls.bolt
        order.order_line.price_unit = price
        order.action_confirm()
        return order

    def _search(self, text, **query):
        """Return the page of a search as HTML."""
        page = self._get(f"/my/search?{urlencode({'q': text, **query})}")
        self.assertEqual(page.status_code, 200)
        return html.fromstring(page.text).get_element_by_id("cp_content")

    def _find(self, text, **query):
        """Return the addresses of records that the rows of a page lead to."""
        page = self._search(text, **query)
        links = page.xpath("//ul[contains(@class, 'cp_found')]//a")
        paths = [link.get("href") for link in links]
        return [path for path in paths if path.startswith("/my/")]

    def _get_cards(self, text):
        """Return [(address, text of the action)] of what was meant exactly."""
        cards = self._search(text).xpath("//section[contains(@class, 'cp_found_card')]")
        return [
            (
                card.xpath(".//h2/a")[0].get("href"),
                [button.text_content() for button in card.xpath("./div/a")],
            )
            for card in cards
        ]

    def _suggest(self, text):
        answer = self._get(f"/my/search/suggestions?{urlencode({'q': text})}")
        self.assertEqual(answer.status_code, 200)
        return answer.json()["found"]

    def test_exact_number_comes_first_with_what_to_do(self):
        self._sign_in(self.buyer)
        order, quote = f"/my/orders/{self.order.id}", f"/my/orders/{self.quote.id}"
        invoice = f"/my/invoices/{self.invoice.id}"
        number = self.invoice.name.lower().replace("/", " ")
        for text, expected in (
            (self.order.name, [(order, ["Reorder " + self.order.name])]),
            ("po 4400", [(order, ["Reorder " + self.order.name])]),
            (self.quote.name, [(quote, ["Review and sign " + self.quote.name])]),
            (number, [(invoice, ["Pay " + self.invoice.name])]),
            ("$1,394.20", [(invoice, ["Pay " + self.invoice.name])]),
            ("1394.20", [(invoice, ["Pay " + self.invoice.name])]),
            ("hex", []),
        ):
            with self.subTest(text):
                self.assertEqual(self._get_cards(text), expected)

    def test_payment_is_found_by_its_amount_and_reference(self):
        payment = self._register_payment(self.invoice)
        payment.memo = "Wire 0815"
        self.env.flush_all()
        self._sign_in(self.buyer)
        for text in ("wire 0815", "0815", "$ 1,394.20"):
            with self.subTest(text):
                cards = dict(self._get_cards(text))
                self.assertIn(f"/my/payments/{payment.id}", [*cards, *self._find(text)])
                kinds = self._search(text).xpath("//a[contains(@class, 'cp_filter')]")
                labels = [kind.text_content().split()[0] for kind in kinds]
                self.assertEqual("Payments" in labels, len(labels) > 0)
        self._sign_in(self.stranger)
        self.assertEqual(self._find("wire 0815"), [])

    def test_words_find_papers_and_products(self):
        self._sign_in(self.buyer)
        found = self._find("hex bolt")
        self.assertIn(f"/my/orders/{self.order.id}", found)
        self.assertIn("/my/orders?search=FA-1010", found)
        self.assertNotIn(f"/my/orders/{self.foreign.id}", found)

    def test_words_are_marked_and_nothing_else(self):
        self._sign_in(self.buyer)
        self.order.order_line.name = "<b>Héx</b> & bolt"
        page = self._search("hex")
        marks = {mark.text_content() for mark in page.iter("mark")}
        self.assertEqual(marks, {"Hex", "Héx"})
        self.assertEqual(len(list(page.iter("b"))), 0)

    def test_one_kind_alone(self):
        self._sign_in(self.buyer)
        self.assertEqual(
            self._find("hex bolt", kind="products"), ["/my/orders?search=FA-1010"]
        )
        for kind in ("", "nothing", "invoices"):
            self.assertEqual(self._find("hex", kind=kind), self._find("hex"))

    def test_foreign_records_are_neither_shown_nor_counted(self):
        self._sign_in(self.buyer)
        for text in ("RIVAL-7", "rival 7", self.foreign.name, "2222.22", "999.99"):
            with self.subTest(text):
                page = self._search(text)
                self.assertIn("Nothing found", page.text_content())
                self.assertEqual(page.xpath("//*[contains(@class, 'cp_count')]"), [])
                self.assertEqual(self._suggest(text), [])
        self._sign_in(self.stranger)
        self.assertEqual(
            self._find("hex bolt"),
            [f"/my/orders/{self.foreign.id}", "/my/orders?search=FA-1010"],
        )

    def test_misspelt_names_are_found_when_nothing_else_is(self):
        self._sign_in(self.buyer)
        page = self._search("hexx boltt")
        self.assertIn("comes close", page.text_content())
        self.assertIn("/my/orders?search=FA-1010", self._find("hexx boltt"))
        self.assertEqual([row["title"] for row in self._suggest("hexx")], ["Hex bolt"])

    def test_suggestions_are_few_and_plain(self):
        self._sign_in(self.buyer)
        [product] = self._suggest("hex")
        self.assertEqual(
            product,
            {
                "title": "Hex bolt",
                "note": "FA-1010",
                "kind": "Product",
                "icon": "fa-tag",
                "url": "/my/orders?search=FA-1010",
            },
        )
        self.assertEqual(self._suggest("he"), [])
        self.assertLessEqual(len(self._suggest("PO-44")), MOST_SUGGESTED)
        self.assertEqual(
            [row["url"] for row in self._suggest("po44")],
            [f"/my/orders/{self.order.id}"],
        )

    def test_a_taken_permission_is_felt_at_once(self):
        self._sign_in(self.buyer)
        self.assertTrue(self._suggest(self.order.name))
        member = self.buyer.portal_membership_ids
        role = member.role_id.copy({"name": "Invoices only"})
        taken = ("see_orders", "see_quotes", "order")
        role.line_ids.filtered(lambda line: line.permission_id.code in taken).unlink()
        member.role_id = role
        self.assertEqual(self._suggest(self.order.name), [])
        self.assertEqual(self._find("hex bolt"), [])

    def test_nothing_to_look_for_is_said(self):
        self._sign_in(self.buyer)
        for text, said in (
            ("", "What are you looking for?"),
            ("h", "too short"),
            ("%", "too short"),
            ("-- //", "too short"),
            ("_%", "too short"),
            ("%%%", "too short"),
        ):
            with self.subTest(text):
                self.assertIn(said, self._search(text).text_content())
                self.assertEqual(self._suggest(text), [])
        text = self._search("nowhere").text_content()
        self.assertIn("Check the spelling", text)

    def test_hostile_words_are_words(self):
        self._sign_in(self.buyer)
        for text in (
            "<script>",
            "' OR 1=1 --",
            "\\xy",
            "ab%",
            "x" * 5000,
            "\0ab",
            "٣٣٣",
        ):
            with self.subTest(text):
                page = self._search(text)
                self.assertEqual(self._find(text), [])
                self.assertEqual(len(list(page.iter("script"))), 0)
                self.assertEqual(self._suggest(text), [])

    def test_one_letter_of_chinese_is_a_word(self):
        self.bolt.name = "不锈钢六角螺栓"
        self._sign_in(self.buyer)
        for text in ("螺", "六角螺栓", "不锈钢螺栓"):
            with self.subTest(text):
                self.assertIn(
                    "不锈钢六角螺栓", [row["title"] for row in self._suggest(text)]
                )

    def test_letters_are_folded_as_people_type_them(self):
        self._sign_in(self.buyer)
        for name, texts in LETTERS.items():
            self.bolt.name = name
            for text in texts:
                with self.subTest(text):
                    self.assertIn("/my/orders?search=FA-1010", self._find(text))

    def test_many_are_counted_to_a_limit(self):
        orders = self.env["sale.order"].create(
            [
                {
                    **self.order.copy_data()[0],
                    "client_order_ref": f"MANY {number}",
                }
                for number in range(MOST_COUNTED + 3)
            ]
        )
        orders.action_confirm()
        self._sign_in(self.buyer)
        page = self._search("many")
        text = " ".join(page.text_content().split())
        self.assertIn(f"See all {MOST_COUNTED}+", text)
        self.assertEqual(len(self._find("many")), SHOWN)
