"""The pay page: what it proposes, and what it refuses."""

from contextlib import contextmanager
from unittest.mock import patch

from lxml import html

from odoo import Command

from ..common import PortalHttpCommon


class TestPayChoice(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        terms = cls.env["account.payment.term"]
        cls.halves = terms.create(
            {
                "name": "half now",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 60)
                ],
            }
        )
        cls.discount = terms.create(
            {
                "name": "2 percent in 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        cls.reason = cls.env.ref("customer_portal.short_payment_price")
        cls.invoice = cls._create_posted_invoice(100.0, days_overdue=40)

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _create_money(self, amount, partner=None):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or self.customer).id,
                "amount": amount,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        return payment.move_id

    def _get_page(self, query=""):
        return html.fromstring(self._get(f"/my/pay{query}").text)

    def _get_proposal(self, page):
        """Return {id of a ticked document: amount in its field}."""
        return {
            int(box.get("name").removeprefix("document_")): page.xpath(
                f"//input[@name='{box.get('name').replace('document', 'amount')}']"
            )[0].get("value")
            for box in page.xpath("//input[starts-with(@name, 'document_')][@checked]")
        }

    def _get_sum(self, page, part):
        [value] = page.xpath(f"//*[@data-part='{part}']//data/@value")
        return value

    def _choose(self, amounts, **fields_):
        form = {}
        for document, amount in amounts.items():
            form[f"document_{document.id}"] = "on"
            form[f"amount_{document.id}"] = amount
        return self._post("/my/pay", **form, **fields_)

    def _get_remittances(self):
        return self.env["portal.remittance"].search([])

    @contextmanager
    def _show_at_most(self, count):
        """Let a page and a payment take so many documents."""
        payment = "odoo.addons.customer_portal.{}.payment.{}.MAX_DOCUMENTS"
        with (
            patch(payment.format("models", "account_move_pay_rows"), count),
            patch(payment.format("controllers", "pay_choice"), count),
        ):
            yield

    # ------------------------------------------------------------
    # What is proposed
    # ------------------------------------------------------------

    def test_overdue_proposes_only_overdue_instalments(self):
        parts = self._create_posted_invoice(80.0, days_overdue=-50, term=self.halves)
        later = self._create_posted_invoice(30.0, days_overdue=-30)
        page = self._get_page("?select=overdue")
        self.assertEqual(
            self._get_proposal(page), {self.invoice.id: "100.00", parts.id: "40.00"}
        )
        self.assertEqual(self._get_sum(page, "to_pay"), "140.00")
        page = self._get_page("?select=all")
        self.assertEqual(
            self._get_proposal(page),
            {self.invoice.id: "100.00", parts.id: "80.00", later.id: "30.00"},
        )

    def test_instalments_are_offered_with_their_amounts(self):
        parts = self._create_posted_invoice(80.0, days_overdue=-50, term=self.halves)
        buttons = self._get_page().xpath("//button[@name='fill']")
        self.assertEqual(
            [(button.get("value"), button.get("data-amount")) for button in buttons],
            [(f"{parts.id}:0", "40.00"), (f"{parts.id}:1", "80.00")],
        )
        # Without scripts the button sends the form, which stores nothing.
        answer = self._choose({parts: "7"}, fill=f"{parts.id}:0")
        self.assertEqual(answer.status_code, 200)
        page = html.fromstring(answer.text)
        self.assertEqual(self._get_proposal(page), {parts.id: "40.00"})
        self.assertFalse(self._get_remittances())
        # An instalment is no short payment.
        self.assertEqual(self._choose({parts: "40"}).status_code, 303)

    def test_discount_is_told_with_its_deadline_and_taken(self):
        invoice = self._create_posted_invoice(
            100.0, date=self.today, term=self.discount
        )
        page = self._get_page(f"?documents={invoice.id}")
        [told] = page.xpath("//div[contains(@class, 'cp_pay_discount')]")
        until = invoice._get_discount_date().strftime("%m/%d/%Y")
        self.assertIn(until, told.text_content())
        self.assertEqual(self._get_proposal(page), {invoice.id: "98.00"})
        self.assertEqual(self._get_sum(page, "discount"), "-2.00")
        self.assertEqual(self._get_sum(page, "to_pay"), "98.00")
        self._choose({invoice: "98.00"})
        remittance = self._get_remittances()
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertEqual(self._get_figures(page, "discount"), ["-2.00"])
        self.assertEqual(self._get_figures(page, "to_pay"), ["98.00"])

    def test_amount_is_shared_oldest_first(self):
        parts = self._create_posted_invoice(80.0, days_overdue=-50, term=self.halves)
        cheap = self._create_posted_invoice(100.0, date=self.today, term=self.discount)
        credit = self._create_credit_note(10.0)
        # Oldest first: 100.00, the overdue half, the invoice with a discount, the half.
        where = f"company={self.company.id}&currency={self.usd.id}"
        for amount, credits, proposal, advance in (
            ("60", "", {self.invoice: "60.00"}, ""),
            ("120", "", {self.invoice: "100.00", parts: "20.00"}, ""),
            (
                "120",
                "&credits=1",
                {self.invoice: "100.00", parts: "30.00", credit: "10.00"},
                "",
            ),
            ("238", "", {self.invoice: "100.00", parts: "40.00", cheap: "98.00"}, ""),
            (
                "300.5",
                "",
                {self.invoice: "100.00", parts: "80.00", cheap: "98.00"},
                "22.50",
            ),
        ):
            with self.subTest(amount + credits):
                page = self._get_page(f"?amount={amount}&{where}{credits}")
                self.assertEqual(
                    self._get_proposal(page),
                    {document.id: value for document, value in proposal.items()},
                )
                [field] = page.xpath("//input[@name='on_account']")
                self.assertEqual(field.get("value") or "", advance)
                paid = f"{float(amount):.2f}"
                self.assertEqual(self._get_sum(page, "to_pay"), paid)
        self.assertFalse(self._get_remittances())

    def test_more_invoices_than_one_payment_takes(self):
        later = self._create_posted_invoice(30.0, days_overdue=-30)
        where = f"company={self.company.id}&currency={self.usd.id}"
        with self._show_at_most(1):
            answer = self._choose({later: "x"})
            page = html.fromstring(answer.text)
            self.assertEqual(answer.status_code, 422)
            self.assertEqual(self._get_proposal(page), {later.id: "x"})
            self.assertEqual(len(page.xpath("//tr[@data-document]")), 2)
            page = self._get_page(f"?amount=120&{where}")
            self.assertEqual(self._get_proposal(page), {self.invoice.id: "100.00"})
            self.assertIn("more than the 1 oldest", page.text_content())
            self.assertFalse(page.xpath("//input[@name='on_account']/@value")[0])
        page = self._get_page(f"?amount=120&{where}")
        self.assertNotIn("oldest invoices that", page.text_content())

    def test_less_urgent_invoices_are_folded_until_they_are_asked_for(self):
        """Those that are chosen stay in sight, and so does what was typed."""
        later = self._create_posted_invoice(30.0, days_overdue=-30)
        latest = self._create_posted_invoice(20.0, days_overdue=-40)
        module = "odoo.addons.customer_portal.controllers.payment.pay_choice"
        self.startPatcher(patch(f"{module}.SHOWN_DOCUMENTS", 1))
        shown = "//tr[@data-document]/@data-document"
        page = self._get_page()
        self.assertEqual(page.xpath(shown), [str(self.invoice.id)])
        [button] = page.xpath("//button[@name='show']")
        self.assertEqual(button.text_content(), "Show all 3 invoices")
        for query in (f"?documents={latest.id}", "?select=all", "?show=all"):
            page = self._get_page(query)
            self.assertIn(str(latest.id), page.xpath(shown))
            self.assertFalse(page.xpath("//button[@name='show']"))
        # Without a script the button sends what was typed, and nothing is stored.
        answer = self._choose({self.invoice: "60"}, show="all", on_account="7")
        self.assertEqual(answer.status_code, 200)
        page = html.fromstring(answer.text)
        self.assertEqual(len(page.xpath(shown)), 3)
        self.assertEqual(self._get_proposal(page), {self.invoice.id: "60"})
        self.assertEqual(page.xpath("//input[@name='on_account']/@value"), ["7"])
        self.assertFalse(self._get_remittances())
        # A mistake leaves all in sight that were asked for.
        answer = self._choose({self.invoice: "x"}, shown="all")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(len(html.fromstring(answer.text).xpath(shown)), 3)
        answer = self._choose({later: "x"})
        page = html.fromstring(answer.text)
        self.assertEqual(page.xpath(shown), [str(later.id)])

    def test_invoices_of_another_currency_take_no_advance_away(self):
        self._create_posted_invoice(30.0, days_overdue=-30, currency=self.eur)
        where = f"company={self.company.id}&currency={self.usd.id}"
        with self._show_at_most(1):
            page = self._get_page(f"?amount=120&{where}")
        self.assertEqual(self._get_proposal(page), {self.invoice.id: "100.00"})
        [advance] = page.xpath("//input[@name='on_account']/@value")
        self.assertEqual(advance, "20.00")

    def test_credits_are_ticked_and_used_at_most(self):
        first = self._create_credit_note(30.0, days_overdue=20)
        money = self._create_money(90.0)
        page = self._get_page(f"?documents={self.invoice.id}")
        self.assertEqual(
            self._get_proposal(page),
            {self.invoice.id: "100.00", first.id: "30.00", money.id: "90.00"},
        )
        self.assertEqual(self._get_sum(page, "credits"), "-100.00")
        self.assertEqual(self._get_sum(page, "to_pay"), "0.00")
        self._choose({money: "90", self.invoice: "100", first: "30"})
        remittance = self._get_remittances()
        self.assertEqual(
            {line.move_id: line.amount_requested for line in remittance.line_ids},
            {self.invoice: 100.0, first: 30.0, money: 70.0},
        )
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertIn("Your credits cover these invoices", page.text)
        self._post(f"/my/pay/{remittance.id}/apply")
        remittance.invalidate_recordset()
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(self._get(f"/my/pay/{remittance.id}").status_code, 200)

    def test_what_the_page_says_is_what_is_stored(self):
        """Of every group of a page with all there is, in three currencies."""
        for code, amounts in (
            ("USD", (33.33, 80.01, 0.07)),
            ("JPY", (10001, 333)),
            ("KWD", (12.345, 0.005)),
        ):
            currency = self.env.ref(f"base.{code}")
            currency.active = True
            for amount in amounts:
                for term in (None, self.halves, self.discount):
                    self._create_posted_invoice(
                        amount, date=self.today, currency=currency, term=term
                    )
            self._create_credit_note(amounts[0] / 3, currency=currency)
        self._create_money(7.77)
        page = self._get_page("?select=all")
        forms = page.xpath("//form[@method='post'][contains(@class, 'cp_pay_form')]")
        self.assertEqual(len(forms), 3)
        for form in forms:
            fields_ = {
                field.get("name"): field.get("value") or "on"
                for field in form.xpath(".//input[@name]")
                if field.get("type") != "checkbox" or field.get("checked")
            }
            answer = self._post("/my/pay", **fields_ | {"on_account": "2"})
            self.assertEqual(answer.status_code, 303, fields_)
            remittance = self._get_remittances()[:1]
            shown = {
                part: form.xpath(f".//*[@data-part='{part}']//data/@value")[0]
                for part in ("invoices", "discount", "credits", "to_pay")
            }
            digits = remittance.currency_id.decimal_places
            lines = remittance.line_ids.filtered(lambda line: line.kind == "invoice")
            on_account = 2.0
            self.assertEqual(remittance.amount_extra, on_account)
            self.assertEqual(
                shown,
                {
                    "invoices": f"{sum(lines.mapped('amount_requested')):.{digits}f}",
                    "discount": f"{-remittance.amount_discount:.{digits}f}",
                    "credits": f"{-remittance.amount_credit:.{digits}f}",
                    "to_pay": f"{remittance.amount_cash - on_account:.{digits}f}",
                },
            )
            self.assertTrue(remittance.amount_discount)
            self.assertTrue(remittance.amount_credit)

    def test_money_on_account_is_for_who_pays_everything(self):
        self._create_money(90.0)
        for user, is_offered in (
            (self.buyer, True),
            (self.colleague, False),
            (self.stranger, False),
        ):
            self._sign_in(user)
            text = self._get("/my/pay").text
            self.assertEqual("Money on account" in text, is_offered)

    def test_pays_in_advance_without_an_invoice(self):
        self._sign_in(self.stranger)
        page = self._get_page()
        self.assertTrue(page.xpath("//*[contains(text(), 'Nothing to pay')]"))
        where = {"company": self.company.id, "currency": self.usd.id}
        answer = self._post("/my/pay", on_account="", **where)
        self.assertEqual(answer.status_code, 422)
        answer = self._post("/my/pay", on_account="12.5", **where)
        self.assertEqual(answer.status_code, 303)
        remittance = self._get_remittances()
        self.assertEqual(remittance.amount_cash, 12.5)
        self.assertEqual(remittance.partner_id, self.other_customer)

    # ------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------

    def test_paying_less_asks_why(self):
        answer = self._choose({self.invoice: "60"})
        self.assertEqual(answer.status_code, 422)
        page = html.fromstring(answer.text)
        [error] = page.xpath(f"//*[@id='error_{self.invoice.id}']")
        self.assertIn("why you are paying less", error.text)
        self.assertTrue(page.xpath(f"//select[@name='reason_{self.invoice.id}']"))
        reason = {f"reason_{self.invoice.id}": self.reason.id}
        self.assertEqual(self._choose({self.invoice: "60"}, **reason).status_code, 303)
        remittance = self._get_remittances()
        self.assertEqual(remittance.line_ids.reason_id, self.reason)
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertIn(self.reason.name, page.text)

    def test_what_is_refused_comes_back_with_the_choice_first(self):
        older = self._create_posted_invoice(80.0, days_overdue=90)
        newer = self._create_posted_invoice(70.0, days_overdue=1)
        answer = self._choose({self.invoice: "100", newer: "60"})
        self.assertEqual(answer.status_code, 422)
        page = html.fromstring(answer.text)
        rows = [
            int(row.get("data-document"))
            for row in page.xpath("//table[@data-kind='invoices']//tr[@data-document]")
        ]
        self.assertEqual(rows, [newer.id, self.invoice.id, older.id])
        self.assertEqual(
            set(page.xpath("//input[starts-with(@name, 'document_')][@checked]/@name")),
            {f"document_{document.id}" for document in (newer, self.invoice)},
        )
        focus = page.xpath("//main//*[@autofocus]/@name")
        self.assertEqual(focus, [f"reason_{newer.id}"])
        answer = self._choose({newer: "seven"})
        page = html.fromstring(answer.text)
        self.assertEqual(page.xpath("//*[@autofocus]/@name"), [f"amount_{newer.id}"])

    def test_hostile_choices_change_nothing(self):
        foreign = self._create_posted_invoice(70.0, partner=self.other_customer)
        money = self._create_money(50.0, partner=self.other_customer)
        euro = self._create_posted_invoice(70.0, currency=self.eur)
        company = self.env["res.company"].create({"name": "Another seller"})
        where = {"company": self.company.id, "currency": self.usd.id}
        cases = {
            "foreign invoice": ({foreign: "10"}, {}),
            "foreign money": ({self.invoice: "100", money: "10"}, {}),
            "two currencies": ({self.invoice: "100", euro: "70"}, {}),
            "advance that is no number": ({}, {"on_account": "NaN", **where}),
            "negative advance": ({}, {"on_account": "-5", **where}),
            "huge advance": ({}, {"on_account": "9" * 30, **where}),
            "huge amount": ({self.invoice: "9" * 30}, {}),
            "foreign reason": (
                {self.invoice: "60"},
                {f"reason_{self.invoice.id}": "99999999"},
            ),
            "odd fill": ({self.invoice: "abc"}, {"fill": "x:y"}),
            "several reasons": (
                {self.invoice: "60"},
                {f"reason_{self.invoice.id}": f"{self.reason.id},{self.reason.id + 1}"},
            ),
            "several documents in one": ({}, {f"document_{self.invoice.id},2": "on"}),
        }
        for name, (amounts, fields_) in cases.items():
            with self.subTest(name):
                answer = self._choose(amounts, **fields_)
                self.assertEqual(answer.status_code, 422)
        ids = {f"document_{number}": "on" for number in range(1, 202)}
        ids |= {f"amount_{number}": "1" for number in range(1, 202)}
        answer = self._post("/my/pay", **ids)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("at most 200 documents", answer.text)
        self.assertFalse(self._get_remittances())
        answer = self._post(
            "/my/pay", on_account="5", company=company.id, currency="99999999"
        )
        self.assertEqual(answer.status_code, 303)
        remittance = self._get_remittances()
        self.assertEqual(remittance.company_id, self.company)
        self.assertEqual(remittance.currency_id, self.usd)
        for query in ("?amount=NaN", "?amount=-1&company=x&currency=y", "?select=%00"):
            self.assertEqual(self._get(f"/my/pay{query}").status_code, 200)

    # ------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------

    def test_amounts_are_read_as_the_language_and_the_currency_have_them(self):
        self.env["res.lang"]._activate_lang("el_GR")
        self.env["res.lang"]._activate_lang("cs_CZ")
        currencies = {
            name: self.setup_other_currency(name, rates=[("1900-01-01", 1.0)])
            for name in ("KWD", "JPY")
        }
        currencies["USD"] = self.usd
        for lang, name, typed, to_pay, asked in (
            ("en_US", "KWD", "12.345", 12.345, ""),
            ("en_US", "KWD", "KWD 12.345", 12.345, ""),
            ("en_US", "KWD", "\u06f1\u06f2\u066b\u06f3\u06f4\u06f5", 12.345, ""),
            ("en_US", "KWD", "12,345", 0, "12,345.000 or 12.345?"),
            ("en_US", "KWD", "12.3456", 0, "12.345 or 12.346?"),
            ("el_GR", "KWD", "12,345", 12.345, ""),
            ("en_US", "JPY", "1,234", 1234, ""),
            ("en_US", "JPY", "1.234", 0, "1,234 or 1?"),
            ("en_US", "JPY", "12.5", 0, "12 or 13?"),
            ("en_US", "USD", "$ 1\u2019234.50", 1234.5, ""),
            ("en_US", "USD", "\u200f12.50", 12.5, ""),
            ("en_US", "USD", "1.234", 0, "1,234.00 or 1.23?"),
            ("en_US", "USD", "1.234.567", 0, "1,234,567.00 or 1,234.57?"),
            ("el_GR", "USD", "1.234", 1234, ""),
            ("el_GR", "USD", "1,234", 0, "1.234,00 or 1,23?"),
            ("cs_CZ", "USD", "1\u202f234,5", 1234.5, ""),
            ("cs_CZ", "USD", "1.234", 0, "1 234,00 or 1,23?"),
        ):
            with self.subTest(typed, lang=lang, currency=name):
                self.buyer.lang = lang
                currency = currencies[name]
                invoice = self._create_posted_invoice(2 * 10**6, currency=currency)
                answer = self._choose(
                    {invoice: typed}, **{f"reason_{invoice.id}": self.reason.id}
                )
                remittance = self._get_remittances()[:1]
                if not asked:
                    self.assertEqual(answer.status_code, 303, answer.text)
                    self.assertEqual(remittance.line_ids.move_id, invoice)
                    self.assertEqual(remittance.amount_cash, to_pay)
                    page = self.url_open(f"/my/pay/{remittance.id}")
                    shown = f"{to_pay:.{currency.decimal_places}f}"
                    self.assertEqual(self._get_figures(page, "to_pay"), [shown])
                    continue
                self.assertEqual(answer.status_code, 422)
                self.assertNotIn(invoice, remittance.line_ids.move_id)
                page = html.fromstring(answer.text)
                [field] = page.xpath(f"//input[@name='amount_{invoice.id}']")
                self.assertEqual(field.get("value"), typed)
                [error] = page.xpath(f"//*[@id='{field.get('aria-describedby')}']")
                question = error.text_content().replace("\xa0", " ")
                self.assertEqual(question, f"Do you mean {asked}")

    def test_dinars_are_paid_as_they_are_proposed(self):
        dinar = self.setup_other_currency("KWD", rates=[("1900-01-01", 0.3)])
        invoice = self._create_posted_invoice(12.345, currency=dinar)
        page = self._get_page(f"?documents={invoice.id}")
        self.assertEqual(self._get_proposal(page), {invoice.id: "12.345"})
        self.assertEqual(self._get_sum(page, "to_pay"), "12.345")
        self.assertEqual(self._choose({invoice: "12.345"}).status_code, 303)
        remittance = self._get_remittances()
        self.assertEqual(remittance.amount_cash, 12.345)
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertEqual(self._get_figures(page, "to_pay"), ["12.345"])

    def test_doubtful_money_on_account_is_asked(self):
        for typed, status in (("1.234", 422), ("1,234.00", 303)):
            answer = self._post(
                "/my/pay",
                on_account=typed,
                company=self.company.id,
                currency=self.usd.id,
            )
            self.assertEqual(answer.status_code, status)
            if status == 422:
                self.assertIn("Do you mean 1,234.00 or 1.23?", answer.text)
        self.assertEqual(self._get_remittances().amount_cash, 1234.0)

    def test_doubtful_amount_to_share_is_asked(self):
        where = f"company={self.company.id}&currency={self.usd.id}"
        page = self._get_page(f"?amount=1.234&{where}")
        self.assertIn("Do you mean 1,234.00 or 1.23?", page.text_content())
        self.assertEqual(self._get_proposal(page), {})

    # ------------------------------------------------------------
    # Several customers
    # ------------------------------------------------------------

    def test_documents_of_another_customer_are_told_so(self):
        role = self.env.ref("customer_portal.role_administrator")
        self.env["portal.membership"].create(
            {
                "user_id": self.buyer.id,
                "partner_id": self.other_customer.id,
                "role_id": role.id,
            }
        )
        theirs = self._create_posted_invoice(55.0, partner=self.other_customer)
        answer = self._choose({self.invoice: "100", theirs: "55"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn(f"{theirs.name} belongs to Southwind", answer.text)
        self.assertNotIn("no longer open", answer.text)
        self.assertFalse(self._get_remittances())

    def test_documents_of_strangers_are_not_named(self):
        theirs = self._create_posted_invoice(55.0, partner=self.other_customer)
        answer = self._choose({self.invoice: "100", theirs: "55"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("no longer open", answer.text)
        self.assertNotIn(theirs.name, answer.text)
        self.assertNotIn("Southwind", answer.text)
