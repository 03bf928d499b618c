from datetime import timedelta

from lxml import html

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..access_case import HOSTILE
from ..common import PortalHttpCommon
from ..order_change_case import OrderChangeMixin


@tagged("post_install", "-at_install")
class TestOrderChangeLines(OrderChangeMixin, PortalHttpCommon):
    """More or less of a line, what the seller's rule lets through, the reference."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_addresses()
        cls._get_product()
        cls.order = cls._place()
        cls.first, cls.second = cls.order.order_line
        cls.path = f"/my/orders/{cls.order.id}/change"

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _review(self, **fields_):
        answer = self._post(self.path, action="review", **fields_)
        forms = html.fromstring(answer.text).forms
        hidden = [form for form in forms if "request_key" in form.fields]
        fields_ = dict(hidden[0].form_values()) if hidden else {}
        fields_.pop("csrf_token", None)
        return answer, fields_

    # ------------------------------------------------------------
    # Quantities
    # ------------------------------------------------------------

    def test_more_and_less_as_the_review_shows_it(self):
        answer, form = self._review(
            **{f"quantity_{self.first.id}": "4", f"quantity_{self.second.id}": "1"}
        )
        self.assertEqual(self._get_figures(answer, "total_after"), ["550.00"])
        self.assertEqual(self._get_figures(answer, "difference"), ["220.00"])
        self.assertEqual(self.first.product_uom_qty, 1.0)
        for notice in ("order_changed", "change_made"):
            answer = self._post(self.path, **{**form, "action": "apply"})
            self.assertIn(f"notice={notice}", answer.headers["Location"])
        self.assertEqual(self.order.order_line.mapped("product_uom_qty"), [4.0, 1.0])
        self.assertEqual(self.order.amount_total, 550.0)
        change = self.order.portal_change_ids
        self.assertEqual(len(change), 1)
        self.assertIn("1 Units", change.before_text)
        self.assertIn("4 Units", change.after_text)

    def test_price_follows_the_price_list(self):
        self.env.user.group_ids |= self.env.ref("product.group_product_pricelist")
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Steps",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "fixed",
                            "fixed_price": 80.0,
                            "min_quantity": 10,
                        }
                    )
                ],
            }
        )
        order = self._place(pricelist_id=pricelist.id)
        by_hand = self._place(pricelist_id=pricelist.id)
        by_hand.order_line[0].price_unit = 95.0
        for placed, total in ((order, 1100.0), (by_hand, 1265.0)):
            line = placed.order_line[0]
            changes = {"quantities": {line.id: 10}}
            preview = placed._preview_change(changes)
            self.assertEqual(preview["after"]["total"], total)
            self._change(placed, changes, total_seen=total)
            self.assertEqual(placed.amount_total, total)

    def test_zero_cancels_a_line_and_all_the_order(self):
        self._change(self.order, {"quantities": {self.first.id: 0}})
        self.assertEqual(self.first.product_uom_qty, 0.0)
        self.assertEqual(self.order.state, "sale")
        preview = self.order._preview_change({"quantities": {self.second.id: 0}})
        self.assertTrue(preview["cancels_order"])

    def test_same_quantity_is_no_change(self):
        with self.assertRaisesRegex(UserError, "Nothing was changed"):
            self.order._preview_change({"quantities": {self.first.id: 1.0}})

    def test_never_below_what_is_delivered_or_invoiced(self):
        self.second.qty_delivered = 2
        errors = self.order._get_quantity_errors({self.second.id: 1})
        self.assertIn("2 have already been delivered", errors[self.second.id])
        order = self._place(quantities=(3.0, 1.0))
        order._create_invoices()
        line = order.order_line[0]
        with self.assertRaisesRegex(UserError, "3 have already been invoiced"):
            order._preview_change({"quantities": {line.id: 2}})
        self.assertIn(
            "invoiced", order._preview_change({"quantities": {line.id: 4}})["refusal"]
        )

    def test_whole_units_stay_whole(self):
        order = self._create_order(quantity=2.0)
        line = order.order_line
        answer = self._post(
            f"/my/orders/{order.id}/change",
            action="review",
            **{f"quantity_{line.id}": "2.5"},
        )
        self.assertEqual(answer.status_code, 422)
        self.assertIn("sold in whole units", answer.text)
        self.assertIn('value="2.5"', answer.text)
        sold_in_part = self._create_order(quantity=2.5).order_line
        self.assertFalse(sold_in_part._get_quantity_error(3.5))

    def test_hostile_quantities_change_nothing(self):
        other = self._create_order(partner=self.other_customer).order_line
        for name in (self.first.id, other.id, 0, -1, 10**30):
            for value in (*HOSTILE, "NaN", "1e309", "-1", "9" * 40, "inf"):
                with self.subTest(name=name, value=value):
                    answer = self._post(
                        self.path, action="apply", **{f"quantity_{name}": value}
                    )
                    self.assertIn(answer.status_code, (200, 303, 400, 422, 429))
        self.assertEqual(self.order.order_line.mapped("product_uom_qty"), [1.0, 2.0])
        self.assertEqual(other.product_uom_qty, 2.0)

    def test_what_cannot_be_changed_has_no_field(self):
        self.order.order_line = [
            Command.create({"display_type": "line_note", "name": "Careful"})
        ]
        note = self.order.order_line.filtered("display_type")
        errors = self.order._get_quantity_errors({note.id: 3})
        self.assertIn(note.id, errors)

    def test_a_colleague_was_faster(self):
        _answer, form = self._review(**{f"quantity_{self.first.id}": "4"})
        self._change(self.order, {"quantities": {self.second.id: 3}})
        answer = self._post(self.path, **{**form, "action": "apply"})
        self.assertIn("changed a moment ago", answer.text)
        self.assertEqual(self.first.product_uom_qty, 1.0)

    def test_own_limit_is_told_in_the_review(self):
        self._give_role(self.buyer, "buyer", has_order_limit=True, order_limit=400.0)
        answer, _form = self._review(**{f"quantity_{self.first.id}": "4"})
        self.assertIn("above your order limit", answer.text)
        self.assertNotIn('value="apply"', answer.text)
        with self.assertRaisesRegex(UserError, "order limit"):
            self._request(self.order, {"quantities": {self.first.id: 4}})

    def test_request_is_made_by_staff(self):
        self.order.locked = True
        change = self._request(self.order, {"quantities": {self.first.id: 5}})
        self.assertEqual(self.first.product_uom_qty, 1.0)
        self.order.locked = False
        change.action_apply()
        self.assertEqual(self.first.product_uom_qty, 5.0)
        self.assertEqual(change.state, "approved")

    # ------------------------------------------------------------
    # The seller's rule
    # ------------------------------------------------------------

    def test_another_country_is_a_request_by_default(self):
        self.assertTrue(
            self.env["res.company"]
            ._fields["portal_order_change_country"]
            .default(self.env["res.company"])
        )
        self.company.portal_order_change_country = True
        changes = {"partner_shipping_id": self.paris.id}
        answer, _form = self._review(**changes)
        self.assertIn("in another country", answer.text)
        self.assertIn("Send the request", answer.text)
        with self.assertRaisesRegex(UserError, "in another country"):
            self._change(self.order, changes)
        self.assertEqual(self.order.partner_shipping_id, self.customer)
        self._change(self.order, {"partner_shipping_id": self.depot.id})
        self.assertEqual(self.order.partner_shipping_id, self.depot)

    def test_beyond_an_amount_it_is_a_request(self):
        self.company.portal_order_change_amount = 110.0
        for quantity, is_refused in ((2, False), (3, True)):
            preview = self.order._preview_change(
                {"quantities": {self.first.id: quantity}}
            )
            self.assertEqual(bool(preview["refusal"]), is_refused)
        self.assertTrue(preview["can_ask"])
        with self.assertRaisesRegex(UserError, "more than"):
            self._change(self.order, {"cancel_order": True})
        self.assertEqual(self.order.state, "sale")

    # ------------------------------------------------------------
    # The customer's reference
    # ------------------------------------------------------------

    def test_reference_can_be_corrected_when_all_is_over(self):
        self.order.order_line.qty_delivered = 2
        self.order.client_order_ref = "PO 1"
        invoice = self.order._create_invoices()
        invoice.action_post()
        self.order.locked = True
        page = self._get(self.path)
        self.assertIn('id="reference"', page.text)
        path = f"/my/orders/{self.order.id}/reference"
        for _twice in range(2):
            answer = self._post(path, client_order_ref=" PO <2> ")
            self.assertIn("notice=reference_saved", answer.headers["Location"])
        self.assertEqual(self.order.client_order_ref, "PO <2>")
        self.assertEqual(invoice.ref, "PO 1")
        entries = self.env["portal.activity"].search(
            [("action", "=", "order_changed"), ("user_id", "=", self.buyer.id)]
        )
        self.assertEqual(entries.mapped("detail"), ["Your reference: PO 1 → PO <2>"])
        notes = self.order.message_ids.filtered(
            lambda message: "Customer reference changed" in message.body
        )
        self.assertEqual(len(notes), 1)
        self.assertNotIn("<2>", notes.body)

    def test_reference_refuses_what_is_no_line(self):
        path = f"/my/orders/{self.order.id}/reference"
        for value in ("x" * 65, "x" * 10**4):
            answer = self._post(path, client_order_ref=value)
            self.assertEqual(answer.status_code, 422)
        for value in HOSTILE:
            answer = self._post(path, client_order_ref=value)
            self.assertIn(answer.status_code, (303, 400, 422))
        other = self._place(partner=self.other_customer)
        answer = self._post(f"/my/orders/{other.id}/reference", client_order_ref="mine")
        self.assertEqual(answer.status_code, 404)
        self._give_role(self.buyer, "viewer")
        answer = self._post(path, client_order_ref="theirs")
        self.assertNotEqual(self.order.client_order_ref, "theirs")

    def test_reference_knows_no_deadline(self):
        self.company.portal_order_change = False
        self.order.commitment_date = fields.Datetime.now() - timedelta(days=3)
        answer = self._post(
            f"/my/orders/{self.order.id}/reference", client_order_ref="PO 9"
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.order.client_order_ref, "PO 9")
