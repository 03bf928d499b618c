"""PDFs in languages from the right, without spaces, and in all of them at once."""

import io
from types import SimpleNamespace
from unittest.mock import patch

from pypdf import PdfReader

from odoo import Command
from odoo.tests import tagged
from odoo.tools import translate

from ...report import receipt, remittance_advice, shaping
from ...report.fonts import _UNKNOWN, get_typeface
from ...report.mixed_text import MixedText
from ...report.order import draw as draw_order
from ..pdf_case import INVOICE, PdfCommon

PERSIAN = "شرکت پخش برق پارسیان (سهامی خاص)"
CHINESE = "上海东方电气设备有限公司"
PRODUCT = "کابل مسی NYM-J 3x2.5 mm²، حلقهٔ 100 متری برای سیم‌کشی ثابت"
WORDS = {
    "Description": "شرح",
    "Quantity": "تعداد",
    "Unit Price": "قیمت واحد",
    "Amount": "مبلغ",
    "Invoice": "فاکتور",
    "Total": "جمع",
    "Invoice Date": "تاریخ فاکتور",
    "Document": "سند",
    "Settled": "تسویه‌شده",
    "Due Date": "سررسید",
    "Amount received": "مبلغ دریافت‌شده",
    "Page %(page)s / %(pages)s": "صفحه %(page)s / %(pages)s",
}


