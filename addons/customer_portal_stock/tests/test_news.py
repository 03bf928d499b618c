"""What people are told of the goods of their orders."""

from odoo import fields

from odoo.addons.customer_portal.tests.common import PortalCommon
from odoo.addons.customer_portal.tests.news_case import NewsMixin


class TestShippingNews(NewsMixin, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Pallet", "type": "consu", "is_storable": True}
        )

    def setUp(self):
        super().setUp()
        self.order = self._create_order(
            order_line=[
                fields.Command.create(
                    {"product_id": self.product.id, "product_uom_qty": 5}
                )
            ]
        )
        self._get_news().unlink()

    def _ship(self, quantity):
        picking = self.order.picking_ids.filtered(
            lambda one: one.state not in ("done", "cancel")
        )
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    def test_part_then_rest(self):
        name = self.order.name
        for quantity, title, code in (
            (2, f"A part of order {name} was shipped.", "order_partly_shipped"),
            (3, f"The rest of order {name} was shipped.", "order_shipped"),
        ):
            picking = self._ship(quantity)
            [notice] = self._tell_news()
            self.assertEqual(notice.user_id, self.buyer)
            self.assertEqual(notice.title, title)
            self.assertEqual(notice.detail, f"Delivery {picking.name}.")
            self.assertEqual(notice.url, f"/my/orders/{self.order.id}")
            self.assertEqual(notice.event_id.code, code)

    def test_all_at_once(self):
        self._ship(5)
        [notice] = self._tell_news()
        self.assertEqual(notice.title, f"Order {self.order.name} was shipped.")

    def test_own_orders_alone(self):
        self._tailor(self.buyer, {"see_orders": "own"})
        self._ship(5)
        self.assertFalse(self._tell_news())

    def test_goods_that_come_back_are_not_shipped(self):
        picking = self._ship(5)
        self._tell_news()
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.move_ids.quantity = 1
        back.move_ids.picked = True
        back.button_validate()
        self.assertFalse(self._tell_news())
