import io

from pypdf import PdfReader

from odoo import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_portal.report import shaping


@tagged("post_install", "-at_install")
class TestDeliverySlip(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Ąžuolas <b>bolt</b>", "type": "consu", "is_storable": True}
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Northwind", "street": "Quay 1"}
        )
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "client_order_ref": "PO-7",
                "order_line": [
                    Command.create(
                        {"product_id": cls.product.id, "product_uom_qty": 10}
                    )
                ],
            }
        )
        cls.order.action_confirm()
        cls.picking = cls.order.picking_ids

    def _read(self, picking):
        """Return the text of the slip, as core's report gives it."""
        content, kind = self.env["ir.actions.report"]._render_qweb_pdf(
            "stock.action_report_delivery", picking.ids
        )
        self.assertEqual(kind, "pdf")
        pages = PdfReader(io.BytesIO(content)).pages
        return "\n".join(page.extract_text() for page in pages)

    def _deliver(self, quantity):
        self.picking.move_ids.quantity = quantity
        self.picking.move_ids.picked = True
        self.picking.with_context(skip_backorder=True).button_validate()

    def test_prints_what_is_planned(self):
        text = self._read(self.picking)
        for words in (self.picking.name, "Ąžuolas <b>bolt</b>", "PO-7", "10.00 Units"):
            with self.subTest(words):
                self.assertIn(words, text)

    def test_prints_what_left_and_what_is_still_to_come(self):
        self._deliver(4)
        self.assertEqual(self.picking.state, "done")
        text = self._read(self.picking)
        self.assertIn("4.00 Units", text)
        self.assertIn("Remaining quantities not yet delivered", text)
        self.assertIn("6.00 Units", text)

    def test_prints_lot_numbers_where_the_seller_wants_them(self):
        self.product.tracking = "lot"
        lot = self.env["stock.lot"].create(
            {"name": "LOT-42", "product_id": self.product.id}
        )
        self.picking.move_ids.move_line_ids = [
            Command.clear(),
            Command.create(
                {
                    "product_id": self.product.id,
                    "lot_id": lot.id,
                    "quantity": 10,
                    "picking_id": self.picking.id,
                }
            ),
        ]
        self.picking.move_ids.picked = True
        self.picking.button_validate()
        self.assertNotIn("LOT-42", self._read(self.picking))
        self.env.user.group_ids |= self.env.ref("stock.group_lot_on_delivery_slip")
        self.assertIn("LOT-42", self._read(self.picking))

    def test_done_delivery_says_what_it_said(self):
        self.env["portal.address.version"].sudo().search([]).unlink()
        self._deliver(4)
        waiting = self.picking.backorder_ids
        self.customer.write({"name": "Newwind", "street": "Hill 2"})
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "stock.action_report_delivery", self.picking.ids
        )
        for text in (self._read(self.picking), html.decode()):
            self.assertIn("Northwind", text)
            self.assertIn("Quay 1", text)
            self.assertNotIn("Newwind", text)
            self.assertNotIn("Hill 2", text)
        self.assertIn("Newwind", self._read(waiting))

    def test_delivery_makes_an_address_a_used_one(self):
        address = self.env["res.partner"].create(
            {"name": "Yard", "type": "delivery", "parent_id": self.customer.id}
        )
        self.assertFalse(address._is_used_in_documents())
        self.picking.partner_id = address
        self.assertTrue(address._is_used_in_documents())

    def test_notice_goes_to_who_gets_it(self):
        self.picking.company_id.stock_move_email_validation = True
        self.customer.email = "office@northwind.example"
        contact = self.env["res.partner"].create(
            {
                "name": "Dock",
                "email": "dock@northwind.example",
                "parent_id": self.customer.id,
            }
        )
        self.env["portal.contact.function"].create(
            {
                "partner_id": self.customer.id,
                "function": "shipping",
                "contact_id": contact.id,
            }
        )
        self._deliver(4)
        self.picking._send_confirmation_email()
        message = self.picking.message_ids[:1]
        self.assertEqual(message.partner_ids, contact)
        contact.active = False
        self.picking._send_confirmation_email()
        self.assertEqual(self.picking.message_ids[:1].partner_ids, self.customer)

    def test_prints_from_the_right_in_persian(self):
        self.env["res.lang"]._activate_lang("fa_IR")
        self.customer.write({"name": "شرکت پارسیان", "lang": "fa_IR"})
        self.product.uom_id.with_context(lang="fa_IR").name = "عدد"
        self._deliver(4)
        text = self._read(self.picking)
        for word in ("پارسیان", "عدد"):
            self.assertIn(shaping.shape(word), text)
        self.assertIn("4.00", text)
