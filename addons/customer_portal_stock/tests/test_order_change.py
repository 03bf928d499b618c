import io
from datetime import date, timedelta

from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.customer_portal.tests.common import PortalCommon
from odoo.addons.customer_portal.tests.order_change_case import OrderChangeMixin


@tagged("post_install", "-at_install")
class TestOrderChangeStock(OrderChangeMixin, PortalCommon):
    """Open transfers follow a change until the warehouse begins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("stock.group_stock_manager")
        cls._set_up_addresses()
        cls.product = cls._get_product()
        cls.product.write({"is_storable": True, "taxes_id": [Command.clear()]})
        cls.washer = cls.env["product.product"].create(
            {
                "name": "Washer",
                "type": "consu",
                "is_storable": True,
                "invoice_policy": "order",
                "list_price": 5.0,
                "taxes_id": [Command.clear()],
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls._fill()
        cls.order = cls._place_goods()

    @classmethod
    def _fill(cls):
        for product in cls.product | cls.washer:
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.warehouse.lot_stock_id, 1000
            )

    @classmethod
    def _place_goods(cls, **values):
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "partner_shipping_id": cls.customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 10})
                    for product in cls.product | cls.washer
                ],
                **values,
            }
        )
        order.action_confirm()
        order.picking_ids.action_assign()
        return order

    @staticmethod
    def _deliver(picking, quantity=None):
        moves = picking.move_ids.filtered(lambda move: move.state != "cancel")
        for move in moves:
            move.quantity = move.product_uom_qty if quantity is None else quantity
        moves.picked = True
        picking._action_done()

    def test_open_transfer_follows_with_contact_and_wish(self):
        picking = self.order.picking_ids
        self.assertEqual(picking.state, "assigned")
        self._change(
            self.order,
            {"partner_shipping_id": self.depot.id, "wished_date": date(2031, 5, 6)},
        )
        self.assertEqual(picking.partner_id, self.depot)
        self.assertEqual(picking.move_ids.partner_id, self.depot)
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.site_contact_name, "Rosa")
        self.assertEqual(picking.wished_date, date(2031, 5, 6))
        self.assertFalse(picking.activity_ids)
        self.assertEqual(self.order.picking_ids, picking)
        slip = self._print(picking)
        for words in ("Depot", "Rosa, +49 40 1", "05/06/2031"):
            self.assertIn(words, slip)

    def test_open_transfer_brings_more_or_less(self):
        first, second = self.order.order_line
        picking = self.order.picking_ids
        self._change(self.order, {"quantities": {first.id: 15, second.id: 4}})
        moves = self.order._get_open_transfers().move_ids.filtered(
            lambda move: move.state != "cancel"
        )
        self.assertEqual(self.order._get_open_transfers(), picking)
        self.assertEqual(
            {move.sale_line_id: move.product_uom_qty for move in moves},
            {first: 15, second: 4},
        )

    def test_begun_transfer_is_told_when_staff_change_a_quantity(self):
        line = self.order.order_line[0]
        picking = self.order.picking_ids
        picking.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "started picking"):
            self._change(self.order, {"quantities": {line.id: 4}})
        change = self._request(self.order, {"quantities": {line.id: 4}})
        change.action_apply()
        self.assertEqual(line.product_uom_qty, 4)
        self.assertTrue(picking.activity_ids)

    def test_contact_goes_with_the_transfer_that_staff_send_elsewhere(self):
        picking = self.order.picking_ids
        self.order.partner_shipping_id = self.depot  # core leaves the transfer
        self.assertEqual(picking.partner_id, self.customer)
        self.assertFalse(picking.site_contact_name)
        picking.partner_id = self.depot
        self.assertEqual(picking.site_contact_name, "Rosa")

    def test_all_steps_of_a_delivery_follow(self):
        for steps in ("pick_ship", "pick_pack_ship"):
            self.warehouse.delivery_steps = steps
            order = self._place_goods()
            with self.subTest(steps):
                self._change(order, {"partner_shipping_id": self.depot.id})
                for _step in range(3):
                    for picking in order._get_open_transfers():
                        picking.action_assign()
                        self._deliver(picking)
                done = order.picking_ids.filtered(
                    lambda picking: picking.picking_type_code == "outgoing"
                )
                self.assertEqual(done.mapped("state"), ["done"])
                self.assertEqual(done.partner_id, self.depot)
                self.assertEqual(done.site_contact_name, "Rosa")

    def test_the_cut_off_is_the_first_touch_of_the_warehouse(self):
        def pick(picking):
            picking.move_ids[0].picked = True

        def pick_a_line(picking):
            picking.move_line_ids[0].picked = True

        def print_list(picking):
            picking.do_print_picking()

        def send_elsewhere(picking):
            picking.partner_id = self.other_customer

        def ship_a_part(picking):
            self._deliver(picking, 4)

        for touch in (pick, pick_a_line, print_list, send_elsewhere, ship_a_part):
            order = self._place_goods()
            self.assertTrue(order._get_change_terms()["can_change"])
            touch(order.picking_ids)
            with self.subTest(touch.__name__):
                terms = order._get_change_terms()
                self.assertEqual((terms["can_change"], terms["can_ask"]), (False, True))
                with self.assertRaises(UserError):
                    self._change(order, {"partner_shipping_id": self.depot.id})
                self.assertEqual(order.partner_shipping_id, self.customer)

    def test_the_first_step_picked_is_the_cut_off(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._place_goods()
        order._get_open_transfers()[0].action_assign()
        self._deliver(order._get_open_transfers()[0])
        self.assertFalse(order._get_change_terms()["can_change"])

    def test_until_when_counts_from_the_planned_departure(self):
        self.company.portal_order_change_hours = 24
        departure = self.order.picking_ids.scheduled_date
        terms = self.order._get_change_terms()
        # Planned for the moment in which it was made: nothing to tell people.
        self.assertIsNone(terms["planned"])
        self.assertEqual(terms["until"], departure - timedelta(hours=24))
        departure += timedelta(days=3)
        self.order.picking_ids.scheduled_date = departure
        terms = self.order._get_change_terms()
        self.assertEqual(terms["planned"], departure)
        self.assertEqual(terms["until"], departure - timedelta(hours=24))

    def test_delivered_orders_are_over(self):
        self._deliver(self.order.picking_ids)
        terms = self.order._get_change_terms()
        self.assertEqual((terms["can_change"], terms["can_ask"]), (False, False))
        with self.assertRaises(UserError):
            self._request(self.order, {"partner_shipping_id": self.depot.id})

    def test_goods_of_two_orders_in_one_transfer(self):
        other = self._place_goods()
        other.picking_ids.move_ids.picking_id = self.order.picking_ids
        for order in (self.order, other):
            with self.subTest(order.name):
                self.assertIn("together", order._get_change_terms()["reason"])

    def test_done_transfers_keep_what_they_said(self):
        first = self.order.picking_ids
        self._deliver(first, 4)
        backorder = self.order._get_open_transfers()
        self.assertEqual(first.state, "done")
        change = self._request(self.order, {"partner_shipping_id": self.depot.id})
        slip = self._print(first)
        change.with_user(self.env.user).action_apply()
        self.assertEqual(backorder.partner_id, self.depot)
        self.assertEqual(backorder.site_contact_name, "Rosa")
        self.assertEqual(first.partner_id, self.customer)
        self.assertEqual(first.move_ids.partner_id, self.customer)
        self.assertFalse(first.site_contact_name)
        self.assertEqual(self._print(first), slip)
        self._deliver(backorder)
        self.order.site_contact_name = "Otto"
        self.assertEqual(backorder.site_contact_name, "Rosa")

    def _print(self, picking):
        """Return the text of a slip."""
        content, _kind = self.env["ir.actions.report"]._render_qweb_pdf(
            "stock.action_report_delivery", picking.ids
        )
        reader = PdfReader(io.BytesIO(content))
        return "\n".join(page.extract_text() for page in reader.pages)

    def test_cancelled_line_is_not_delivered(self):
        first, second = self.order.order_line
        self._change(self.order, {"cancel_line_ids": first.ids})
        transfers = self.order._get_open_transfers()
        self.assertEqual(len(transfers), 1)
        moves = transfers.move_ids.filtered(
            lambda move: move.state != "cancel" and move.product_uom_qty
        )
        self.assertEqual(moves.product_id, second.product_id)
        self.assertEqual(moves.product_uom_qty, 10)
        self.assertFalse(transfers.activity_ids)

    def test_warehouse_is_told_of_what_staff_cancel_when_it_has_begun(self):
        picking = self.order.picking_ids
        picking.user_id = self.env.user
        first, second = self.order.order_line
        first.move_ids.picked = True
        change = self._request(self.order, {"cancel_line_ids": first.ids})
        change.with_user(self.env.user).action_apply()
        self.assertEqual((first.product_uom_qty, second.product_uom_qty), (0, 10))
        self.assertTrue(picking.activity_ids)
        self._deliver(self.order._get_open_transfers())
        self.assertEqual(second.qty_delivered, 10)

    def test_cancelled_line_in_steps(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._place_goods()
        self._change(order, {"cancel_line_ids": order.order_line[0].ids})
        for _step in range(3):
            for picking in order._get_open_transfers():
                picking.action_assign()
                self._deliver(picking)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [0, 10])

    def test_cancelled_order_cancels_its_transfers(self):
        self._change(self.order, {"cancel_order": True})
        self.assertEqual(self.order.state, "cancel")
        self.assertEqual(self.order.picking_ids.mapped("state"), ["cancel"])

    def test_preview_leaves_the_warehouse_alone(self):
        picking = self.order.picking_ids
        before = picking.read(["partner_id", "state", "write_date"])
        moves = self.env["stock.move"].search_count([])
        for changes in (
            {"partner_shipping_id": self.paris.id},
            {"cancel_line_ids": self.order.order_line[0].ids},
            {"cancel_order": True},
        ):
            self.order._preview_change(changes)
        self.assertEqual(picking.read(["partner_id", "state", "write_date"]), before)
        self.assertEqual(self.env["stock.move"].search_count([]), moves)
        self.assertEqual(self.order.picking_ids, picking)

    def test_other_stock_of_the_customer_is_a_request(self):
        place = self.env["stock.location"].create(
            {"name": "Consigned", "usage": "customer"}
        )
        self.depot.with_company(self.company).property_stock_customer = place
        changes = {"partner_shipping_id": self.depot.id}
        self.assertTrue(self.order._preview_change(changes)["refusal"])
        with self.assertRaises(UserError):
            self._change(self.order, changes)
        self.assertEqual(self.order.picking_ids.partner_id, self.customer)
