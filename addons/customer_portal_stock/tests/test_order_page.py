from datetime import timedelta

from lxml import html

from odoo.tests import tagged

from odoo.addons.customer_portal.tests.common import PortalHttpCommon
from odoo.addons.customer_portal.tests.role_case import RolesMixin


@tagged("post_install", "-at_install")
class TestOrderPage(RolesMixin, PortalHttpCommon):
    """How far the goods of an order are, on its page and in the list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product().is_storable = True
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls._get_product(), cls.warehouse.lot_stock_id, 100
        )
        cls.order = cls._create_order(quantity=10.0)
        cls.order.picking_ids.action_assign()

    def _ship(self, quantity):
        picking = self.order._get_open_transfers()
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def _get_steps(self):
        return [
            step["key"]
            for step in self.order._get_portal_steps(self.buyer)
            if step["done"]
        ]

    def test_steps_and_status(self):
        self.assertEqual(self._get_steps(), ["placed", "confirmed"])
        self.assertEqual(self.order._get_portal_status(), "sale")
        self.order.picking_ids.move_ids.picked = True
        self.assertEqual(self._get_steps(), ["placed", "confirmed", "picking"])
        self._ship(4)
        self.assertEqual(
            self._get_steps(), ["placed", "confirmed", "picking", "shipped_in_part"]
        )
        self.assertEqual(self.order._get_portal_status(), "shipped_in_part")
        [row] = self.order._get_portal_progress()
        self.assertEqual((row["delivered"], row["open"]), (4, 6))
        self.assertTrue(row["is_backorder"])
        self.assertIsNone(row["promised"])  # planned for the moment of ordering
        day = self.order.date_order + timedelta(days=4)
        self.order._get_open_transfers().scheduled_date = day
        [row] = self.order._get_portal_progress()
        self.assertEqual(row["promised"], day)
        self._ship(6)
        self.assertEqual(
            self._get_steps(), ["placed", "confirmed", "picking", "delivered"]
        )
        self.assertEqual(self.order._get_portal_status(), "shipped")
        self.order._create_invoices().action_post()
        self.assertEqual(self.order._get_portal_status(), "invoiced")

    def test_all_deliveries_with_slips_for_a_colleague(self):
        for quantity in (1, 2, 3):
            self._ship(quantity)
        colleague = self._create_portal_user("second", self.customer)
        self._give_role(colleague, "viewer")
        self._sign_in(colleague)
        page = html.fromstring(self._get(f"/my/orders/{self.order.id}").text)
        rows = page.findall(".//tr[@data-delivery]")
        self.assertEqual(
            {int(row.get("data-delivery")) for row in rows},
            set(self.order.picking_ids.ids),
        )
        self.assertEqual(len(rows), 4)
        for row in rows:
            [link] = row.iter("a")
            self.assertEqual(self._get(link.get("href")).status_code, 200)
        listed = self._get("/my/orders").text
        self.assertIn("Shipped in part", listed)

    def test_list_tells_when_it_leaves_and_left(self):
        def tell():
            [row] = self.order.with_user(self.buyer)._prepare_portal_rows()
            return row["delivery_label"], row["delivery"], row["label"]

        picking = self.order.picking_ids
        picking.scheduled_date = "2031-03-04 12:00:00"
        self.assertEqual(tell(), ("planned", picking.scheduled_date, "Confirmed"))
        self._ship(4)
        self.assertEqual(tell()[::2], ("the rest planned", "Shipped in part"))
        self.order.commitment_date = "2031-05-06 12:00:00"
        self.assertEqual(tell()[1], self.order.commitment_date)
        last = self._ship(6)
        self.assertEqual(tell(), ("shipped", last.date_done, "Shipped"))

    def test_list_reads_what_it_shows_and_nothing_else(self):
        self._sign_in(self.buyer)
        self._get("/my/orders")
        self.env.invalidate_all()
        with self.assertLogs("odoo.sql_db", "DEBUG") as logs:
            self._get("/my/orders")
        read = [text for text in logs.output if 'SELECT "sale_order"."id"' in text]
        self.assertEqual(len(read), 1)
        self.assertIn("delivery_status", read[0])

    def test_slips_by_the_link_of_the_order(self):
        self._ship(10)
        self._sign_in(None)
        token = self.order._portal_ensure_token()
        page = self._get(f"/my/orders/{self.order.id}?access_token={token}")
        [row] = html.fromstring(page.text).findall(".//tr[@data-delivery]")
        [link] = row.iter("a")
        self.assertEqual(self._get(link.get("href")).status_code, 200)

    def test_what_is_to_come_stands_first(self):
        first = self._ship(1)
        rows = self.order._get_portal_deliveries()
        self.assertEqual([row["is_open"] for row in rows], [True, False])
        self.assertEqual(rows[1]["id"], first.id)
        self.assertIsNone(rows[0]["date"])

    def test_costs_the_same_with_many_deliveries(self):
        def count():
            path = f"/my/orders/{self.order.id}"
            self._get(path)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get(path)
            return self.env.cr.sql_log_count - before

        self._sign_in(self.buyer)
        self._ship(1)
        self._ship(1)
        few = count()
        for _number in range(5):
            self._ship(1)
        self.assertEqual(count(), few)
