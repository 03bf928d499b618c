from odoo.tests import tagged

from odoo.addons.customer_portal.tests.common import PortalHttpCommon
from odoo.addons.customer_portal.tests.role_case import RolesMixin


@tagged("post_install", "-at_install")
class TestTracking(RolesMixin, PortalHttpCommon):
    """Where a delivery can be followed, on the page of its order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product().is_storable = True
        cls.order = cls._create_order()
        cls.picking = cls.order.picking_ids
        freight = cls.env["product.product"].create(
            {"name": "Freight", "type": "service"}
        )
        cls.picking.carrier_id = cls.env["delivery.carrier"].create(
            {
                "name": "Van",
                "delivery_type": "fixed",
                "product_id": freight.id,
                "tracking_url": "https://van.example/<shipmenttrackingnumber>",
            }
        )

    def test_link_of_the_carrier(self):
        self.picking.carrier_tracking_ref = "T<1>"
        self._sign_in(self.buyer)
        page = self._get(f"/my/orders/{self.order.id}").text
        self.assertIn("https://van.example/T", page)
        self.assertNotIn("T<1>", page)

    def test_order_is_found_by_delivery_and_parcel(self):
        self.picking.carrier_tracking_ref = "PARCEL-77 66"
        for text in ("parcel7766", self.picking.name):
            self._sign_in(self.buyer)
            with self.subTest(text):
                found = self._get(f"/my/orders?search={text}").text
                self.assertIn(f'data-document="{self.order.id}"', found)
                self._sign_in(self.stranger)
                found = self._get(f"/my/orders?search={text}").text
                self.assertNotIn("data-document=", found)

    def test_what_is_no_web_address_is_text(self):
        self.picking.carrier_id.tracking_url = "javascript:<shipmenttrackingnumber>"
        self.picking.carrier_tracking_ref = "alert(1)"
        [tracking] = self.picking._get_portal_tracking()
        self.assertEqual(tracking, {"label": "alert(1)", "url": None})

    def test_without_tracking_there_is_none(self):
        self.assertEqual(self.picking._get_portal_tracking(), [])
