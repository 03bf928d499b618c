"""Help for who has a lot: from deliveries, less what came back."""

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.customer_portal_knowledge.tests.help_case import HelpCase


@tagged("post_install", "-at_install")
class TestLotHelp(HelpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("stock.group_stock_manager")
        cls.drill = cls.env["product.product"].create(
            {"name": "Drill", "is_storable": True, "tracking": "lot"}
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.lot, cls.other_lot = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.drill.id} for name in ("L-1", "L-2")]
        )
        for lot in (cls.lot, cls.other_lot):
            cls.env["stock.quant"]._update_available_quantity(
                cls.drill, cls.warehouse.lot_stock_id, 10, lot_id=lot
            )
        owners = {"audience": "lot", "lot_ids": cls.lot.ids}
        cls.shelf = cls._create_category("CANARY-SHELF", **owners)
        cls.on_shelf = cls._create_article("CANARY-ON-SHELF", cls.shelf)
        cls.recall = cls._create_article("CANARY-RECALL", cls.paying, **owners)

    def _deliver(self, partner, lot):
        """Deliver two of a lot, and return the done transfer."""
        line = Command.create({"product_id": self.drill.id, "product_uom_qty": 2})
        order = self.env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [line]}
        )
        order.action_confirm()
        self._finish(order.picking_ids, lot)
        return order.picking_ids

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

    def _assert_seen_by(self, *people):
        """Check who reads them: as pages, as titles in lists, and over the network."""
        for person in (None, self.buyer, self.colleague, self.stranger):
            self._sign_in(person)
            is_seen = person in people
            pages = [self.shelf, self.on_shelf, self.recall]
            with self.subTest(person and person.login):
                self.assertEqual(
                    [self._get(page._get_url()).status_code for page in pages],
                    [200 if is_seen else 404] * 3,
                )
                lists = self._get("/help").text + self._get("/help/paying").text
                titles = ("CANARY-SHELF", "CANARY-RECALL")
                self.assertEqual(
                    [title in lists for title in titles], [is_seen, is_seen]
                )
                articles = self.env["portal.help.article"]
                own = articles.with_user(person or self.visitor)
                wanted = self.recall | self.on_shelf
                found = own.search([("id", "in", wanted.ids)])
                self.assertEqual(set(found.ids), set(wanted.ids) if is_seen else set())

    def test_delivered_lot_opens_its_articles(self):
        self._assert_seen_by()
        self._deliver(self.customer, self.other_lot)
        self._assert_seen_by()
        self._deliver(self.other_customer, self.lot)
        self._assert_seen_by(self.stranger)

    def test_lot_of_a_branch_is_seen_by_it_and_the_head_office(self):
        self._deliver(self.colleague.partner_id, self.lot)
        self._assert_seen_by(self.buyer, self.colleague)

    def test_what_came_back_closes_them(self):
        picking = self._deliver(self.customer, self.lot)
        self._assert_seen_by(self.buyer)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 2
        self._finish(wizard._create_return(), self.lot)
        self._assert_seen_by()

    def test_staff_read_whom_it_is_for_and_choose_lots(self):
        self.assertEqual(self.recall.audience_text, "Owners of a lot: L-1")
        self.recall.lot_ids |= self.other_lot
        self.assertEqual(self.recall.audience_text, "Owners of a lot: L-1, L-2")
        for record in (self.recall, self.shelf):
            with self.subTest(record._name), self.assertRaises(ValidationError):
                record.lot_ids = False

    def test_authors_do_not_widen_what_people_read(self):
        author = self._create_staff(
            "lot_author", "customer_portal_knowledge.group_help_author"
        )
        with self.assertRaises(AccessError):
            self.recall.with_user(author).lot_ids = self.other_lot
