"""What a buyer is told of the stock before placing a reorder."""

from datetime import timedelta

from lxml import html

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.customer_portal.tests.common import PortalHttpCommon
from odoo.addons.customer_portal.tools.drawing import Drawing

KEY = "0123456789abcdef" * 2


@tagged("post_install", "-at_install")
class TestAvailability(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.gloves = cls._make_product("Gloves")
        cls.env["stock.quant"]._update_available_quantity(
            cls.gloves, cls.warehouse.lot_stock_id, 100
        )

    @classmethod
    def _make_product(cls, name, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "taxes_id": [Command.clear()],
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _draft(self, *asked, **values):
        """Return the draft of a buyer of (product, quantity)."""
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "portal_user_id": self.buyer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": count})
                    for product, count in asked
                ],
                **values,
            }
        )

    def _look(self, draft):
        return html.fromstring(self._get(f"/my/orders/{draft.id}/review").text)

    def _read(self, draft):
        """Return what the page says of the stock of each line."""
        page = self._look(draft)
        return [
            "".join(page.xpath(f"//*[@id='availability_{line.id}']/text()"))
            for line in draft.order_line
        ]

    def _tell(self, *asked):
        return self._read(self._draft(*asked))

    def _receive(self, product, quantity, days):
        """Plan what comes in so many days."""
        suppliers = self.env.ref("stock.stock_location_suppliers")
        return self._plan(
            product, quantity, days, suppliers, self.warehouse.lot_stock_id
        )

    def _send(self, product, quantity, days):
        """Plan what others get in so many days, without reserving it."""
        customers = self.env.ref("stock.stock_location_customers")
        return self._plan(
            product, quantity, days, self.warehouse.lot_stock_id, customers
        )

    def _plan(self, product, quantity, days, source, target):
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": target.id,
                "date": fields.Datetime.now() + timedelta(days=days),
                "company_id": self.company.id,
            }
        )
        move.state = "confirmed"
        return move

    def _day(self, days):
        moment = fields.Datetime.now() + timedelta(days=days)
        return Drawing(self.env(user=self.buyer)).date(moment)

    def test_in_stock_or_not_and_no_quantity(self):
        boots = self._make_product("Boots")
        self.assertEqual(
            self._tell((self.gloves, 60), (self.gloves, 60), (boots, 1)),
            [
                "In stock",
                "Part of it is in stock; we confirm the date of the rest",
                "Not in stock; we confirm the date",
            ],
        )

    def test_quantities_where_the_seller_tells_them(self):
        self.company.portal_stock_told = "quantity"
        self._receive(self.gloves, 50, 4)
        self.assertEqual(
            self._tell((self.gloves, 60), (self.gloves, 60)),
            ["100 in stock", f"40 in stock, the rest about {self._day(4)}"],
        )

    def test_nothing_but_the_lead_time_where_the_seller_tells_nothing(self):
        self.company.portal_stock_told = "nothing"
        self.gloves.sale_delay = 3
        boots = self._make_product("Boots")
        self.assertEqual(
            self._tell((self.gloves, 1), (boots, 1)),
            [f"Delivery about {self._day(3)}", ""],
        )

    def test_a_shop_that_tells_everybody_tells_customers(self):
        self.company.portal_stock_told = "nothing"
        products = type(self.gloves)
        self.patch(products, "_is_stock_told", lambda products, _company: True)
        self.patch(products, "_is_told_in_shop", lambda _product, free: free == 100)
        self.assertEqual(
            self._tell((self.gloves, 1), (self.gloves, 1)), ["100 in stock", ""]
        )

    def test_reserved_goods_are_not_free(self):
        self._create_order(
            order_line=[
                Command.create({"product_id": self.gloves.id, "product_uom_qty": 70})
            ]
        ).picking_ids.action_assign()
        self.company.portal_stock_told = "quantity"
        [text] = self._tell((self.gloves, 31))
        self.assertIn("30 in stock", text)

    def test_unit_of_the_line(self):
        self.company.portal_stock_told = "quantity"
        draft = self._draft((self.gloves, 3))
        draft.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.assertEqual(self._read(draft), ["8 in stock"])
        draft.order_line.product_uom_qty = 9
        [text] = self._read(draft)
        self.assertIn("8 in stock; ", text)

    def test_a_service_and_what_is_not_counted_is_never_out_of_stock(self):
        service = self._make_product("Fitting", type="service", is_storable=False)
        sand = self._make_product("Sand", is_storable=False, sale_delay=2)
        self.assertEqual(
            self._tell((service, 5), (sand, 5)), ["", f"Delivery about {self._day(2)}"]
        )

    def test_what_is_ordered_for_the_customer_has_its_lead_time_only(self):
        route = self.warehouse.mto_pull_id.route_id
        route.active = True
        made = self._make_product(
            "Frame", sale_delay=9, route_ids=[Command.set(route.ids)]
        )
        self.assertEqual(self._tell((made, 1)), [f"Delivery about {self._day(9)}"])

    def test_the_day_leaves_others_what_is_theirs(self):
        boots = self._make_product("Boots")
        self._receive(boots, 10, 5)
        self._send(boots, 8, 20)
        self._receive(boots, 10, 30)
        self.assertEqual(
            self._tell((boots, 2)), [f"Not in stock, expected about {self._day(5)}"]
        )
        self.assertEqual(
            self._tell((boots, 3)), [f"Not in stock, expected about {self._day(30)}"]
        )

    def test_a_late_receipt_promises_nothing(self):
        boots = self._make_product("Boots")
        self._receive(boots, 10, -2)
        self.assertEqual(self._tell((boots, 2)), ["Not in stock; we confirm the date"])

    def test_lead_time_and_security_days(self):
        boots = self._make_product("Boots", sale_delay=10)
        self.gloves.sale_delay = 1
        self.company.security_lead = 2
        self._receive(boots, 10, 9)
        self.assertEqual(
            self._tell((self.gloves, 1), (boots, 2), (boots, 20)),
            [
                f"In stock, delivery about {self._day(1)}",
                f"Not in stock, expected about {self._day(11)}",
                f"Not in stock, expected about {self._day(10)}",
            ],
        )

    def test_day_is_that_of_the_reader(self):
        boots = self._make_product("Boots")
        move = self._receive(boots, 10, 5)
        move.date = move.date.replace(hour=23, minute=30)
        self.buyer.tz = "Asia/Tokyo"
        self._sign_in(self.buyer)
        day = Drawing(self.env).date(move.date.date() + timedelta(days=1))
        self.assertEqual(
            self._tell((boots, 2)), [f"Not in stock, expected about {day}"]
        )

    def test_another_warehouse_is_not_the_order_s(self):
        other = self.env["stock.warehouse"].create(
            {"name": "North", "code": "NO", "company_id": self.company.id}
        )
        draft = self._draft((self.gloves, 1), warehouse_id=other.id)
        self.assertEqual(self._read(draft), ["Not in stock; we confirm the date"])

    def test_a_wish_before_what_can_be_met_is_said_and_taken(self):
        boots = self._make_product("Boots")
        self._receive(boots, 10, 7)
        draft = self._draft((self.gloves, 1), (boots, 2))

        def read_help():
            page = self._look(draft)
            return page.xpath("string(//*[@id='wished_date_help'])")

        self.assertIn(f"Not everything is expected before {self._day(7)}.", read_help())
        wished = self.today + timedelta(days=2)
        answer = self._post(
            f"/my/orders/{draft.id}/review", action="save", wished_date=str(wished)
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(draft.wished_date, wished)
        self.assertIn(f"Boots is expected later: about {self._day(7)}.", read_help())
        draft.wished_date = self.today + timedelta(days=8)
        self.assertEqual(read_help(), "A wish; we confirm the date.")

    def test_costs_the_same_for_many_lines(self):
        def count(products):
            draft = self._draft(*((product, 200) for product in products))
            path = f"/my/orders/{draft.id}/review"
            self._get(path)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get(path)
            return self.env.cr.sql_log_count - before

        products = [self._make_product(f"P{number}") for number in range(30)]
        self.assertEqual(count(products), count(products[:2]))
