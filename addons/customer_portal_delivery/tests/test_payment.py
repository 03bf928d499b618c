from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.customer_portal.tests.common import PortalCommon


@tagged("post_install", "-at_install")
class TestPaymentOnDelivery(PortalCommon):
    def test_cash_is_taken_for_the_delivery_that_takes_it_only(self):
        cash = self._prepare_provider("custom", custom_mode="cash_on_delivery")
        product = self.env["product.product"].create({"name": "Freight"})
        for takes_cash in (False, True):
            carrier = self.env["delivery.carrier"].create(
                {
                    "name": "Van",
                    "product_id": product.id,
                    "allow_cash_on_delivery": takes_cash,
                }
            )
            order = self._create_order(state="sent")
            order.carrier_id = carrier
            values = {
                "reference": order.name,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": self.buyer.partner_id.id,
                "provider_id": cash.id,
                "payment_method_id": cash.payment_method_ids[:1].id,
                "sale_order_ids": [Command.set(order.ids)],
            }
            with self.subTest(takes_cash=takes_cash):
                if takes_cash:
                    self._begin_payment("redirect", **values)
                else:
                    with self.assertRaisesRegex(ValidationError, "how to pay"):
                        self._begin_payment("redirect", **values)
                self.assertEqual(bool(order.transaction_ids), takes_cash)
