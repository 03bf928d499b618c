"""Goods to return: at most what was delivered, less what was asked for before."""

from datetime import timedelta

from lxml import html

from odoo import Command, fields
from odoo.tools import SQL

from .test_new import KEY, NewTicketCase

# What happens to six that were delivered, and how many can be returned then.
CASES = (
    ("nothing", (), 6),
    ("an open ticket asks for two", ("ask 2",), 4),
    ("two tickets ask", ("ask 2", "ask 3"), 1),
    ("it was refused: solved without a credit note", ("ask 2", "solve"), 6),
    ("it was cancelled", ("ask 2", "cancel"), 6),
    ("it was refused and is asked again", ("ask 2", "solve", "reopen"), 4),
    ("it was replaced", ("bill", "ask 2", "accept", "solve"), 6),
    ("it was credited", ("bill", "ask 2", "accept", "credit 2", "solve"), 4),
    ("it is credited and the ticket still open", ("bill", "ask 2", "credit 2"), 4),
    ("less is credited than asked", ("bill", "ask 3", "credit 1"), 3),
    ("less is credited, and solved", ("bill", "ask 3", "credit 1", "solve"), 5),
    ("a credit note from before the ticket", ("bill", "credit 1", "ask 2"), 3),
    ("a credit note without a ticket", ("bill", "credit 2"), 4),
    ("a credit note that is a draft", ("bill", "ask 2", "draft 2", "solve"), 6),
    ("staff deliver less", ("ask 2", "deliver 4", "solve"), 4),
    ("and credit it", ("bill", "ask 2", "deliver 4", "credit 2", "solve"), 4),
    ("a wrong price was invoiced anew", ("bill", "credit 6", "bill"), 6),
    ("all of it came back", ("bill", "credit 6"), 0),
)


