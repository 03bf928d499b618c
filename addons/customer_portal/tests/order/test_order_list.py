from datetime import date, timedelta

from lxml import html

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..common import PortalHttpCommon


@tagged("post_install", "-at_install")
class TestOrderList(PortalHttpCommon):
    """What the lists of orders and quotes say of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(client_order_ref="PO <7>")

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _get_row(self, path, order):
        """Return {label: text} of the cells of one order."""
        page = html.fromstring(self._get(path).text)
        [row] = page.findall(f".//tr[@data-document='{order.id}']")
        return {
            cell.get("data-label"): " ".join(cell.text_content().split())
            for cell in row.findall("td")
        }

    def test_order_tells_reference_day_and_status(self):
        self.order.commitment_date = "2031-03-04 12:00:00"
        row = self._get_row("/my/orders", self.order)
        self.assertEqual(row["Number"], self.order.name)
        self.assertEqual(row["Your reference"], "PO <7>")
        self.assertEqual(row["Delivery"], "03/04/2031 planned")
        self.assertEqual(row["Status"], "Confirmed")
        self.assertEqual(row["Company"], self.customer.name)

    def test_cancelled_order_promises_nothing(self):
        self.order.commitment_date = "2031-03-04 12:00:00"
        self.order._action_cancel()
        row = self._get_row("/my/orders?filterby=cancelled", self.order)
        self.assertNotIn("Delivery", row)
        self.assertEqual(row["Status"], "Cancelled")

    def test_reorder_names_its_order(self):
        page = html.fromstring(self._get("/my/orders").text)
        [link] = page.findall(f".//a[@href='/my/orders/{self.order.id}/reorder']")
        self.assertEqual(link.text_content(), f"Reorder {self.order.name}")

    def test_quote_counts_the_days(self):
        today = fields.Date.context_today(self.buyer)
        for days, text in ((9, "9 days left"), (1, "1 day left"), (0, "last day")):
            with self.subTest(days):
                quote = self._create_order(
                    state="sent", validity_date=today + timedelta(days)
                )
                row = self._get_row("/my/quotes", quote)
                self.assertTrue(row["Valid until"].endswith(text), row["Valid until"])
                self.assertEqual(row["Status"], "To decide")

    def test_expired_quote_counts_none(self):
        with freeze_time(self.order.date_order):
            quote = self._create_order(state="sent")
        quote.validity_date = date(2020, 1, 31)
        row = self._get_row("/my/quotes", quote)
        self.assertEqual(row["Valid until"], "01/31/2020")
        self.assertEqual(row["Status"], "Expired")

    def test_file_says_what_the_page_says(self):
        self.order.commitment_date = "2031-03-04 12:00:00"
        orders = self.order.with_user(self.buyer)
        [cells] = orders._prepare_portal_list_rows()
        columns = dict(zip(orders._get_portal_list_columns(), cells, strict=True))
        self.assertEqual(columns["Delivery"], date(2031, 3, 4))
        self.assertEqual(columns["Delivery date is"], "planned")
        self.assertEqual(columns["Status"], "Confirmed")
        self.assertEqual(columns["Your reference"], "PO <7>")
