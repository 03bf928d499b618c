from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.customer_portal.tests.common import PortalCommon
from odoo.addons.customer_portal.tests.order_change_case import OrderChangeMixin


@tagged("post_install", "-at_install")
class TestOrderChangeFreight(OrderChangeMixin, PortalCommon):
    """Freight follows the address and what remains of the order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_addresses()
        freight = cls.env["product.product"].create(
            {
                "name": "Freight",
                "type": "service",
                "taxes_id": [Command.set(cls.home_tax.ids)],
            }
        )
        common = {
            "product_id": freight.id,
            "delivery_type": "base_on_rule",
            "company_id": cls.company.id,
        }
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                **common,
                "name": "Van",
                "price_rule_ids": [
                    Command.create(
                        {
                            "variable": "price",
                            "operator": "<=",
                            "max_value": 250,
                            "list_base_price": 30.0,
                        }
                    ),
                    Command.create(
                        {
                            "variable": "price",
                            "operator": ">",
                            "max_value": 250,
                            "list_base_price": 10.0,
                        }
                    ),
                ],
            }
        )
        cls.order = cls._place()
        cls.order.set_delivery_line(
            cls.carrier, cls.carrier.rate_shipment(cls.order)["price"]
        )

    def _get_freight(self):
        return self.order.order_line.filtered("is_delivery").price_subtotal

    def test_freight_is_rated_again_for_what_remains(self):
        self.assertEqual(self._get_freight(), 10.0)
        changes = {"cancel_line_ids": self.order.order_line[0].ids}
        preview = self.order._preview_change(changes)
        self.assertIsNone(preview["refusal"])
        self.assertEqual(preview["before"]["freight"], 10.0)
        self.assertEqual(preview["after"]["freight"], 30.0)
        self.assertEqual(preview["after"]["total"], 253.0)
        self.assertEqual(self._get_freight(), 10.0)
        self._change(self.order, changes, total_seen=preview["after"]["total"])
        self.assertEqual(self._get_freight(), 30.0)
        self.assertEqual(self.order.amount_total, 253.0)
        self.assertEqual(self.order.carrier_id, self.carrier)

    def test_taxes_of_the_freight_follow_the_address(self):
        preview = self.order._preview_change({"partner_shipping_id": self.paris.id})
        self._change(self.order, {"partner_shipping_id": self.paris.id})
        self.assertEqual(self.order.order_line.tax_ids, self.export_tax)
        self.assertEqual(self.order.amount_total, preview["after"]["total"])
        self.assertEqual(self.order.amount_total, 372.0)

    def test_carrier_that_does_not_go_there_is_a_request(self):
        self.carrier.country_ids = self.company.country_id
        changes = {"partner_shipping_id": self.paris.id}
        preview = self.order._preview_change(changes)
        self.assertIn("Van", preview["refusal"])
        self.assertTrue(preview["can_ask"])
        with self.assertRaisesRegex(UserError, "Van"):
            self._change(self.order, changes)
        self.assertEqual(self.order.partner_shipping_id, self.customer)
        self.assertEqual(self.order.amount_total, 341.0)

    def test_freight_is_not_offered_to_be_cancelled(self):
        offered = [item["line"] for item in self.order._get_cancellable_lines()]
        self.assertFalse(any(line.is_delivery for line in offered))
        self._change(self.order, {"cancel_line_ids": [line.id for line in offered]})
        self.assertEqual(self.order.state, "cancel")

    def test_pick_up_points_are_a_request(self):
        self.order.pickup_location_data = {"name": "Kiosk"}
        terms = self.order._get_change_terms()
        self.assertEqual((terms["can_change"], terms["can_ask"]), (False, True))

    def test_freight_is_no_goods_also_when_typed_by_hand(self):
        freight = self.carrier.product_id
        freight.sale_ok = True
        self.order.write({"order_line": [Command.create({"product_id": freight.id})]})
        rated, typed = self.order.order_line.filtered(
            lambda line: line.product_id == freight
        )
        self.assertEqual((rated.is_delivery, typed.is_delivery), (True, False))
        goods = self.order.order_line - rated - typed
        # Of services that are invoiced when ordered, nothing is awaited.
        goods.product_id.invoice_policy = "delivery"
        rows = self.order._get_portal_progress()
        self.assertEqual([row["line"] for row in rows], list(goods))
        items = self.order._get_reorder_lines()
        refused = {item["line"]: item["refusal"] for item in items if item["refusal"]}
        self.assertEqual(set(refused), {rated, typed})
        self.assertEqual(len(set(refused.values())), 1)
        self.assertIn("Freight", refused[typed])
