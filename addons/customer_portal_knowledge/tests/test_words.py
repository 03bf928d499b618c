"""Words of texts and of questions, without a database."""

from odoo.tests import BaseCase, tagged

from ..tools.excerpt import cut_excerpt
from ..tools.wanted import get_distance, get_near, read_question
from ..tools.words import get_vector, split_text


@tagged("post_install", "-at_install")
class TestWords(BaseCase):
    def get_terms(self, text, lang="en_US"):
        return [token.terms for token in split_text(text, lang)]

    def test_terms(self):
        cases = [
            ("Žąsų ŽĄSYS", "lt_LT", [("zasu",), ("zasys",)]),
            ("AW-3131", "en_US", [("aw", "aw3131"), ("3131",)]),
            ("an e-mail", "en_US", [("an",), ("e", "email"), ("mail",)]),
            ("1,394.20", "en_US", [("1", "139420"), ("394",), ("20",)]),
            ("customer's", "en_US", [("customer",)]),
            ("end. Next", "en_US", [("end",), ("next",)]),
            ("صورت\u200cحساب", "fa_IR", [("صورتحساب", "صورت", "حساب")]),
            ("كتاب ۱۲", "fa_IR", [("کتاب",), ("12",)]),
            ("订单X号", "zh_CN", [("订单",), ("单",), ("x",), ("号",)]),
            ("ΤΙΜΟΛΌΓΙΟ", "el_GR", [("τιμολογιο",)]),
            (" -- ", "en_US", []),
        ]
        for text, lang, expected in cases:
            with self.subTest(text):
                self.assertEqual(self.get_terms(text, lang), expected)

    def test_forms_of_a_word_have_a_stem(self):
        cases = [
            ("lt_LT", "sąskaita sąskaitos saskaitai"),
            ("cs_CZ", "faktura faktury fakturami"),
            ("el_GR", "παραγγελία παραγγελίες ΠΑΡΑΓΓΕΛΙΩΝ"),
            ("en_US", "payment payments"),
            ("fa_IR", "کتاب کتاب\u200cها"),
        ]
        for lang, text in cases:
            with self.subTest(lang):
                stems = [set(token.stems) for token in split_text(text, lang)]
                self.assertTrue(set.intersection(*stems), stems)

    def test_question(self):
        def read(text, lang="en_US", **options):
            return [group.typed for group in read_question(text, [lang], **options)]

        self.assertEqual(read("How do I pay an invoice?"), ["pay", "invoice"])
        self.assertEqual(read("how to"), ["how", "to"])
        self.assertEqual(read("怎么修改订单", "zh_CN"), ["修改", "改订", "订单"])
        self.assertEqual(read("怎么", "zh_CN"), ["怎么"])
        self.assertEqual(read("' \\ & | !"), [])
        self.assertEqual(len(read(" ".join(f"w{n}" for n in range(99)))), 12)
        last = read_question("back ord", ["en_US"])[-1]
        self.assertEqual((last.prefix, last.exact), ("ord", ("ord", "backord")))

    def test_vector_has_places_and_weights(self):
        vector = get_vector([("Pay", "A"), ("to pay", "D")], "en_US")
        self.assertEqual(vector, "'pay':1A,3D '=pay':1A,3D 'to':2D '=to':2D")

    def test_mistakes(self):
        for typed in ("lable", "labl", "labell", "lebel"):
            with self.subTest(typed):
                self.assertEqual(get_distance(typed, "label"), 1)
                self.assertTrue(get_near(typed) & get_near("label"))
        self.assertEqual(get_distance("label", "label"), 0)
        self.assertEqual(get_distance("", "abc"), 3)

    def test_excerpt(self):
        text = "First. " + "Nothing here. " * 30 + "The <answer> is here.\nEnd."
        starts = [token.start for token in split_text(text, "en_US")]
        cut = cut_excerpt(text, starts[-4:-3])
        self.assertEqual(
            cut, "\u2026 The &lt;<mark>answer</mark>&gt; is here. \u00b7 End."
        )
        self.assertTrue(cut_excerpt(text, []).startswith("First. Nothing"))
        self.assertEqual(cut_excerpt("", []), "")
        self.assertEqual(
            cut_excerpt("查看订单状态", [2, 3]), "查看<mark>订单状</mark>态"
        )
        self.assertEqual(cut_excerpt("查看", [1]), "查<mark>看</mark>")
