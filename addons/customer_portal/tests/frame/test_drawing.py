"""What pages draw with functions: escaped, rounded, and as a language writes it."""

from datetime import date

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tools.misc import formatLang

from ...tools.drawing import NO_BREAK, NO_BREAK_AFTER, Drawing
from ..common import PortalCommon

HOSTILE = """<b>"'&"""
ESCAPED = "&lt;b&gt;&#34;&#39;&amp;"


class TestDrawing(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order()

    def setUp(self):
        super().setUp()
        self.env = self.env(context={"lang": "en_US"})
        self.lang = self.env["res.lang"]._lang_get("en_US")
        self.drawing = Drawing(self.env)

    def _get_number(self, amount, currency=None):
        figure = str(Drawing(self.env).figure(amount, currency or self.usd, "total"))
        return figure.partition('oe_currency_value">')[2].partition("</span>")[0]

    def test_escapes_what_it_is_given_and_escapes_it_once(self):
        drawing = self.drawing
        for drawn in (
            drawing.link(HOSTILE, HOSTILE),
            drawing.badge(HOSTILE, HOSTILE),
            drawing.document({"url": HOSTILE, "name": HOSTILE, "label": HOSTILE}),
            drawing.document({"url": None, "name": HOSTILE, "label": HOSTILE}),
            drawing.tick(HOSTILE, HOSTILE, HOSTILE, residual=HOSTILE),
            drawing.cell(HOSTILE, HOSTILE),
            drawing.cell(HOSTILE, HOSTILE, HOSTILE),
            drawing.amount_field(HOSTILE, HOSTILE, HOSTILE, HOSTILE),
            drawing.fill(HOSTILE),
            drawing.fill("{name}", name=HOSTILE),
        ):
            self.assertIsInstance(drawn, Markup)
            self.assertIn(ESCAPED, drawn)
            self.assertNotIn("<b>", drawn)
            self.assertNotIn("&amp;lt;", drawn)
        self.assertIn("<td>1</td>", drawing.cell(Markup("<td>1</td>"), ""))

    def test_sentences_take_values_where_a_language_has_them(self):
        values = {"name": "{day} <b>", "day": Markup("<time>1.2.</time>"), "number": 2}
        self.assertEqual(
            self.drawing.fill(Markup("<i>{name}</i>, {number}"), **values),
            "<i>{day} &lt;b&gt;</i>, 2",
        )
        # A translation that misspells a place, or has a per cent sign, breaks no page.
        self.assertEqual(
            self.drawing.fill("3 % of {dya} until {day}%", **values),
            "3 % of {dya} until <time>1.2.</time>%",
        )

    def test_sentences_are_put_in_the_order_of_a_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        link = '<a class="o_translate_inline" href="{url}">{name}</a>'
        view = self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "arch": f"""<t t-name="test">
                    <t t-set="asked">Ask {link} on {{day}}.</t>
                    <t t-out="fill(asked, url=url, name=name, day=day)"/>
                </t>""",
            }
        )
        terms = {f"Ask {link} on {{day}}.": f"Le {{day}} : {link} ?"}
        view.update_field_translations("arch_db", {"fr_FR": terms})
        values = {"url": '/my?a=1&b="', "name": "<Ann>", "day": 1}
        for lang, sentence in (("en_US", "Ask %s on 1."), ("fr_FR", "Le 1 : %s ?")):
            with self.subTest(lang):
                qweb = self.env["ir.qweb"].with_context(lang=lang)
                self.assertEqual(
                    qweb._render(view.id, values.copy()).strip(),
                    sentence
                    % '<a class="o_translate_inline" href="/my?a=1&amp;b=&#34;">'
                    "&lt;Ann&gt;</a>",
                )

    def test_escapes_symbols_and_separators(self):
        self.usd.symbol = "<$"
        self.assertIn("&lt;$", self.drawing.figure(1.0, self.usd, "total"))
        self.lang.thousands_sep = "'"
        self.assertEqual(self._get_number(1234.5), "1&#39;234.50")

    def test_writes_what_odoo_writes(self):
        amounts = (0.0, -0.004, 0.005, 1.005, -1234.565, 1234567.891, 10**9 + 0.25)
        for values in (
            {},
            {"grouping": "[3,2,0]"},
            {"thousands_sep": ".", "decimal_point": ","},
            {"thousands_sep": ""},
        ):
            self.lang.write(values)
            for rounding in (0.01, 0.05, 1.0, 0.001):
                self.eur.rounding = rounding
                for amount in amounts:
                    with self.subTest(amount=amount, rounding=rounding, **values):
                        known = formatLang(
                            self.env,
                            self.eur.round(amount) + 0.0,
                            digits=self.eur.decimal_places,
                        )
                        drawn = self._get_number(amount, self.eur)
                        self.assertEqual(drawn.replace(NO_BREAK_AFTER, ""), known)

    def test_ticks_leave_out_what_is_nothing(self):
        self.assertEqual(
            self.drawing.tick("documents", "Select INV/1", 7, residual=0.0, kind=None),
            '<input type="checkbox" class="form-check-input" name="documents"'
            ' aria-label="Select INV/1" data-residual="0.0" value="7"/>',
        )
        self.assertIn('checked="checked"', self.drawing.tick("a", "A", is_ticked=True))

    def test_days_follow_the_language(self):
        day = date(2026, 3, 4)
        self.assertEqual(self.drawing.date(day), "03/04/2026")
        self.assertEqual(self.drawing.date("2026-03-04"), "03/04/2026")
        self.assertEqual(self.drawing.date(None), "")
        zoned = Drawing(self.env(context={"tz": "Asia/Tokyo"}))
        self.assertEqual(
            zoned.date(fields.Datetime.to_datetime("2026-03-03 20:00:00")), "03/04/2026"
        )
        self.lang.date_format = "%d.%m.%Y"
        self.assertEqual(Drawing(self.env).date(day), "04.03.2026")

    def test_currencies_are_remembered_until_they_change(self):
        currencies = self.env["res.currency"]
        currencies._remember_figures()
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            currencies._remember_figures()
            figure = self.drawing.figure(1.25, self.usd, "total")
        self.assertIn(f"${NO_BREAK}", figure)
        self.usd.write({"rounding": 0.001, "symbol": "US$"})
        self.env.flush_all()
        self.env.invalidate_all()
        currencies._remember_figures()
        figure = Drawing(self.env).figure(1.2345, self.usd, "total")
        self.assertIn(f"US${NO_BREAK}", figure)
        self.assertIn(">1.235<", figure)

    def test_a_moment_is_a_day_and_minutes_of_the_person(self):
        self.lang.time_format = "%H:%M:%S"
        drawing = Drawing(self.env(context={"lang": "en_US", "tz": "Europe/Vilnius"}))
        moment = fields.Datetime.to_datetime("2026-11-29 22:47:05")
        self.assertEqual(drawing.moment(moment), f"{drawing.date(moment)} 00:47")
        self.lang.time_format = "%I:%M:%S %p"
        drawing = Drawing(self.env(context={"lang": "en_US", "tz": "UTC"}))
        self.assertEqual(drawing.moment(moment), f"{drawing.date(moment)} 10:47 PM")
        self.assertEqual(drawing.moment(None), "")

    def test_rows_are_what_the_search_has_read(self):
        names = ["name", "client_order_ref", "amount_total", "partner_id"]
        orders = self.env["sale.order"].with_user(self.buyer)
        self.env.flush_all()
        self.env.invalidate_all()
        found = orders.search_fetch([], names)
        with self.assertQueryCount(0):
            [row] = found._read_plain(names)
        self.assertEqual(
            row,
            {
                "id": found.id,
                "name": found.name,
                "client_order_ref": "",
                "amount_total": 100.0,
                "partner_id": self.customer.id,
            },
        )

    def test_rows_keep_the_rights_of_fields(self):
        orders = self.order.with_user(self.buyer)
        with self.assertRaises(AccessError):
            orders._read_plain(["access_token"])
