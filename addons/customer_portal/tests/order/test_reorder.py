from datetime import timedelta

from odoo import Command
from odoo.fields import Date, Datetime

from ...tools.drawing import Drawing
from ..access_case import HOSTILE, mix
from ..common import PortalHttpCommon

KEY = "0123456789abcdef" * 2


class TestReorder(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.address = cls.env["res.partner"].create(
            {"name": "Yard", "type": "delivery", "parent_id": cls.customer.id}
        )
        cls.order = cls._create_order(
            price=50.0, client_order_ref="PO-1", partner_shipping_id=cls.address.id
        )
        cls.line = cls.order.order_line

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _reorder(self, order=None, key=KEY, **quantities):
        order = order or self.order
        fields = quantities or {f"quantity_{self.line.id}": "3"}
        return self._post(f"/my/orders/{order.id}/reorder", request_key=key, **fields)

    def _get_drafts(self):
        return self.env["sale.order"].search(
            [("reorder_origin_id", "=", self.order.id)]
        )

    def _submit(self, draft, **fields):
        values = {
            "action": "submit",
            "total_seen": f"{draft.amount_total:.2f}",
            "partner_shipping_id": draft.partner_shipping_id.id,
            "partner_invoice_id": draft.partner_invoice_id.id,
            "client_order_ref": "PO-2",
            "wished_date": "2030-01-31",
            **fields,
        }
        return self._post(f"/my/orders/{draft.id}/review", **values)

    def test_shows_the_price_then_and_today(self):
        page = self._get(f"/my/orders/{self.order.id}/reorder")
        self.assertEqual(self._get_figures(page, "price_then"), ["50.00"])
        self.assertEqual(self._get_figures(page, "price_today"), ["55.00"])

    def test_places_one_order_however_often_it_is_sent(self):
        answers = [self._reorder() for _twice in range(2)]
        draft = self._get_drafts()
        self.assertEqual(len(draft), 1)
        for answer in answers:
            self.assertURLEqual(
                answer.headers["Location"], f"/my/orders/{draft.id}/review"
            )
        self.assertEqual(draft.order_line.price_unit, 55.0)
        self.assertEqual(draft.partner_shipping_id, self.address)
        self.assertEqual(draft.partner_id, self.customer)
        for _twice in range(2):
            answer = self._submit(draft)
            self.assertURLEqual(
                answer.headers["Location"], f"/my/orders/{draft.id}?notice=placed"
            )
        self.assertEqual(draft.state, "sale")
        self.assertEqual(draft.client_order_ref, "PO-2")
        self.assertEqual(draft.wished_date.isoformat(), "2030-01-31")
        self.assertEqual(draft.amount_total, 165.0)
        self.assertEqual(
            len(draft.message_ids.filtered(lambda m: "Placed in the portal" in m.body)),
            1,
        )
        page = self._get(f"/my/orders/{draft.id}?notice=placed")
        self.assertIn("is confirmed.", page.text)
        self.assertIn("01/31/2030", page.text)

    def test_says_why_a_line_cannot_be_ordered(self):
        products = self.env["product.product"].create(
            [
                {"name": "Gone", "active": False, "taxes_id": [Command.clear()]},
                {"name": "Unsold", "sale_ok": False, "taxes_id": [Command.clear()]},
            ]
        )
        self.order.write(
            {
                "order_line": [
                    Command.create({"product_id": product.id}) for product in products
                ]
                + [Command.create({"display_type": "line_note", "name": "A note"})]
            }
        )
        page = self._get(f"/my/orders/{self.order.id}/reorder")
        self.assertIn("no longer available", page.text)
        self.assertIn("no longer sold", page.text)
        self.assertIn("2 of 3 lines", " ".join(page.text.split()).replace("<t>", ""))
        refused = self.order.order_line.filtered(
            lambda line: line.product_id in products
        )
        answer = self._reorder(
            **{f"quantity_{line.id}": "1" for line in refused | self.line}
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self._get_drafts().order_line.product_id, self._get_product())

    def test_needs_a_quantity(self):
        for typed in ("", "0", "-1", "abc", "NaN", "99999999"):
            with self.subTest(typed):
                answer = self._reorder(**{f"quantity_{self.line.id}": typed})
                self.assertEqual(answer.status_code, 422)
        self.assertFalse(self._get_drafts())

    def test_every_mistake_stands_beside_its_field(self):
        self._get_product().type = "consu"
        answer = self._reorder(**{f"quantity_{self.line.id}": "2.5"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("it is sold in whole units", answer.text)
        self.assertIn('value="2.5"', answer.text)
        self.assertFalse(self._get_drafts())
        self._reorder()
        draft = self._get_drafts()
        answer = self._submit(
            draft,
            wished_date="soon",
            client_order_ref="P" * 65,
            **{f"quantity_{draft.order_line.id}": "2.5"},
        )
        self.assertEqual(answer.status_code, 422)
        for text in (
            "it is sold in whole units",
            "at most 64 characters",
            "Enter a date",
            'value="2.5"',
            'value="soon"',
        ):
            self.assertIn(text, answer.text)
        self.assertEqual(draft.order_line.product_uom_qty, 3.0)

    def test_requested_day_has_not_passed(self):
        """A browser offers such a day only where a draft is old, and sends any."""
        self._reorder()
        draft = self._get_drafts()
        yesterday = Date.context_today(self.buyer) - timedelta(days=1)
        answer = self._submit(draft, wished_date=yesterday.isoformat())
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Choose today or a later date.", answer.text)
        self.assertEqual(draft.state, "draft")
        today = yesterday + timedelta(days=1)
        answer = self._submit(draft, wished_date=today.isoformat())
        self.assertEqual(answer.status_code, 303)
        self.assertNotEqual(draft.state, "draft")

    def test_goes_where_it_went_before_the_usual_address(self):
        usual = self.env["res.partner"].create(
            {"name": "Usual", "type": "delivery", "parent_id": self.customer.id}
        )
        self.customer.portal_shipping_id = usual
        self._reorder()
        draft = self._get_drafts()
        self.assertEqual(draft.partner_shipping_id, self.address)
        page = self._get(f"/my/orders/{draft.id}/review")
        self.assertNotIn("This order goes to", page.text)
        self._submit(draft, action="save", partner_shipping_id=usual.id)
        page = self._get(f"/my/orders/{draft.id}/review")
        self.assertIn(f"Order {self.order.name} went to", page.text)

    def test_lead_time_is_told_before_it_is_placed(self):
        self._reorder()
        draft = self._get_drafts()
        page = self._get(f"/my/orders/{draft.id}/review")
        self.assertNotIn("Delivery about", page.text)
        draft.order_line.customer_lead = 14
        page = self._get(f"/my/orders/{draft.id}/review")
        moment = Datetime.now() + timedelta(days=14)
        day = Drawing(self.env(user=self.buyer)).date(moment)
        self.assertIn(f"Delivery about {day}", page.text)
        self.assertIn(f"Not everything is expected before {day}.", page.text)

    def test_orders_nothing_when_prices_changed(self):
        self._reorder()
        draft = self._get_drafts()
        seen = f"{draft.amount_total:.2f}"
        self._get_product().list_price = 60.0
        answer = self._submit(draft, total_seen=seen)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("prices have changed", answer.text)
        self.assertEqual(self._get_figures(answer, "order_total"), ["180.00"])
        self.assertEqual(draft.state, "draft")
        self._submit(draft, total_seen="180.00")
        self.assertEqual(draft.state, "sale")

    def test_addresses_of_others_are_not_taken(self):
        foreign = self.env["res.partner"].create(
            {
                "name": "Their yard",
                "type": "delivery",
                "parent_id": self.other_customer.id,
            }
        )
        self._reorder()
        draft = self._get_drafts()
        self._submit(draft, partner_shipping_id=foreign.id)
        self.assertEqual(draft.partner_shipping_id, self.address)

    def test_hostile_review_places_nothing(self):
        self._reorder()
        draft = self._get_drafts()
        line = f"quantity_{draft.order_line.id}"
        names = (
            "quantity_x",
            "action",
            "client_order_ref",
            "wished_date",
            "partner_shipping_id",
            "partner_invoice_id",
            "total_seen",
        )
        for fields in (*mix(names), *({line: value} for value in HOSTILE)):
            with self.subTest(str(fields)[:99]):
                # A total that the person never saw keeps it from being placed.
                answer = self._submit(draft, **{"total_seen": "0.01", **fields})
                self.assertIn(answer.status_code, (303, 422))
        self.env.invalidate_all()
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.order_line.product_uom_qty, 3.0)
        self.assertEqual(draft.partner_shipping_id, self.address)

    def test_tells_the_truth_when_it_is_not_confirmed(self):
        self._reorder()
        draft = self._get_drafts()
        draft.require_payment = True
        self._submit(draft)
        self.assertEqual(draft.state, "sent")
        page = self._get(f"/my/orders/{draft.id}?notice=placed")
        self.assertIn("needs your payment first", page.text)
        self.assertNotIn("is confirmed.", page.text)

    def test_draft_is_its_makers(self):
        self._reorder()
        draft = self._get_drafts()
        other = self._create_portal_user("second", self.customer)
        self._sign_in(other)
        self.assertEqual(self._get(f"/my/orders/{draft.id}/review").status_code, 404)
        self.assertEqual(self._submit(draft).status_code, 404)
        self.assertEqual(draft.state, "draft")

    def test_discarding_orders_nothing(self):
        self._reorder()
        draft = self._get_drafts()
        self._submit(draft, action="discard")
        self.assertEqual(draft.state, "cancel")

    def test_reorders_a_branch_order_for_the_branch(self):
        self.company.account_use_credit_limit = True
        self.customer.credit_limit = 9000.0
        self.branch.credit_limit = 500.0
        order = self._create_order(partner=self.branch)
        self._reorder(order, **{f"quantity_{order.order_line.id}": "1"})
        draft = self.env["sale.order"].search([("reorder_origin_id", "=", order.id)])
        self.assertEqual(draft.partner_id, self.branch)
        page = self._get(f"/my/orders/{draft.id}/review")
        # 500, less 100 ordered before, less 55 of this order.
        self.assertEqual(self._get_figures(page, "credit_after"), ["345.00"])
