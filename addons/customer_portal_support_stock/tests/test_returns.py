"""Tickets about deliveries and serial numbers, and goods that come back."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from odoo.addons.customer_portal_support.tests.test_new import NewTicketCase


class DeliveryTicketCase(NewTicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("stock.group_stock_manager")
        cls.returning = cls.env.ref("customer_portal_support.type_return")
        cls.order = cls._create_order(quantity=10.0)
        cls.delivery = cls._deliver(cls.order, 6.0)
        cls.agent = new_test_user(
            cls.env,
            login="warehouse_agent",
            groups="customer_portal_support.group_ticket_agent,stock.group_stock_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _deliver(cls, order, quantity, **values):
        """Return the delivery of so much of an order; the rest is to come."""
        delivery = order.picking_ids.filtered(lambda found: found.state != "done")
        delivery.move_ids.write({"quantity": quantity, "picked": True, **values})
        delivery.with_context(skip_backorder=True, skip_sms=True).button_validate()
        return delivery

    def _return(self, quantity, delivery=None, **values):
        """Send that so much of a delivery is to be returned."""
        delivery = delivery or self.delivery
        name = self._name("return", self.returning)
        reason, wish = (self._name("choice", self.returning, n) for n in (0, 1))
        return self._send(
            self.returning,
            f"?delivery={delivery.id}",
            **{
                self._name("delivery", self.returning): delivery.id,
                f"source_{name}": delivery.id,
                f"{name}_{delivery.move_ids[:1].id}": quantity,
                reason: "Damaged",
                wish: "Refund",
                **values,
            },
        )


class TestDeliveryTickets(DeliveryTicketCase):
    def test_delivery_leads_to_the_form_and_is_linked(self):
        page = self._read_page(self._get(f"/my/orders/{self.order.id}"))
        link = f"/my/tickets/new?delivery={self.delivery.id}"
        self.assertTrue(page.xpath(f"//a[@href='{link}']"))
        offers = self._read_page(self._get(link)).xpath(
            "//ul[contains(@class, 'cp_offers')][1]//a"
        )
        self.assertEqual(
            [offer.text for offer in offers], [self.goods.name, self.returning.name]
        )
        answer = self._send(
            self.other,
            f"?delivery={self.delivery.id}",
            **{self._name("long_text", self.other): "Where is the rest?"},
        )
        self.assertEqual(answer.status_code, 303, answer.text[:2000])
        ticket = self._find()
        self.assertEqual(
            (ticket.picking_id, ticket.order_id), (self.delivery, self.order)
        )
        page = self._get(f"/my/tickets/{ticket.id}").text
        self.assertIn(self.delivery.name, page)

    def test_foreign_deliveries_are_as_missing(self):
        foreign = self._deliver(self.foreign, 2.0)
        warehouse = self.delivery.picking_type_id.warehouse_id
        receipt = self.env["stock.picking"].create(
            {
                "partner_id": self.customer.id,
                "picking_type_id": warehouse.in_type_id.id,
            }
        )
        for delivery in (foreign, receipt):
            path = f"/my/tickets/new?delivery={delivery.id}"
            self.assertEqual(self._get(path).status_code, 404)
            self.assertEqual(self._return("1", delivery).status_code, 404)
        answer = self._return(
            "1", **{self._name("delivery", self.returning): foreign.id}
        )
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Choose one of those that you find here.", answer.text)
        self.assertFalse(self._find())

    def test_serial_numbers_are_those_that_were_delivered(self):
        kind = self.env["portal.ticket.type"].create(
            {
                "name": "Device",
                "field_ids": [Command.create({"name": "Number", "kind": "serial"})],
            }
        )
        name = self._name("serial", kind)
        lots = {}
        for key, partner in (("own", self.customer), ("other", self.other_customer)):
            product = self.env["product.product"].create(
                {"name": f"Drill {key}", "is_storable": True, "tracking": "serial"}
            )
            order = self._create_order(
                partner=partner,
                order_line=[Command.create({"product_id": product.id})],
            )
            lots[key] = self.env["stock.lot"].create(
                {"name": f"SN-{key}", "product_id": product.id}
            )
            move = order.picking_ids.move_ids
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(
                    {
                        "lot_id": lots[key].id,
                        "picking_id": order.picking_ids.id,
                        "quantity": 1,
                        "product_id": product.id,
                        "picked": True,
                    }
                )
            ]
            order.picking_ids.with_context(skip_sms=True).button_validate()
            self.assertEqual(order.picking_ids.state, "done")
        page = self._read_page(self._get(f"/my/tickets/new/{kind.id}"))
        values = page.xpath(f"//input[@name='{name}']/@value")
        self.assertEqual([value for value in values if value], [str(lots["own"].id)])
        answer = self._send(kind, **{name: lots["other"].id})
        self.assertEqual(answer.status_code, 422)
        answer = self._send(kind, **{name: lots["own"].id})
        self.assertEqual(answer.status_code, 303, answer.text[:2000])
        self.assertEqual(self._find().lot_id, lots["own"])


class TestDeliveryReturns(DeliveryTicketCase):
    def _make_return(self, ticket):
        """Make Odoo's return of a ticket, as the warehouse; return the transfer."""
        ticket = ticket.with_user(self.agent)
        action = ticket.action_return_goods()
        wizard = self.env[action["res_model"]].with_user(self.agent)
        wizard.browse(action["res_id"]).action_create_returns()
        return ticket.return_picking_ids

    def _receive(self, back):
        back.move_ids.picked = True
        back.with_context(skip_sms=True).button_validate()
        self.assertEqual(back.state, "done")

    def test_at_most_what_was_delivered_less_what_was_asked(self):
        self.assertEqual(self._return("6.5").status_code, 422)
        answer = self._return("4")
        self.assertEqual(answer.status_code, 303, answer.text[:2000])
        [goods] = self._find().return_ids
        self.assertEqual(
            (goods.move_id, goods.order_line_id, goods.quantity),
            (self.delivery.move_ids, self.order.order_line, 4.0),
        )
        self.assertEqual(self._return("3").status_code, 422)
        self.assertEqual(self._return("2").status_code, 303)
        self.assertEqual(self._return("1").status_code, 422)

    def test_what_came_back_counts_once(self):
        self._return("4")
        ticket = self._find()
        back = self._make_return(ticket)
        self.assertEqual(back.move_ids.product_uom_qty, 4.0)
        self.assertEqual(self._return("3").status_code, 422)
        self._receive(back)
        self.assertEqual(self._return("3").status_code, 422)
        self.assertEqual(self._return("2").status_code, 303)

    def test_less_that_comes_leaves_the_rest(self):
        self._return("4")
        back = self._make_return(self._find())
        back.move_ids.quantity = 1
        back.move_ids.picked = True
        back.with_context(skip_backorder=True, skip_sms=True).button_validate()
        (back.backorder_ids or back).filtered(
            lambda found: found.state != "done"
        ).action_cancel()
        self.assertEqual(self._return("6").status_code, 422)
        self.assertEqual(self._return("5").status_code, 303)

    def test_cancelled_return_counts_as_asked_again(self):
        self._return("4")
        self._make_return(self._find()).action_cancel()
        self.assertEqual(self._return("3").status_code, 422)

    def test_units_of_the_delivery(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._create_order()
        order.picking_ids.move_ids.write({"product_uom": dozen.id})
        delivery = self._deliver(order, 2.0)
        page = self._read_page(
            self._get(f"/my/tickets/new/{self.returning.id}?delivery={delivery.id}")
        )
        self.assertIn(dozen.name, page.text_content())
        self.assertEqual(self._return("3", delivery).status_code, 422)
        self.assertEqual(self._return("2", delivery).status_code, 303)
        [goods] = self._find().return_ids
        self.assertEqual((goods.quantity, goods.uom_id), (2.0, dozen))

    def test_what_was_refused_can_be_asked_again(self):
        self._return("4")
        self.assertEqual(self._return("3").status_code, 422)
        self._find().action_solve()
        self.assertEqual(self._return("3").status_code, 303)

    def test_return_on_its_way_counts_when_its_ticket_is_solved(self):
        self._return("4")
        ticket = self._find()
        back = self._make_return(ticket)
        ticket.action_solve()
        self.assertEqual(self._return("3").status_code, 422)
        tickets = self.env["portal.ticket"].sudo()
        for _before_and_after in range(2):
            [row] = tickets._prepare_returnable(self.order)
            self.assertEqual(row["left"], 2.0)
            if back.state != "done":
                self._receive(back)

    def test_parts_of_a_kit_say_so_and_are_no_kits(self):
        """A kit is a line of another product than what leaves, with Odoo's mrp too."""
        leg = self.env["product.product"].create({"name": "Leg", "is_storable": True})
        order = self._create_order(quantity=1.0)
        kit = order.order_line
        whole = order.picking_ids.move_ids
        parts = whole.copy(
            {"product_id": leg.id, "product_uom_qty": 4.0, "sale_line_id": kit.id}
        )
        whole._action_cancel()
        whole.unlink()
        parts._action_confirm()
        delivery = self._deliver(order, 4.0)
        self.assertEqual((delivery.state, delivery.move_ids), ("done", parts))
        page = self._read_page(
            self._get(f"/my/tickets/new/{self.returning.id}?delivery={delivery.id}")
        )
        name = f"Leg, part of {kit._get_portal_name()}"
        self.assertIn(name, " ".join(page.text_content().split()))
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(self._return("3", delivery).status_code, 303)
        ticket = self._find()
        self.assertEqual(
            (ticket.return_ids.move_id, ticket.return_ids.order_line_id),
            (delivery.move_ids, kit.browse()),
        )
        # Three legs are not three kits.
        kit.qty_delivered = 1
        [row] = self.env["portal.ticket"].sudo()._prepare_returnable(order)
        self.assertEqual(row["left"], 1.0)
        self.assertEqual(self._return("2", delivery).status_code, 422)
        # The kit is what was invoiced.
        action = ticket.action_credit_note()
        self.assertEqual(action["context"]["active_ids"], invoice.ids)

    def test_delivery_that_is_to_come_has_nothing_to_return(self):
        later = self.order.picking_ids - self.delivery
        page = self._read_page(
            self._get(f"/my/tickets/new/{self.returning.id}?delivery={later.id}")
        )
        self.assertIn("Nothing of it has been delivered", page.text_content())
        self.assertEqual(self._return("1", later).status_code, 422)

    def test_staff_accept_and_the_customer_is_told_how(self):
        self._return("4")
        ticket = self._find()
        with self.assertRaisesRegex(UserError, "invoiced"):
            ticket.with_user(self.agent).action_credit_note()
        back = self._make_return(ticket)
        self.assertEqual(
            (back.portal_ticket_id, back.return_id), (ticket, self.delivery)
        )
        page = self._get(f"/my/tickets/{ticket.id}").text
        self.assertIn("We take these goods back", page)
        self.assertIn("write the number of this ticket on the box", page)
        words = ticket.message_ids.filtered(lambda word: "goods back" in word.body)
        self.assertEqual(len(words), 1)
        self.assertEqual(words.author_id, self.agent.partner_id)
        with self.assertRaisesRegex(UserError, "made already"):
            ticket.with_user(self.agent).action_return_goods()
        ticket.with_user(self.agent).action_accept_return()
        self.assertEqual(
            len(ticket.message_ids.filtered(lambda word: "goods back" in word.body)), 1
        )

    def test_credit_note_is_of_the_invoice_of_the_goods(self):
        self._return("4")
        invoice = self.order._create_invoices()
        invoice.action_post()
        action = self._find().action_credit_note()
        self.assertEqual(action["context"]["active_ids"], invoice.ids)

    def test_order_alone_leads_to_its_deliveries(self):
        name = self._name("delivery", self.returning)
        page = self._read_page(
            self._get(f"/my/tickets/new/{self.returning.id}?order={self.order.id}")
        )
        values = {int(value) for value in page.xpath(f"//input[@name='{name}']/@value")}
        # What is to come cannot be returned.
        self.assertEqual(values, set(self.delivery.ids))

    def test_many_lines_cost_what_few_cost(self):
        def count():
            path = f"/my/tickets/new/{self.returning.id}?delivery={self.delivery.id}"
            self._get(path)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get(path)
            return self.env.cr.sql_log_count - before

        few = count()
        products = self.env["product.product"].create(
            [{"name": f"Part {number}", "type": "consu"} for number in range(12)]
        )
        order = self._create_order(
            order_line=[Command.create({"product_id": part.id}) for part in products]
        )
        self.delivery = self._deliver(order, 1.0)
        self.assertEqual(len(self.delivery.move_ids), 12)
        self.assertEqual(count(), few)
