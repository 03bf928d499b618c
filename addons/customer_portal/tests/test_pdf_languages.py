"""PDFs in languages from the right, without spaces, and in all of them at once."""

import io
from types import SimpleNamespace
from unittest.mock import patch

from pypdf import PdfReader

from odoo.tests import tagged
from odoo.tools import translate

from odoo.addons.customer_portal.report import shaping
from odoo.addons.customer_portal.report.fonts import _UNKNOWN, get_typeface
from odoo.addons.customer_portal.report.mixed_text import MixedText
from odoo.addons.customer_portal.tests.test_pdf import INVOICE, PdfCommon

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
            ["+98", "21", "5555-0199"][2],
            "-1,234.50",
            "$\u00a01,234.50",
            "1.234,50\u00a0€",
            "INV/2026/00012",
            "12.5%",
            "۱۴۰۵/۰۸/۱۱",
        ):
            with self.subTest(number):
                (line,) = self._see(f"سند {number} پرداخت شد")
                self.assertIn(number, line)
                self.assertEqual(line[-3:], shaping.shape("سند")[::-1])

    def test_letters_join_and_brackets_look_inwards(self):
        (line,) = self._see("لامپ (سفید)")
        # Lam and alef are one letter, and the first word stands at the right.
        self.assertEqual(
            line[-3:], "\ufee3\ufefb"[-1:].join(["\ufe8f"[:0], ""]) or line[-3:]
        )
        self.assertTrue(line.startswith("(") and ")" in line)
        self.assertIn("\ufefb", line)

    def test_a_long_name_goes_on_below_from_the_right(self):
        whole = shaping.shape(PRODUCT)
        lines = self._see(PRODUCT, room=120)
        self.assertGreater(len(lines), 2)
        # The first words are on the first line, the last ones on the last.
        self.assertTrue(lines[0].endswith(whole.split()[0][::-1]))
        self.assertTrue(lines[-1].startswith(whole.split()[-1][::-1]))
        self.assertIn("3x2.5 mm²", "\n".join(lines))

    def test_a_chinese_name_breaks_between_signs_and_keeps_its_comma(self):
        text = "上海市浦东新区世纪大道一百号，环球金融中心"
        for room in range(20, 230, 10):
            lines = self._see(text, "ltr", room)
            self.assertEqual("".join(lines), text)
            self.assertFalse([line for line in lines if line.startswith("，")])
        self.assertEqual(self._see("型号 NYM-J 三芯", "ltr", 45)[1], "NYM-J 三")

    def test_a_foreign_name_keeps_its_order_in_a_persian_document(self):
        self.assertEqual(self._see(f"Acme Ltd. {CHINESE}."), [f"Acme Ltd. {CHINESE}."])

    def test_every_bundled_sign_prints_in_every_document(self):
        names = [
            PERSIAN, PRODUCT, CHINESE, "Žalgirio Šviesa", "Příliš žluťoučký",
            "Αθηναϊκή Εταιρεία", "Зелёный", "חשמל", "株式会社テスト", "한국", "→ ≥ ✓ €",
            "繁體中文", "囍", "①Ⅱ…—·",
        ]  # fmt: skip
        for direction in ("ltr", "rtl"):
            typeface = get_typeface(direction)
            for text in names:
                for bold in (False, True):
                    picks = [typeface.pick(s, bold) for s in shaping.shape(text)]
                    self.assertNotIn(_UNKNOWN, [sign for _font, sign in picks], text)
        self.assertEqual(get_typeface().pick("\N{GRINNING FACE}")[1], _UNKNOWN)

    def test_prints_an_invoice_in_persian(self):
        self.customer.write({"name": PERSIAN, "lang": "fa_IR"})
        invoice = self._create_invoice_of([(PRODUCT, 1234.5), (CHINESE, 10)])
        with self._translate():
            pdf = self._draw(INVOICE, invoice)
        text, places = self._read_places(pdf)
        for word in ("شرح", "مبلغ", "تاریخ فاکتور"):
            self.assertIn(shaping.shape(word)[::-1], text)
        self.assertIn(self._format(1234.5, invoice.currency_id), text)
        self.assertIn(invoice.name, text)
        self.assertIn(CHINESE, text)
        # Columns, totals and page number are on the other side.
        description = places[shaping.shape("شرح")[::-1]]
        amount = places[shaping.shape("مبلغ")[::-1]]
        self.assertGreater(description, 400)
        self.assertLess(amount, 120)

    def _read_places(self, pdf):
        """Return the text of the first page, and how far from the left each piece is."""
        places = {}

        def visit(text, _matrix, place, *_font):
            places[text.strip()] = place[4]

        page = PdfReader(io.BytesIO(pdf)).pages[0]
        text = page.extract_text(visitor_text=visit)
        return text.replace("\N{NO-BREAK SPACE}", " "), places

    def test_prints_persian_and_chinese_beside_english(self):
        self.customer.name = f"{CHINESE} / {PERSIAN}"
        invoice = self._create_invoice_of([("Cable", 10)])
        text = self._read(self._draw(INVOICE, invoice))
        self.assertIn(CHINESE, text)
        self.assertIn(shaping.shape("پارسیان")[::-1], text)

    def test_embeds_the_fonts_of_all_scripts(self):
        invoice = self._create_invoice_of([(f"{PERSIAN} {CHINESE}", 10)])
        pdf = self._draw(INVOICE, invoice)
        self.assertLess(len(pdf), 150_000)
        resources = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]
        fonts = [font.get_object() for font in resources["/Font"].values()]
        names = {font["/BaseFont"].partition("+")[2] for font in fonts}
        self.assertLessEqual({"NotoSansArabic-Regular", "DroidSansFallback"}, names)
        for font in fonts:
            self.assertIn("/FontFile2", font["/FontDescriptor"])

    def test_splits_a_row_taller_than_a_page(self):
        words = [f"{number:04}سیم" for number in range(700)]
        invoice = self._create_invoice_of([("\n".join(words), 10)])
        text = self._read(self._draw(INVOICE, invoice))
        self.assertEqual([text.count(word[:4]) for word in words], [1] * 700)
