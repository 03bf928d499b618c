from lxml import html

from ..common import PortalHttpCommon


class TestInvoices(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._create_posted_invoice(100.0, days_overdue=40, ref="PO-1")
        cls.soon = cls._create_posted_invoice(200.0, days_overdue=-10)
        cls.branch_late = cls._create_posted_invoice(
            300.0, days_overdue=5, partner=cls.branch
        )
        cls.paid = cls._create_posted_invoice(400.0, days_overdue=1)
        cls._register_payment(cls.paid)
        cls.credit = cls._create_credit_note(50.0, days_overdue=3)
        cls.foreign = cls._create_posted_invoice(77.0, partner=cls.other_customer)

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _list(self, query=""):
        """Return the documents on the list page, in its order."""
        page = self._get(f"/my/invoices{query}")
        self.assertEqual(page.status_code, 200)
        rows = html.fromstring(page.text).iterfind(".//tr[@data-document]")
        ids = [int(row.get("data-document")) for row in rows]
        return self.env["account.move"].browse(ids)

    def test_opens_with_what_is_to_pay_most_urgent_first(self):
        self.assertEqual(
            self._list(), self.late | self.branch_late | self.credit | self.soon
        )

    def test_filters(self):
        cases = {
            "overdue": self.late | self.branch_late,
            "overdue_invoices": self.late | self.branch_late,
            "overdue_1_30": self.branch_late,
            "overdue_31_60": self.late,
            "overdue_90": self.env["account.move"],
            "not_due": self.soon,
            "credit_notes": self.credit,
            "paid": self.paid,
        }
        for name, documents in cases.items():
            with self.subTest(name):
                self.assertEqual(self._list(f"?filterby={name}"), documents)
        everything = self._list("?filterby=all")
        self.assertEqual(len(everything), 5)
        self.assertNotIn(self.foreign, everything)

    def test_search(self):
        for text in ("po-1", "100", "100.00"):
            with self.subTest(text):
                self.assertEqual(self._list(f"?search={text}"), self.late)
        self.assertIn(self.late, self._list(f"?search={self.late.name}"))
        self.assertFalse(self._list("?search=zzz"))
        self.assertFalse(self._list(f"?search={self.foreign.name}&filterby=all"))

    def test_totals_are_those_of_the_filtered_list(self):
        page = self._get("/my/invoices?filterby=overdue")
        self.assertEqual(self._get_figures(page, "filtered_residual"), ["400.00"])
        page = self._get("/my/invoices")
        self.assertEqual(self._get_figures(page, "filtered_residual"), ["550.00"])

    def test_pages_by_position(self):
        self._create_posted_invoices(
            [{"amount": number, "days_overdue": number % 3} for number in range(1, 46)]
        )
        for sorting in ("due", "date", "number", "amount"):
            seen = self.env["account.move"]
            path = f"/my/invoices?filterby=all&sortby={sorting}"
            pages = []
            while path:
                page = self._get(path)
                self.assertEqual(page.status_code, 200)
                tree = html.fromstring(page.text)
                ids = [
                    int(row.get("data-document"))
                    for row in tree.iterfind(".//tr[@data-document]")
                ]
                pages.append(ids)
                seen |= self.env["account.move"].browse(ids)
                [path] = tree.xpath("//a[@rel='next']/@href") or [None]
            with self.subTest(sorting):
                self.assertEqual([len(ids) for ids in pages], [20, 20, 10])
                self.assertEqual(len(seen), 50)
                [back] = tree.xpath("//a[@rel='prev']/@href")
                rows = html.fromstring(self._get(back).text).iterfind(
                    ".//tr[@data-document]"
                )
                self.assertEqual(
                    [int(row.get("data-document")) for row in rows], pages[1]
                )

    def test_vendor_bills_stay_core(self):
        self.assertEqual(self._get("/my/invoices?filterby=bills").status_code, 200)

    def test_invoice_page_leads_to_the_pay_page(self):
        page = self._get(f"/my/invoices/{self.late.id}")
        self.assertIn(f"/my/pay?documents={self.late.id}", page.text)
        self.assertNotIn(
            "/my/pay?documents", self._get(f"/my/invoices/{self.paid.id}").text
        )
