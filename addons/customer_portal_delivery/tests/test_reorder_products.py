from odoo import Command
from odoo.tests import tagged

from odoo.addons.customer_portal.tests.common import PortalHttpCommon


@tagged("post_install", "-at_install")
class TestReorderProducts(PortalHttpCommon):
    def test_freight_is_not_added(self):
        products = self.env["product.product"].create(
            [
                {"name": "Parcel label", "type": "service"},
                {"name": "Parcel", "type": "service"},
            ]
        )
        self.env["delivery.carrier"].create(
            {"name": "Post", "product_id": products[1].id}
        )
        self._create_order(
            order_line=[
                Command.create({"product_id": product.id}) for product in products
            ]
        )
        draft = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "portal_user_id": self.buyer.id}
        )
        self._sign_in(self.buyer)
        answer = self._get(f"/my/orders/{draft.id}/products?search=parcel")
        names = [product["name"] for product in answer.json()["products"]]
        self.assertEqual(names, ["Parcel label"])