@tagged("post_install", "-at_install")
class TestPdfLanguages(PdfCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("fa_IR", "zh_CN"):
            cls.env["res.lang"]._activate_lang(lang)

    def _translate(self):
        """Give Odoo a few Persian words; our catalogue of them comes later."""
        return patch.object(
            type(translate.code_translations),
            "get_python_translations",
            lambda _self, _module, lang: WORDS if lang == "fa_IR" else {},
        )

    def _see(self, text, direction="rtl", room=1000):
        """Return the lines of a text as they are seen, from left to right."""
        style = SimpleNamespace(
            fontSize=10, leftIndent=0, rightIndent=0, leading=13, alignment=0
        )
        block = MixedText([(text, False)], style, get_typeface(direction))
        block.wrap(room, 0)
        return [
            "".join(
                shaping.mirror(signs[place].text, signs[place].level)
                for place in shaping.arrange([sign.level for sign in signs])
            )
            for signs in block._lines
        ]

    def test_numbers_stay_readable_between_persian_words(self):
        for number in (
            "2026-11-02",
            "2026/11/02",
            "+98 21 5555-0199",
            "2026-11-02 10:30",
            "-1,234.50",
            "$\u00a01,234.50",
            "1.234,50\u00a0€",
            "INV/2026/00012",
            "12.5%",
            "\u06f1\u06f4\u06f0\u06f5/\u06f0\u06f8",
        ):
            with self.subTest(number):
                (line,) = self._see(f"سند {number} پرداخت شد")
                self.assertIn(number, line)
                self.assertEqual(line[-3:], shaping.shape("سند")[::-1])

    def test_a_count_of_pages_is_read_from_the_right(self):
        self.assertEqual(self._see("صفحه 2 / 18")[0][:6], "18 / 2")

    def test_letters_join_and_brackets_look_inwards(self):
        (line,) = self._see("لامپ (گرم)")
        # Lam and alef are one letter, and the first word stands at the right.
        self.assertEqual(line, "(\ufee1\ufeae\ufb94) \ufb57\ufee3\ufefb")
        self.assertEqual(self._see("سیم\u200cکش")[0][-3:], "\ufee2\ufbff\ufeb3")

    def test_a_long_name_goes_on_below_from_the_right(self):
        whole = shaping.shape(PRODUCT)
        lines = self._see(PRODUCT, room=120)
        self.assertGreater(len(lines), 2)
        # The first words are on the first line, the last ones on the last.
        self.assertTrue(lines[0].endswith(whole.split()[0][::-1]))
        self.assertTrue(lines[-1].startswith(whole.split()[-1][::-1]))
        self.assertIn("NYM-J 3x2.5", lines[0])

    def test_a_chinese_name_breaks_between_signs_and_keeps_its_comma(self):
        text = "上海市浦东新区世纪大道一百号\uff0c环球金融中心"
        for room in range(20, 230, 10):
            lines = self._see(text, "ltr", room)
            self.assertEqual("".join(lines), text)
            self.assertFalse([line for line in lines if line.startswith("\uff0c")])
        self.assertEqual(self._see("型号 NYM-J 三芯", "ltr", 45)[1], "NYM-J 三")

    def test_a_foreign_name_keeps_its_order_in_a_persian_document(self):
        self.assertEqual(self._see(f"Acme Ltd. {CHINESE}."), [f"Acme Ltd. {CHINESE}."])

    def test_every_bundled_sign_prints_in_every_document(self):
        names = [
            PERSIAN, PRODUCT, CHINESE, "Žalgirio Šviesa", "Příliš žluťoučký",
            "Αθηναϊκή Εταιρεία", "Зелёный", "חשמל", "株式会社テスト", "→ ≥ ✓ €",
            "繁體中文", "囍 㐂", "①Ⅱ…—·",
        ]  # fmt: skip
        for direction in ("ltr", "rtl"):
            typeface = get_typeface(direction)
            for text in names:
                for bold in (False, True):
                    picks = [typeface.pick(s, bold) for s in shaping.shape(text)]
                    self.assertNotIn(_UNKNOWN, [sign for _font, sign in picks], text)
        self.assertEqual(get_typeface().pick("\N{NAZAR AMULET}")[1], _UNKNOWN)

    def test_prints_an_invoice_in_persian(self):
        self.customer.write({"name": PERSIAN, "lang": "fa_IR"})
        invoice = self._create_invoice_of([(PRODUCT, 1234.5), (CHINESE, 10)])
        with self._translate():
            pdf = self._draw(INVOICE, invoice)
        text, places = self._read_places(pdf)
        # pypdf gives the letters of a word in the order of reading.
        for word in ("شرح", "مبلغ", "فاکتور", "پارسیان"):
            self.assertIn(shaping.shape(word), text)
        self.assertIn(self._format(1244.5, invoice.currency_id), text)
        self.assertIn(invoice.name, text)
        self.assertIn(CHINESE, text)
        # The title is at the right, the number of the page at the left.
        self.assertGreater(places[shaping.shape("فاکتور")], 400)
        self.assertLess(places[shaping.shape("صفحه")], 120)

    def _read_places(self, pdf):
        """Return the text of the first page, and where from the left each word is."""
        places = {}

        def visit(text, matrix, place, *_font):
            for word in text.split():
                places[word] = matrix[4] + place[4]

        page = PdfReader(io.BytesIO(pdf)).pages[0]
        text = page.extract_text(visitor_text=visit)
        return text.replace("\N{NO-BREAK SPACE}", " "), places

    def test_prints_persian_and_chinese_beside_english(self):
        self.customer.name = f"{CHINESE} / {PERSIAN}"
        invoice = self._create_invoice_of([("Cable", 10)])
        text = self._read(self._draw(INVOICE, invoice))
        self.assertIn(CHINESE, text)
        self.assertIn(shaping.shape("پارسیان"), text)

    def test_embeds_the_fonts_of_all_scripts(self):
        invoice = self._create_invoice_of([(f"{PERSIAN} {CHINESE} 㐂", 10)])
        pdf = self._draw(INVOICE, invoice)
        self.assertLess(len(pdf), 150_000)
        resources = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]
        fonts = [font.get_object() for font in resources["/Font"].values()]
        names = {font["/BaseFont"].partition("+")[2] for font in fonts}
        self.assertLessEqual(
            {"NotoSansArabic-Regular", "NotoSansSC-Regular", "DroidSansFallback"}, names
        )
        for font in fonts:
            self.assertIn("/FontFile2", font["/FontDescriptor"])

    def test_prints_an_order_in_chinese(self):
        self.customer.write({"name": CHINESE, "lang": "zh_CN"})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "note": "<p>请在 30 天内付款。</p>",
                "order_line": [
                    Command.create(
                        {"product_id": self.product_a.id, "name": "铜芯电缆"}
                    )
                ],
            }
        )
        text = self._read(draw_order(order))
        for words in (CHINESE, "铜芯电缆", "请在 30 天内付款。"):
            self.assertIn(words, text)

    def test_papers_of_a_payment_are_in_the_language_of_who_asks(self):
        invoice = self._create_invoice_of([("Cable", 80)], ref="PO-7")
        remittance = self._create_remittance({invoice: 80}, settled_on="2026-11-20")
        label = shaping.shape("سند")
        for draw in (receipt.draw, remittance_advice.draw):
            with self.subTest(draw.__module__), self._translate():
                text = self._read(draw(remittance.with_context(lang="fa_IR")))
                self.assertIn(label, text)
                self.assertIn(invoice.name, text)
                self.assertIn("PO-7", text)
                text = self._read(draw(remittance.with_context(lang="en_US")))
                self.assertIn("Settled", text)

    def test_advice_adds_up_with_discount_credit_and_money_on_account(self):
        invoices = self._create_invoice_of([("Cable", 80)])
        invoices += self._create_invoice_of([("Lamp", 50)])
        credit = self._reverse_invoice(invoices[1], post=True)
        remittance = self._create_remittance({invoices[0]: 80, credit: 30})
        remittance.line_ids[0].discount_requested = 1.6
        remittance.amount_extra = 5
        text = self._read(remittance_advice.draw(remittance))
        currency = remittance.currency_id
        for label, amount in (
            ("Invoices", 80),
            ("Early-payment discount", -1.6),
            ("Credits used", -30),
            ("Kept on account", 5),
            ("Amount to pay", 53.4),
        ):
            self.assertIn(f"{label}\n{self._format(amount, currency)}", text)
        self.assertIn("has not arrived yet", text)

    def test_advice_of_a_transfer_says_where_it_goes(self):
        invoice = self._create_invoice_of([("Cable", 80)])
        remittance = self._create_remittance({invoice: 80})
        remittance.state = "announced"
        self.assertNotIn("Bank Account", self._read(remittance_advice.draw(remittance)))
        details = {
            "name": "Alder",
            "account_number": "NL91 ABNA 0417 1643 00",
            "bic": "ABNANL2A",
            "bank": "ABN AMRO",
            "reference": "RF18 0000 0000 01",
            "send_on": "2026-11-30",
        }
        with patch.object(
            type(remittance), "_get_transfer_details", lambda _self: details
        ):
            text = self._read(remittance_advice.draw(remittance))
        for words in ("NL91 ABNA 0417 1643 00", "ABN AMRO, ABNANL2A", "RF18 0000"):
            self.assertIn(words, text)
        self.assertIn("Amount of the transfer", text)

    def test_receipt_of_a_payment_says_what_it_settled_and_what_is_left(self):
        invoices = self._create_invoice_of([("Cable", 80)], ref="PO-7")
        invoices += self._create_invoice_of([("Lamp", 50)])
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 100,
                "memo": "Thanks",
                "journal_id": self.company_data["default_journal_bank"].id,
                "payment_method_line_id": self.inbound_payment_method_line.id,
            }
        )
        text = self._read(receipt.draw_payment(payment))
        self.assertIn("not proof", text)
        payment.action_post()
        for invoice, amount in zip(invoices, (80, 15), strict=True):
            items = (invoice + payment.move_id).line_ids.filtered(
                lambda item: item.account_id.account_type == "asset_receivable"
            )
            if amount == 15:
                self._create_partial(items, amount)
            else:
                items.reconcile()
        text = self._read(receipt.draw_payment(payment))
        currency = payment.currency_id
        for words in (
            payment.name,
            "Thanks",
            f"{invoices[0].name}\nPO-7",
            invoices[1].name,
            f"Documents\n{self._format(95, currency)}",
            f"On account\n{self._format(5, currency)}",
            f"Amount received\n{self._format(100, currency)}",
        ):
            self.assertIn(words, text)
        self.assertNotIn("not proof", text)

    def _create_partial(self, items, amount):
        debit = items.filtered("debit")
        self.env["account.partial.reconcile"].create(
            {
                "debit_move_id": debit.id,
                "credit_move_id": (items - debit).id,
                "amount": amount,
                "debit_amount_currency": amount,
                "credit_amount_currency": amount,
            }
        )

    def test_splits_a_row_taller_than_a_page(self):
        words = [f"W{number:04} سیم" for number in range(700)]
        invoice = self._create_invoice_of([("\n".join(words), 10)])
        text = self._read(self._draw(INVOICE, invoice))
        self.assertEqual([text.count(word[:5]) for word in words], [1] * 700)
