from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import PortalCommon
from ..order_change_case import OrderChangeMixin


@tagged("post_install", "-at_install")
class TestOrderChangeRequests(OrderChangeMixin, PortalCommon):
    """What cannot be changed at once is asked for, and answered by staff."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_addresses()
        cls.order = cls._place()

    def test_request_is_applied_by_staff(self):
        self.order.action_lock()
        changes = {"partner_shipping_id": self.paris.id}
        change = self._request(self.order, changes, message="The gate is closed")
        self.assertEqual(change.state, "requested")
        self.assertEqual(self.order.partner_shipping_id, self.customer)
        self.assertEqual((change.amount_before, change.amount_after), (330.0, 360.0))
        with self.assertRaisesRegex(UserError, "waiting for our answer"):
            self._request(self.order, {"site_contact_name": "Ines"})
        with self.assertRaisesRegex(UserError, "Unlock"):
            change.with_user(self.env.user).action_apply()
        self.order.action_unlock()
        change.with_user(self.env.user).action_apply()
        self.assertEqual(change.state, "approved")
        self.assertTrue(change.applied_on)
        self.assertEqual(self.order.partner_shipping_id, self.paris)
        self.assertEqual(self.order.amount_total, 360.0)
        [notice] = self.env["portal.notice"].search(
            [("event_id.code", "=", "order_change_answered")]
        )
        self.assertEqual(notice.user_id, self.buyer)
        with self.assertRaisesRegex(UserError, "no longer open"):
            change.with_user(self.env.user).action_apply()

    def test_request_is_refused_with_a_sentence(self):
        self.order.action_lock()
        change = self._request(self.order, {"cancel_order": True})
        staff = change.with_user(self.env.user)
        with self.assertRaisesRegex(UserError, "Write an answer"):
            staff.action_refuse()
        staff.answer = "It is on its way."
        own = change.with_user(self.buyer)
        self.assertNotIn("answer", own.fields_get())
        self.assertFalse(own.answer_text)  # staff may be still writing it
        staff.action_refuse()
        self.assertEqual(own.answer_text, "It is on its way.")
        self.assertEqual((change.state, self.order.state), ("refused", "sale"))
        [notice] = self.env["portal.notice"].search(
            [("event_id.code", "=", "order_change_answered")]
        )
        self.assertEqual(notice.detail, "It is on its way.")
        self._request(self.order, {"site_contact_name": "Ines"})

    def test_request_is_withdrawn_by_the_customer(self):
        self.order.action_lock()
        self.order.user_id = self.env.user
        change = self._request(self.order, {"site_contact_name": "Ines"})
        self.assertEqual(len(self.order.activity_ids), 1)
        self.assertTrue(change.with_user(self.buyer).sudo()._withdraw(self.buyer))
        self.assertFalse(change.with_user(self.buyer).sudo()._withdraw(self.buyer))
        self.assertEqual(change.state, "withdrawn")
        self.assertFalse(self.order.activity_ids)
        with self.assertRaises(UserError):
            change.with_user(self.env.user).action_apply()

    def test_request_reads_in_the_language_of_staff(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.buyer.lang = "fr_FR"
        self.order.action_lock()
        order = self.order.with_user(self.buyer).sudo()
        model = order.with_context(lang="fr_FR").env["portal.order.change"]
        change = model._request(
            order.with_context(lang="fr_FR"), self.buyer, {"site_contact_name": "Ines"}
        )
        self.assertEqual(change.reason, "Our sales team has locked this order.")

    def test_what_was_typed_is_no_markup(self):
        self.order.user_id = self.env.user
        self.order.action_lock()
        text = "<a href='https://evil.example'>Ines</a>"
        self._request(self.order, {"site_contact_name": text}, message=text)
        for html in (
            self.order.activity_ids.note,
            self.order.message_ids[0].body,
        ):
            self.assertNotIn("<a", html)
            self.assertIn("evil.example", html)

    def test_no_request_for_what_can_be_changed_at_once(self):
        with self.assertRaisesRegex(UserError, "at once"):
            self._request(self.order, {"site_contact_name": "Ines"})

    def test_staff_do_not_rewrite_what_happened(self):
        change = self._change(self.order, {"site_contact_name": "Ines"})
        with self.assertRaises(AccessError):
            change.with_user(self.env.user).write({"state": "refused"})
        for method in ("action_apply", "action_approve", "action_refuse"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(change.with_user(self.buyer), method)()

    def test_staff_apply_to_an_invoiced_order_without_its_invoice(self):
        invoice = self.order._create_invoices()
        invoice.action_post()
        change = self._request(self.order, {"partner_shipping_id": self.paris.id})
        said = invoice.read(["write_date", "partner_shipping_id", "amount_total"])
        lines = invoice.line_ids.read(["write_date", "tax_ids", "price_total"])
        change.with_user(self.env.user).action_apply()
        self.assertEqual(self.order.partner_shipping_id, self.paris)
        self.assertEqual(
            invoice.read(["write_date", "partner_shipping_id", "amount_total"]), said
        )
        self.assertEqual(
            invoice.line_ids.read(["write_date", "tax_ids", "price_total"]), lines
        )
        self.assertEqual(self.order.order_line.tax_ids, self.home_tax)
        self.assertEqual(self.order.amount_total, invoice.amount_total)

    def test_staff_see_the_requests_of_their_own_orders(self):
        users = self.env["res.users"].with_context(no_reset_password=True)
        groups = self.env.ref("sales_team.group_sale_salesman")
        mine, other = users.create(
            [
                {"name": name, "login": name, "group_ids": groups.ids}
                for name in ("mine", "other")
            ]
        )
        self.order.user_id = mine
        self.order.action_lock()
        change = self._request(self.order, {"site_contact_name": "Ines"})
        self.assertEqual(self._see(mine, "portal.order.change"), change)
        self.assertFalse(self._see(other, "portal.order.change"))
        self.order.action_unlock()
        with self.assertRaises(AccessError):
            change.with_user(other).action_apply()
        change.with_user(mine).action_apply()
        self.assertEqual(self.order.site_contact_name, "Ines")
        self.assertEqual(change.answered_by_id, mine)

    def test_what_cannot_be_applied_any_more_changes_nothing(self):
        self.order.action_lock()
        change = self._request(
            self.order,
            {"partner_shipping_id": self.depot.id, "site_contact_name": "Ines"},
        )
        self.order.action_unlock()
        self.depot.active = False
        with self.assertRaises(UserError):
            change.with_user(self.env.user).action_apply()
        self.assertEqual(change.state, "requested")
        self.assertFalse(self.order.site_contact_name)

    def test_cancel_of_what_left_in_part_keeps_what_left(self):
        first, second = self.order.order_line
        second.qty_delivered = 1.0
        change = self._request(
            self.order, {"cancel_line_ids": second.ids}, message="Enough"
        )
        change.with_user(self.env.user).action_apply()
        self.assertEqual((first.product_uom_qty, second.product_uom_qty), (1, 1))
