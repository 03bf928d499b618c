"""The list of payments: all of them, by whatever way, once each."""

import io

from lxml import html
from pypdf import PdfReader

from .common import PortalHttpCommon


class TestPayments(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_posted_invoice(100.0, days_overdue=4)
        cls.booked = cls._register_payment(cls.invoice, amount=40.0)
        cls.branch_invoice = cls._create_posted_invoice(50.0, partner=cls.branch)
        cls.branch_paid = cls._register_payment(cls.branch_invoice)
        cls.foreign = cls._register_payment(
            cls._create_posted_invoice(9.0, partner=cls.other_customer)
        )
        cls.refund = cls.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": cls.customer.id,
                "amount": 12.0,
                "journal_id": cls.bank.id,
                "memo": "Paid too much",
            }
        )
        cls.refund.action_post()
        cls.draft = cls.refund.copy({"memo": "Not yet"})

    def _list(self, query=""):
        """Return (name, amount) of the payments on the page, in its order."""
        page = self._get(f"/my/payments{query}")
        self.assertEqual(page.status_code, 200)
        return {
            row.find(".//td[@data-label='Reference']/a").text_content(): row.find(
                ".//td[@data-label='Paid']//data"
            ).get("value")
            for row in html.fromstring(page.text).iterfind(".//tr[@data-payment]")
        }

    def test_lists_each_payment_once_by_whatever_way(self):
        remittance = self._open_remittance({self.invoice: 10.0})
        self._pay(remittance)
        waiting = self._open_remittance({self.invoice: 5.0})
        self._sign_in(self.buyer)
        self.assertEqual(
            self._list(),
            {
                self.booked.name: "40.00",
                self.branch_paid.name: "50.00",
                self.refund.name: "-12.00",
                remittance.name: "10.00",
                waiting.name: "5.00",
            },
        )
        self.assertEqual(set(self._list("?filterby=refunds")), {self.refund.name})
        self.assertEqual(set(self._list("?filterby=open")), {waiting.name})
        found = self._list(f"?search={self.branch_invoice.name}")
        self.assertEqual(set(found), {self.branch_paid.name})
        answer = self._get(f"/my/payments/{remittance.payment_id.id}")
        self.assertURLEqual(answer.headers["Location"], f"/my/pay/{remittance.id}")
        advice = self._get(f"/my/pay/{remittance.id}/advice")
        self.assertIn(self.invoice.name, self._read(advice))
        self._sign_in(self.colleague)
        self.assertEqual(set(self._list()), {self.branch_paid.name})
        self.assertFalse(self._list(f"?search={self.invoice.name}"))

    @staticmethod
    def _read(answer):
        pages = PdfReader(io.BytesIO(answer.content)).pages
        return "".join(page.extract_text() for page in pages)

    def test_a_failed_attempt_can_be_paid_again(self):
        remittance = self._open_remittance({self.invoice: 10.0})
        self._create_attempt(remittance)._set_error("Declined")
        self._sign_in(self.buyer)
        page = self._get("/my/payments?filterby=open")
        self.assertIn("Pay again", page.text)
        self.assertIn(f"/my/pay/{remittance.id}", page.text)

    def test_page_of_a_payment(self):
        self._sign_in(self.buyer)
        page = self._get(f"/my/payments/{self.booked.id}")
        self.assertEqual(self._get_figures(page, "settled"), ["40.00"])
        self.assertIn(f"/my/invoices/{self.invoice.id}", page.text)
        receipt = self._get(f"/my/payments/{self.booked.id}/receipt")
        self.assertIn(self.invoice.name, self._read(receipt))
        page = self._get(f"/my/payments/{self.refund.id}")
        self.assertEqual(self._get_figures(page, "on_account"), ["12.00"])
        for payment in (self.foreign, self.draft):
            with self.subTest(payment.memo):
                self.assertEqual(
                    self._get(f"/my/payments/{payment.id}").status_code, 404
                )

    def test_record_rule(self):
        payments = self.env["portal.payment"]
        everything = self.booked | self.branch_paid | self.refund
        expected = {
            self.buyer: everything,
            self.colleague: self.branch_paid,
            self.stranger: self.foreign,
        }
        for user, right in expected.items():
            with self.subTest(user.login):
                found = payments.with_user(user).search([])
                self.assertEqual(set(found.mapped("payment_id")), set(right.ids))
