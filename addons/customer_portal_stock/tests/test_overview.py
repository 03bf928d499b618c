"""Deliveries on the overview."""

from datetime import timedelta

from lxml import html

from odoo import fields

from odoo.addons.customer_portal.tests.common import PortalHttpCommon


class TestOverview(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Pallet", "type": "consu", "is_storable": True}
        )

    def _order(self, **values):
        return self._create_order(
            order_line=[
                fields.Command.create(
                    {"product_id": self.product.id, "product_uom_qty": 2}
                )
            ],
            **values,
        )

    def _read(self):
        page = html.fromstring(self._get("/my").text)
        rows = page.iterfind(".//section[@aria-labelledby='coming']//li")
        return [" ".join(row.text_content().split()) for row in rows]

    def test_deliveries_on_their_way(self):
        later, soon = (
            self._order(commitment_date=fields.Datetime.now() + timedelta(days=days))
            for days in (20, 3)
        )
        wished = self._order(wished_date=self.today + timedelta(days=49))
        self._order(partner=self.other_customer)
        left = self._order()
        left.picking_ids.write({"state": "done", "date_done": fields.Datetime.now()})
        gone = self._order()
        gone.picking_ids.write(
            {
                "state": "done",
                "date_done": fields.Datetime.now() - timedelta(days=10),
            }
        )
        self._sign_in(self.buyer)
        rows = self._read()
        self.assertEqual(
            [name for row in rows for name in row.split() if name.startswith("S0")],
            [left.name, soon.name, later.name, wished.name],
        )
        self.assertIn("Shipped", rows[0])
        self.assertIn("Planned", rows[1])
        self.assertIn("the date you requested", rows[3])
        # Counted for each company; what has left has no next day.
        [member] = self.buyer.portal_membership_ids
        member.copy({"partner_id": self.other_customer.id})
        page = html.fromstring(self._get("/my/companies").text)
        [row] = page.iterfind(f".//tr[@data-company='{self.customer.id}']")
        said = " ".join(row.find("td[@data-label='On its way']").text_content().split())
        day = html.fromstring(self._get("/my").text).xpath(
            "string(//ul[contains(@class, 'cp_goods')]/li[2]/*[1])"
        )
        self.assertTrue(said.startswith("4, "), said)
        self.assertIn(f"next {day.strip()}", said)

    def test_a_plan_for_the_moment_of_ordering_tells_no_day(self):
        order = self._order()
        orders = order.with_user(self.buyer)
        self.assertFalse(order.commitment_date)
        [item] = order.picking_ids.with_user(self.buyer)._get_coming_items()
        self.assertEqual((item["label"], item["date"]), (order.name, None))
        self.assertNotIn("later", item["note"])
        [row] = orders._prepare_portal_rows()
        self.assertEqual((row["delivery"], row["delivery_label"]), (None, ""))
        order.commitment_date = fields.Datetime.now() + timedelta(days=9)
        [row] = orders._prepare_portal_rows()
        self.assertEqual(row["delivery"], order.commitment_date)
