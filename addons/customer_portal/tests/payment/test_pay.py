from lxml import html

from odoo import Command
from odoo.tools import mute_logger

from .pay_case import PayCase


class TestPay(PayCase):
    def test_tells_the_chosen_from_the_rest(self):
        page = self._get(f"/my/pay?documents={self.invoice.id}")
        self.assertIn(f"document_{self.invoice.id}", page.text)
        self.assertNotIn(f"document_{self.branch_invoice.id}", page.text)
        page = self._get("/my/pay?select=overdue")
        self.assertIn(f"document_{self.branch_invoice.id}", page.text)
        self.assertNotIn(f"document_{self.foreign.id}", page.text)

    def test_stores_what_was_chosen_and_goes_on(self):
        answer = self._open({self.invoice: "30.50", self.branch_invoice: "50"})
        remittance = self._get_remittances()
        self.assertEqual(answer.status_code, 303)
        self.assertURLEqual(answer.headers["Location"], f"/my/pay/{remittance.id}")
        self.assertEqual(remittance.amount_cash, 80.50)
        self.assertEqual(remittance.partner_id, self.customer)
        self.assertEqual(remittance.payer_id, self.buyer.partner_id)
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertEqual(self._get_figures(page, "to_pay"), ["80.50"])
        self.assertIn(f"/my/pay/{remittance.id}/transaction", page.text)

    def test_same_form_twice_opens_one(self):
        key = "0123456789abcdef" * 2
        first = self._open({self.invoice: "30"}, key=key)
        second = self._open({self.invoice: "30"}, key=key)
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(len(self._get_remittances()), 1)

    def test_mistakes_keep_what_was_typed(self):
        for typed in ("0", "-5", "abc", "NaN", "1e5", "100.01", ""):
            with self.subTest(typed):
                answer = self._open({self.invoice: typed})
                self.assertEqual(answer.status_code, 422)
                self.assertIn(f'value="{typed}"', answer.text)
        self.assertFalse(self._get_remittances())

    def test_foreign_documents_are_refused_like_missing_ones(self):
        self.invoice.invalidate_recordset()
        missing = self.env["account.move"].browse(99999999)
        answers = [
            self._open({self.invoice: "10", document: "10"})
            for document in (self.foreign, missing)
        ]
        for answer in answers:
            self.assertEqual(answer.status_code, 422)
            self.assertIn("no longer open", answer.text)
        self.assertFalse(self._get_remittances())

    def test_list_of_payments_is_the_company_s(self):
        self._open({self.invoice: "30"})
        remittance = self._get_remittances()
        page = self._get("/my/payments")
        self.assertEqual(self._get_figures(page, "paid"), ["30.00"])
        self.assertIn("Not paid yet", page.text)
        self._pay(remittance)
        page = self._get("/my/payments?filterby=paid")
        self.assertIn(f"/my/pay/{remittance.id}/receipt", page.text)
        page = self._get(f"/my/payments?search={self.invoice.name}")
        self.assertEqual(self._get_figures(page, "paid"), ["30.00"])
        for person in (self.colleague, self.stranger):
            self._sign_in(person)
            page = self._get("/my/payments")
            self.assertEqual(self._get_figures(page, "paid"), [])

    def test_overdue_asks_for_what_is_overdue(self):
        term = self.env["account.payment.term"].create(
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
        invoice = self._create_posted_invoice(100.0, days_overdue=-50, term=term)
        for query, amount in (("select=overdue", "50.00"), ("", "100.00")):
            page = html.fromstring(self._get(f"/my/pay?{query}").text)
            [field] = page.xpath(f"//input[@name='amount_{invoice.id}']")
            self.assertEqual(field.get("value"), amount)

    def test_seller_switches_online_payment_off(self):
        self.env["ir.config_parameter"].set_param(
            "account_payment.enable_portal_payment", "False"
        )
        with mute_logger("odoo.http"):
            self.assertEqual(self._get("/my/pay").status_code, 403)
            self.assertEqual(self._open({self.invoice: "10"}).status_code, 403)
        self.assertNotIn('"/my/pay"', self._get("/my/invoices").text)
        # What was paid before stays in sight.
        self.assertEqual(self._get("/my/payments").status_code, 200)
        self.assertFalse(self._get_remittances())
