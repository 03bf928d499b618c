"""What people are told of quotes and orders."""

from datetime import timedelta

from odoo import Command

from ..common import PortalCommon
from ..news_case import NewsMixin


class TestOrderNews(NewsMixin, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product()

    def _order_told(self, **values):
        """Return an order of which people were told already."""
        order = self._create_order(**values)
        self._tell_news()
        return order

    def _get_waiting(self):
        waiting = self._get_news().filtered(lambda one: one.state == "waiting")
        return waiting.mapped("code")

    def _read(self, notices):
        return notices.sorted("id").mapped("title")

    def test_quote_is_told_to_who_may_see_quotes(self):
        self._give_role(self.stranger, "member", self.customer)
        self._tailor(self.buyer, {"see_orders": "branches"})
        order = self._create_order(state="sent", validity_date=self._in_days(20))
        [notice] = self._tell_news()
        self.assertEqual(notice.user_id, self.stranger)
        self.assertEqual(notice.title, f"You have a new quote, {order.name}.")
        day = order.validity_date.strftime("%m/%d/%Y")
        self.assertEqual(
            notice.detail, f"Its total is $\xa0100.00. It is valid until {day}."
        )
        self.assertEqual(notice.url, f"/my/orders/{order.id}")

    def test_draft_is_nobodys_news(self):
        order = self._create_order(state="draft")
        order.order_line.product_uom_qty = 3
        self.assertFalse(self._get_news())

    def test_quote_that_is_sent_again_was_changed(self):
        order = self._order_told(state="sent")
        order.action_cancel()
        order.action_draft()
        order.action_quotation_sent()
        self.assertEqual(
            self._read(self._tell_news()), [f"We changed quote {order.name}."]
        )

    def test_quote_that_changes_before_it_is_told_is_new(self):
        order = self._create_order(state="sent")
        order.order_line.product_uom_qty = 3
        self.assertEqual(
            self._read(self._tell_news()), [f"You have a new quote, {order.name}."]
        )

    def test_changes_are_told_once_each_time(self):
        order = self._order_told(state="sent")
        for quantity in (3, 4):
            order.order_line.product_uom_qty = quantity
        title = f"We changed quote {order.name}."
        self.assertEqual(self._read(self._tell_news()), [title])
        self.assertFalse(self._tell_news())
        order.write(
            {"order_line": [Command.update(order.order_line.id, {"name": "X"})]}
        )
        self.assertFalse(self._tell_news())
        order.order_line.product_uom_qty = 5
        self.assertEqual(self._read(self._tell_news()), [title])

    def test_decided_or_expired_quote_is_not_told(self):
        confirmed = self._create_order(state="sent")
        confirmed.action_confirm()
        expired = self._create_order(state="sent", validity_date=self._in_days(5))
        expired.validity_date = self._in_days(-1)
        self.assertEqual(
            self._read(self._tell_news()), [f"Order {confirmed.name} is confirmed."]
        )

    def test_quote_that_expires_soon(self):
        orders = [
            self._order_told(state="sent", validity_date=self._in_days(days))
            for days in (2, 3, 4)
        ]
        [notice] = self._tell_day()
        self.assertIn(orders[1].name, notice.title)
        self.assertIn("is valid until", notice.title)
        self.assertFalse(self._tell_day())

    def test_confirmed_order_is_not_told_to_who_placed_it(self):
        self._give_role(self.stranger, "member", self.customer)
        order = self._create_order(state="sent")
        self._get_news().unlink()
        order.with_user(self.buyer).sudo().action_confirm()
        [notice] = self._tell_news()
        self.assertEqual(notice.user_id, self.stranger)
        self.assertEqual(notice.title, f"Order {order.name} is confirmed.")

    def test_what_staff_change_is_told(self):
        for change in (
            lambda order: order.order_line.write({"price_unit": 49.0}),
            lambda order: (
                order.write({"order_line": [Command.delete(order.order_line[0].id)]})
                if order.order_line[0]._check_line_unlink() is None
                else order.order_line[0].write({"product_uom_qty": 0})
            ),
            lambda order: order.write(
                {"commitment_date": order.date_order + timedelta(days=9)}
            ),
            lambda order: order.write(
                {
                    "order_line": [
                        Command.create(
                            {"product_id": self._get_product().id, "price_unit": 1.0}
                        )
                    ]
                }
            ),
        ):
            order = self._order_told()
            change(order)
            [notice] = self._tell_news()
            self.assertEqual(notice.title, f"We changed order {order.name}.")
            self.assertEqual(notice.event_id.code, "order_changed_by_seller")

    def test_what_changes_nothing_for_the_customer_is_not_told(self):
        order = self._order_told()
        order.write({"client_order_ref": "PO 1"})
        order.order_line.name = "Bolts"
        order.order_line.write({"price_unit": order.order_line.price_unit})
        self.assertFalse(self._get_waiting())
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": order.ids,
                "advance_payment_method": "percentage",
                "amount": 50,
            }
        )
        wizard.create_invoices()
        self.assertFalse(self._get_waiting())

    def test_order_that_staff_cancel_is_told(self):
        order = self._order_told()
        order.action_cancel()
        self.assertEqual(
            self._read(self._tell_news()), [f"We cancelled order {order.name}."]
        )

    def test_who_got_the_confirmation_by_mail_gets_no_second_one(self):
        order = self._create_order(state="sent", partner=self.buyer.partner_id)
        order.with_context(send_email=True).action_confirm()
        notices = self._tell_news()
        confirmed = notices.filtered(lambda one: one.event_id.code == "order_confirmed")
        self.assertEqual(confirmed.user_id, self.buyer)
        self.assertFalse(self._send_told().filtered(lambda one: not one.model))
        self.assertEqual(confirmed.mail_state, "skipped")
