from odoo import Command
from odoo.tests import tagged

from ..common import PortalHttpCommon
from ..order_change_case import OrderChangeMixin


@tagged("post_install", "-at_install")
class TestOrderChangeQueries(OrderChangeMixin, PortalHttpCommon):
    """What the pages of an order cost, however much is on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_addresses()

    def _count(self, path):
        """Return the queries of one warm request."""
        self._get(path)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self._get(path).status_code, 200)
        return self.env.cr.sql_log_count - before

    def _place_long(self, count, product):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "partner_shipping_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 1})
                    for _number in range(count)
                ],
            }
        )
        order.action_confirm()
        return order

    def test_do_not_grow_with_the_lines(self):
        self._sign_in(self.buyer)
        for product in (self.service, self._get_product()):
            counts = {}
            for lines in (3, 30):
                order = self._place_long(lines, product)
                for page in ("", "/change"):
                    path = f"/my/orders/{order.id}{page}"
                    counts[lines, page] = self._count(path)
            for page in ("", "/change"):
                with self.subTest(page, product=product.type):
                    self.assertEqual(counts[3, page], counts[30, page])

    def test_do_not_grow_with_changes_and_addresses(self):
        order = self._place()
        self._sign_in(self.buyer)
        self._change(order, {"site_contact_name": "First"})
        paths = (f"/my/orders/{order.id}", f"/my/orders/{order.id}/change")
        few = [self._count(path) for path in paths]
        for number in range(8):
            self._change(order, {"site_contact_name": f"Contact {number}"})
        self.env["res.partner"].create(
            [
                {
                    "name": f"Site {number}",
                    "type": "delivery",
                    "parent_id": self.customer.id,
                }
                for number in range(200)
            ]
        )
        many = [self._count(path) for path in paths]
        self.assertEqual(few, many)
