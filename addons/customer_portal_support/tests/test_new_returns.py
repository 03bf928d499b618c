"""Goods to return: at most what was delivered, less what was asked for before."""

from lxml import html

from odoo import Command

from .test_new import KEY, NewTicketCase


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
