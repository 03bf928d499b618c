"""The list of payments: all of them, by whatever way, once each."""

import io
from datetime import timedelta

from lxml import html
from pypdf import PdfReader

from ...controllers.searchbar import PAGE_SIZES
from ..common import PortalHttpCommon
from ..role_case import RolesMixin


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

    def test_pages_are_parts_of_the_whole(self):
        payments = self.env["account.payment"].create(
            [
                {
                    "partner_type": "customer",
                    "partner_id": partner.id,
                    "amount": 1.0,
                    "journal_id": self.bank.id,
                    "date": self.today - timedelta(days=day),
                }
                for day in (0, 1, 1, 1, 40, 41, 400)
                for partner in (self.customer, self.buyer.partner_id, self.branch) * 2
            ]
        )
        payments.action_post()
        self._open_remittance({self.invoice: 10.0})
        everything = self.env["portal.payment"].search(
            [("partner_id", "in", (self.customer | self.branch).ids)]
        )
        self.assertGreater(len(everything), 2 * PAGE_SIZES[0])
        self._sign_in(self.buyer)
        path, found = "/my/payments", []
        while path:
            page = html.fromstring(self._get(path).text)
            rows = [
                row.get("data-payment") for row in page.iterfind(".//tr[@data-payment]")
            ]
            found += rows
            path = next(iter(page.xpath("//a[@rel='next']/@href")), None)
            self.assertTrue(not path or len(rows) == PAGE_SIZES[0])
        self.assertEqual(found, [str(payment.id) for payment in everything])

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


class TestNarrowScope(RolesMixin, PortalHttpCommon):
    """A payment of the head office settles papers of a branch, which not all read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._give_role(cls.buyer, "payable")
        cls.viewer = cls._create_portal_user("viewer", cls.customer)
        cls._give_role(cls.viewer, "viewer")
        cls.invoice = cls._create_posted_invoice(100.0)
        cls.branch_invoices = [
            cls._create_posted_invoice(
                amount, partner=cls.branch, ref=f"BRANCH-{amount}"
            )
            for amount in (60.0, 30.0)
        ]
        cls.branch_credit = cls._create_credit_note(5.0, partner=cls.branch)
        cls.secret = [
            text
            for move in (*cls.branch_invoices, cls.branch_credit)
            for text in filter(None, (move.name, move.ref))
        ]

    def setUp(self):
        super().setUp()
        self.remittance = self._open_remittance(
            dict.fromkeys(self.branch_invoices, 20.0)
            | {self.invoice: 100.0, self.branch_credit: 5.0}
        )

    def _read_all(self, user, *paths):
        """Return the text of pages and PDFs, as this person gets them."""
        self._sign_in(user)
        texts = []
        for path in paths:
            answer = self._get(path)
            self.assertEqual(answer.status_code, 200, path)
            is_pdf = answer.headers["Content-Type"] == "application/pdf"
            texts.append(TestPayments._read(answer) if is_pdf else answer.text)
        return "\n".join(texts)

    def _check_names(self, *paths, label):
        """Check who reads the names of the branch's papers, and who their sum."""
        text = self._read_all(self.viewer, *paths)
        self.assertIn(self.invoice.name, text)
        self.assertIn(label, text)
        for name in self.secret:
            self.assertNotIn(name, text)
        text = self._read_all(self.buyer, *paths)
        self.assertNotIn(label, text)
        for name in self.secret[:1]:
            self.assertIn(name, text)

    def test_page_of_what_is_chosen_and_paid(self):
        path = f"/my/pay/{self.remittance.id}"
        self._check_names(path, label="3 other documents")
        page = self._get(path)
        self.assertEqual(
            sorted(self._get_figures(page, "requested")),
            ["-5.00", "100.00", "20.00", "20.00"],
        )
        self._sign_in(self.viewer)
        page = self._get(path)
        self.assertEqual(self._get_figures(page, "requested"), ["100.00", "35.00"])
        self.assertEqual(self._get_figures(page, "to_pay"), ["135.00"])

    def test_receipt_and_advice(self):
        self._pay(self.remittance)
        path = f"/my/pay/{self.remittance.id}"
        for paper in ("receipt", "advice"):
            with self.subTest(paper):
                self._check_names(f"{path}/{paper}", label="Other documents (3)")

    def test_obstacle_names_nothing(self):
        self._register_payment(self.branch_invoices[0])
        text = self._read_all(self.viewer, f"/my/pay/{self.remittance.id}")
        self.assertIn("Something has changed since you made your selection.", text)
        self.assertNotIn(self.branch_invoices[0].name, text)

    def test_lists(self):
        self._sign_in(self.viewer)
        page = self._get("/my/payments")
        self.assertIn("and 3 more", " ".join(page.text.split()).replace("<t>", ""))
        for name in self.secret:
            self.assertNotIn(name, page.text)
        self.assertNotIn(
            self.remittance.name,
            self._get(f"/my/payments?search={self.secret[0]}").text,
        )

    def test_rpc(self):
        lines = self.env["portal.remittance.line"]
        for user, expected in (
            (self.viewer, self.invoice),
            (self.buyer, self.remittance.line_ids.move_id),
        ):
            with self.subTest(user.login):
                found = lines.with_user(user).search([])
                self.assertEqual(found.sudo().move_id, expected)

    def test_payment_of_the_books(self):
        """Staff settle a paper of the branch with a payment of the head office."""
        self.remittance._cancel_by_customer()
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 190.0,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        for move in (self.invoice, *self.branch_invoices):
            items = (move | payment.move_id).line_ids.filtered(
                lambda item: item.account_type == "asset_receivable"
            )
            items.filtered(lambda item: not item.reconciled).reconcile()
        path = f"/my/payments/{payment.id}"
        self._check_names(path, label="2 other documents")
        self._check_names(f"{path}/receipt", label="Other documents (2)")
        self._sign_in(self.viewer)
        page = self._get(path)
        self.assertEqual(self._get_figures(page, "settled"), ["100.00", "90.00"])

    def test_invoice_does_not_name_the_credit_of_the_branch(self):
        items = (self.invoice | self.branch_credit).line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        self.remittance._cancel_by_customer()
        items.reconcile()
        path = f"/my/invoices/{self.invoice.id}"
        text = self._read_all(self.viewer, path)
        self.assertNotIn(self.branch_credit.name, text)
        self.assertIn(self.branch_credit.name, self._read_all(self.buyer, path))
