from odoo import Command
from odoo.tests import tagged

from odoo.addons.customer_portal.tests.common import PortalHttpCommon
from odoo.addons.customer_portal.tests.document_papers import DocumentCast


@tagged("post_install", "-at_install")
class TestLotDocuments(DocumentCast, PortalHttpCommon):
    """Documents of lots are for those to whom some of it was delivered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("stock.group_stock_manager")
        cls.drill = cls.env["product.product"].create(
            {
                "name": "Drill",
                "is_storable": True,
                "tracking": "lot",
                "taxes_id": [Command.clear()],
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        lots = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.drill.id} for name in ("L-1", "L-2")]
        )
        for lot in lots:
            cls.env["stock.quant"]._update_available_quantity(
                cls.drill, cls.warehouse.lot_stock_id, 10, lot_id=lot
            )
        cls.lot, cls.other_lot = lots
        cls.document = cls._create_document(
            "Certificate of the lot", "lot", lot_ids=[Command.set(cls.lot.ids)]
        )

    def _deliver(self, partner, lot, *, has_order=True):
        """Deliver two of a lot, and return the done transfer."""
        if has_order:
            order = self.env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.drill.id, "product_uom_qty": 2}
                        )
                    ],
                }
            )
            order.action_confirm()
            picking = order.picking_ids
        else:
            picking = self.env["stock.picking"].create(
                {
                    "partner_id": partner.id,
                    "picking_type_id": self.warehouse.out_type_id.id,
                    "location_id": self.warehouse.lot_stock_id.id,
                    "location_dest_id": self.env.ref(
                        "stock.stock_location_customers"
                    ).id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.drill.id,
                                "product_uom_qty": 2,
                                "location_id": self.warehouse.lot_stock_id.id,
                                "location_dest_id": self.env.ref(
                                    "stock.stock_location_customers"
                                ).id,
                            }
                        )
                    ],
                }
            )
            picking.action_confirm()
        self._finish(picking, lot)
        return picking

    def _finish(self, picking, lot):
        move = picking.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    "product_id": self.drill.id,
                    "lot_id": lot.id,
                    "quantity": 2,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "picking_id": picking.id,
                }
            )
        ]
        move.picked = True
        picking._action_done()

    def test_delivered_lots(self):
        self._assert_seen_by(self.document)
        self._deliver(self.customer, self.other_lot)
        self._assert_seen_by(self.document)
        self._deliver(self.colleague.partner_id, self.lot)
        self._assert_seen_by(self.document, self.buyer, self.colleague)
        self._sign_in(self.colleague)
        page = self._get("/my/documents").text
        self.assertIn("For <bdi>L-1</bdi>", page)

    def test_delivery_without_an_order(self):
        self._deliver(self.other_customer, self.lot, has_order=False)
        self._assert_seen_by(self.document, self.stranger)

    def test_other_lots_are_not_named(self):
        self.document.lot_ids |= self.other_lot
        self._deliver(self.customer, self.lot)
        self._deliver(self.other_customer, self.other_lot)
        self._sign_in(self.buyer)
        page = self._get(f"/my/documents/{self.document.id}").text
        self.assertIn("L-1", page)
        self.assertNotIn("L-2", page)

    def test_what_came_back_is_not_owned(self):
        picking = self._deliver(self.customer, self.lot)
        self._assert_seen_by(self.document, self.buyer)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 2
        back = wizard._create_return()
        self._finish(back, self.lot)
        self._assert_seen_by(self.document)

    def test_order_not_yet_delivered(self):
        self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.drill.id})],
            }
        ).action_confirm()
        self._assert_seen_by(self.document)
