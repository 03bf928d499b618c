"""What people type, and what it finds: the cases are in `searches.json`."""

import json
from pathlib import Path
from urllib.parse import urlencode

from lxml import html

from odoo import Command, fields

from ...tools.search import MAX_WORDS, split_words
from ..common import PortalHttpCommon

CASES = json.loads((Path(__file__).parents[1] / "searches.json").read_text())
ROWS = {"invoices": "document", "orders": "document", "payments": "payment"}


class TestSearch(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt = cls._make_product("Hex bolt", "FA-1010")
        cls.gasket = cls._make_product("Secret gasket", "SG-1")
        euro = cls.env.ref("base.EUR")
        euro.active = True
        first = cls._create_draft(3333.39, name="DOC-77001", ref="AW-3131")
        paid = cls._create_draft(70.5, name="PAID-5", ref="Bolts of May")
        for move, price in ((first, 3333.39), (paid, 70.5)):
            move.invoice_line_ids.product_id = cls.bolt
            move.invoice_line_ids.price_unit = price
        credit = cls._create_draft(1886.40, name="RINV-4", move_type="out_refund")
        in_euro = cls._create_draft(1394.20, name="DOC-88002", currency=euro)
        in_euro.invoice_line_ids.name = "Ąžuolinė lenta, βίδα, 螺栓"
        rival = cls._create_draft(
            9.0, name="RIVAL-9", ref="RIVAL-9", partner=cls.other_customer
        )
        rival.invoice_line_ids.name = "Secret gasket"
        (first | paid | credit | in_euro | rival).action_post()
        settled = cls._register_payment(paid)
        settled.memo = "Transfer 0815"
        cls._register_payment(rival)
        order = cls._create_bolts(123.45, "PO-4400", signed_by="Ada Signer")
        order.action_confirm()
        cancelled = cls._create_bolts(1.0, "PO-4401")
        cancelled._action_cancel()
        foreign = cls._create_order(partner=cls.other_customer, state="draft")
        foreign.order_line.product_id = cls.gasket
        foreign.action_confirm()
        payment = cls.env["portal.payment"].search(
            [("payment_id", "=", settled.id)], limit=1
        )
        cls.names = {
            "invoices": {
                first.id: "first",
                paid.id: "paid",
                credit.id: "credit",
                in_euro.id: "euro",
            },
            "orders": {order.id: "placed", cancelled.id: "cancelled"},
            "payments": {payment.id: "settled"},
        }
        cls.env.flush_all()

    @classmethod
    def _make_product(cls, name, code):
        return cls.env["product.product"].create(
            {
                "name": name,
                "default_code": code,
                "type": "consu",
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
        )

    @classmethod
    def _create_bolts(cls, price, reference, **values):
        order = cls._create_order(
            price=price, state="draft", client_order_ref=reference, **values
        )
        order.order_line.product_id = cls.bolt
        order.order_line.price_unit = price
        return order

    @classmethod
    def _create_draft(cls, amount, *, name, **kwargs):
        return cls.env["account.move"].create(
            {**cls._prepare_invoice(amount, **kwargs), "name": name}
        )

    def _find(self, name, query):
        """Return the names of what a list shows, see `setUpClass`."""
        page = self._get(f"/my/{name}?{urlencode({'limit': '100', **query})}")
        self.assertEqual(page.status_code, 200)
        attribute = f"data-{ROWS[name]}"
        rows = html.fromstring(page.text).iterfind(f".//tr[@{attribute}]")
        ids = [int(row.get(attribute)) for row in rows]
        return [self.names[name].get(row_id, row_id) for row_id in ids]

    def _count(self, name, query):
        """Return {label of a filter: its count}."""
        page = self._get(f"/my/{name}?{urlencode(query)}").text
        links = html.fromstring(page).iterfind(".//a[@class]")
        texts = [
            link.text_content().rsplit(maxsplit=1)
            for link in links
            if "cp_filter" in link.get("class").split() and link.find("bdi") is not None
        ]
        return {label: int(count) for label, count in texts}

    def test_finds_what_the_table_says(self):
        self._sign_in(self.buyer)
        for name, text, expected, why in CASES:
            with self.subTest(name, text=text, why=why):
                self.assertCountEqual(self._find(name, {"search": text}), expected)

    def test_another_customer_finds_its_own_only(self):
        self._sign_in(self.stranger)
        for name, text, expected, _why in CASES:
            found = self._find(name, {"search": text})
            with self.subTest(name, text=text):
                self.assertFalse(set(found) & set(expected))

    def test_filter_is_chosen_afterwards(self):
        self._sign_in(self.buyer)
        query = {"search": "FA-1010"}
        self.assertEqual(
            self._count("invoices", query),
            {
                "Open": 1,
                "Overdue": 0,
                "Partly paid": 0,
                "Paid": 1,
                "Credit notes": 0,
                "Disputed": 0,
                "All": 2,
            },
        )
        self.assertEqual(
            self._find("invoices", {**query, "filterby": "open"}), ["first"]
        )
        self.assertEqual(
            self._find("invoices", {**query, "filterby": "paid"}), ["paid"]
        )
        self.assertEqual(self._count("invoices", {}), {})

    def test_days_look_everywhere_too(self):
        self._sign_in(self.buyer)
        today = fields.Date.to_string(self.today)
        self.assertIn("cancelled", self._find("orders", {"date_begin": today}))
        self.assertEqual(self._find("orders", {"date_begin": "2999-01-01"}), [])

    def test_nothing_found_keeps_the_words(self):
        self._sign_in(self.buyer)
        page = self._get("/my/invoices?search=PAID-5&filterby=open").text
        links = {
            link.text_content(): link.get("href")
            for link in html.fromstring(page).iterfind(".//a[@href]")
        }
        self.assertEqual(
            [links["Search the whole list"], links["Search the orders"]],
            ["/my/invoices?search=PAID-5", "/my/orders?search=PAID-5"],
        )

    def test_export_has_what_the_search_shows(self):
        self._sign_in(self.buyer)
        for query in ({"search": "FA-1010"}, {"search": "aw 3131"}):
            with self.subTest(query):
                answer = self._post("/my/invoices/export", **query)
                rows = answer.text.strip().splitlines()[1:]
                self.assertEqual(len(rows), len(self._find("invoices", query)))

    def test_sorting_by_header_turns_round(self):
        self._sign_in(self.buyer)
        for key in ("number", "amount", "date", "due"):
            query = {"search": "FA-1010", "sortby": key}
            there = self._find("invoices", query)
            back = self._find("invoices", {**query, "sortby": f"{key}_reversed"})
            with self.subTest(key):
                self.assertEqual(back, there[::-1])

    def test_a_long_text_has_few_words(self):
        words = split_words(" ".join(f"w{number}" for number in range(50)))
        self.assertEqual(len(words), MAX_WORDS)
