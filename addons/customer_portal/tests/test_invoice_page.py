"""The page of one invoice: what it shows to whom, and core's links to it."""

from lxml import html

from .common import PortalHttpCommon


class TestInvoicePage(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(client_order_ref="PO-7")
        cls.late = cls._create_posted_invoice(100.0, days_overdue=40, ref="PO-1")
        cls.credit = cls._create_credit_note(30.0, days_overdue=3)

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _open(self, invoice, query=""):
        page = self._get(f"/my/invoices/{invoice.id}{query}")
        self.assertEqual(page.status_code, 200)
        return page

    def test_page(self):
        import traceback
        real = type(self.env["account.move"]).write
        def write(move, vals):
            open("/tmp/w/inv_trace.txt", "a").write(str(vals) + "".join(traceback.format_stack()[-14:]) + "=====")
            return real(move, vals)
        self.patch(type(self.env["account.move"]), "write", write)
        page = self._open(self.late)
        self.assertEqual(self._get_figures(page, "amount_due"), ["100.00"])
        self.assertIn(f"/my/pay?documents={self.late.id}", page.text)
        self.assertNotIn("<iframe", page.text)