class TestReturns(NewTicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.returning = cls.env["portal.ticket.type"].create(
            {
                "name": "Send back",
                "field_ids": [
                    Command.create({"name": "Order", "kind": "order"}),
                    Command.create(
                        {"name": "Goods", "kind": "return", "is_required": True}
                    ),
                ],
            }
        )
        service = cls.env["product.product"].create(
            {"name": "Training", "type": "service"}
        )
        cls.order = cls._create_order(quantity=10.0)
        cls.order.write({"order_line": [Command.create({"product_id": service.id})]})
        cls.bolts, cls.training = cls.order.order_line
        cls.bolts.qty_delivered = 6
        cls.training.qty_delivered = 1

    def _return(self, quantity, line=None, order=None, **values):
        """Send that so many goods of a line are to be returned."""
        name = self._name("return", self.returning)
        order = order or self.order
        return self._send(
            self.returning,
            f"?order={order.id}",
            **{
                self._name("order", self.returning): order.id,
                f"source_{name}": order.id,
                f"{name}_{(line or self.bolts).id}": quantity,
                **values,
            },
        )

    def test_goods_that_were_delivered_can_be_returned(self):
        path = f"/my/tickets/new/{self.returning.id}"
        page = self._read_page(self._get(f"{path}?order={self.order.id}"))
        text = " ".join(page.text_content().split())
        self.assertIn("Bolt M8", text)
        self.assertNotIn("Training", text)
        answer = self._return("2.5")
        self.assertEqual(answer.status_code, 303, answer.text[:3000])
        ticket = self._find()
        [goods] = ticket.return_ids
        self.assertEqual(
            (goods.order_line_id, goods.product_id, goods.quantity, goods.uom_id),
            (self.bolts, self.bolts.product_id, 2.5, self.bolts.product_uom_id),
        )
        [value] = ticket.value_ids
        self.assertIn("2.5 Units", value.text)
        self.assertIn("Bolt M8", value.text)

    def test_at_most_what_is_left(self):
        name = self._name("return", self.returning)
        field = f"{name}_{self.bolts.id}"
        for wrong in ("6.5", "-1", "x", "0.001", "1e400", "7", "nan"):
            with self.subTest(wrong):
                page = self._read_page(self._return(wrong), 422)
                [box] = page.xpath(f"//input[@name='{field}']")
                self.assertEqual(box.get("aria-invalid"), "true")
                self.assertEqual(box.get("value"), wrong)
        for empty in ("", "0"):
            page = self._read_page(self._return(empty), 422)
            self.assertIn("how many", page.text_content())
        self.assertEqual(self._return("4").status_code, 303)
        self.assertEqual(self._return("2.5").status_code, 422)
        self.assertEqual(self._return("2").status_code, 303)
        page = self._read_page(self._return("1"), 422)
        self.assertFalse(page.xpath(f"//input[@name='{field}']"))
        self.assertEqual(sum(self._find().return_ids.mapped("quantity")), 6.0)

    def test_cancelled_request_gives_goods_free(self):
        self._return("6")
        self.assertEqual(self._return("1").status_code, 422)
        self._find()._end("cancelled")
        self.assertEqual(self._return("6").status_code, 303)

    def test_other_lines_are_refused(self):
        foreign = self._create_order(partner=self.other_customer)
        foreign.order_line.qty_delivered = 2
        other = self._create_order()
        other.order_line.qty_delivered = 2
        for line in (foreign.order_line, other.order_line, self.training):
            with self.subTest(line.order_id.name, line=line.name):
                self.assertEqual(self._return("1", line).status_code, 422)
        answer = self._return("1", foreign.order_line, foreign)
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self._find())

    def test_order_is_chosen_first_without_a_script(self):
        name = self._name("return", self.returning)
        order = self._name("order", self.returning)
        path = f"/my/tickets/new/{self.returning.id}"
        page = self._read_page(self._get(path))
        self.assertTrue(page.xpath(f"//button[@name='find'][@value='{name}']"))
        for values in ({"find": name}, {}):
            with self.subTest(values):
                page = html.fromstring(
                    self._send(self.returning, **{order: self.order.id, **values}).text
                )
                field = f"{name}_{self.bolts.id}"
                self.assertTrue(page.xpath(f"//input[@name='{field}']"))
                source = page.xpath(f"//input[@name='source_{name}']/@value")
                self.assertEqual(source, [str(self.order.id)])
        self.assertFalse(self._find())

    def test_sent_twice_is_asked_once(self):
        answers = [self._return("6", request_key=KEY) for _time in range(2)]
        self.assertEqual([answer.status_code for answer in answers], [303, 303])
        self.assertEqual(self._find().return_ids.mapped("quantity"), [6.0])

    # ------------------------------------------------------------
    # What ended counts as what became of it
    # ------------------------------------------------------------

    def _do(self, order, step):
        """Do a step of CASES, a minute after the one before."""
        action, _space, number = step.partition(" ")
        [line] = order.order_line
        if action == "ask":
            self.assertEqual(self._return(number, line, order).status_code, 303)
            made = self._find()[-1:].return_ids
        elif action == "bill":
            made = order._create_invoices()
            made.action_post()
        elif action in ("credit", "draft"):
            made = order.invoice_ids[-1:]._reverse_moves()
            made.invoice_line_ids.quantity = float(number)
            if action == "credit":
                made.action_post()
        elif action == "deliver":
            line.qty_delivered = float(number)
            return
        else:
            self._answer(self._find()[-1:], action)
            return
        self.env.flush_all()
        self.minutes += 1
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s WHERE id IN %s",
                SQL.identifier(made._table),
                fields.Datetime.now() + timedelta(minutes=self.minutes),
                made._ids,
            )
        )
        made.invalidate_recordset()

    @staticmethod
    def _answer(ticket, action):
        if action == "accept":
            ticket.action_accept_return()
        elif action == "cancel":
            ticket._end("cancelled")
        elif action == "solve":
            ticket.action_solve()
        else:
            ticket.action_reopen()

    def test_what_is_left_is_what_the_customer_keeps(self):
        self.minutes = 0
        self.bolts.product_id.invoice_policy = "delivery"
        tickets = self.env["portal.ticket"].sudo()
        for name, steps, left in CASES:
            with self.subTest(name):
                order = self._create_order(quantity=10.0)
                order.order_line.qty_delivered = 6
                for step in steps:
                    self._do(order, step)
                [row] = tickets._prepare_returnable(order)
                self.assertEqual(row["left"], left)
