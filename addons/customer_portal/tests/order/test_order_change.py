from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import PortalCommon
from ..order_change_case import OrderChangeMixin


@tagged("post_install", "-at_install")
class TestOrderChange(OrderChangeMixin, PortalCommon):
    """A placed order is changed by the person, at once or not at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_addresses()
        cls.order = cls._place()

    # ------------------------------------------------------------
    # What changes
    # ------------------------------------------------------------

    def test_address_with_contact_follows_at_once(self):
        change = self._change(self.order, {"partner_shipping_id": self.depot.id})
        self.assertEqual(self.order.partner_shipping_id, self.depot)
        self.assertEqual(self.order.site_contact_name, "Rosa")
        self.assertEqual(change.state, "applied")
        self.assertEqual(change.user_id, self.buyer)
        self.assertEqual(change.partner_id, self.customer)
        self.assertEqual(change.before["partner_shipping_id"]["id"], self.customer.id)
        self.assertEqual(
            change.after["partner_shipping_id"],
            {"id": self.depot.id, "text": "Depot, Quay 7, Hamburg, United States"},
        )
        self.assertEqual(change.amount_before, change.amount_after)
        [entry] = self.env["portal.activity"].search([("action", "=", "order_changed")])
        self.assertIn("Depot, Quay 7", entry.detail)
        self.assertEqual(entry.user_id, self.buyer)

    def test_what_was_said_stays_when_the_address_changes_later(self):
        change = self._change(self.order, {"partner_shipping_id": self.depot.id})
        self.depot.write({"name": "Elsewhere", "site_contact_name": "Otto"})
        self.assertIn("Depot, Quay 7", change.after_text)
        self.assertEqual(self.order.site_contact_name, "Rosa")

    def test_other_country_changes_taxes_by_the_fiscal_position(self):
        self.assertEqual(self.order.amount_total, 330.0)
        preview = self.order._preview_change({"partner_shipping_id": self.paris.id})
        self.assertEqual(preview["before"]["total"], 330.0)
        self.assertEqual(preview["after"]["total"], 360.0)
        self.assertEqual(preview["difference"], 30.0)
        self.assertEqual(preview["fiscal_position"][1], "France")
        self.assertEqual(
            [
                (line["before"]["taxes"], line["after"]["taxes"])
                for line in preview["lines"]
            ],
            [("Home 10", "French 20")] * 2,
        )
        self.assertIsNone(preview["refusal"])
        change = self._change(
            self.order, {"partner_shipping_id": self.paris.id}, total_seen=360.0
        )
        self.assertEqual(self.order.fiscal_position_id, self.french)
        self.assertEqual(self.order.order_line.tax_ids, self.export_tax)
        self.assertEqual(self.order.amount_total, 360.0)
        self.assertFalse(self.order.show_update_fpos)
        self.assertEqual((change.amount_before, change.amount_after), (330.0, 360.0))

    def test_same_fiscal_position_leaves_taxes_of_sales_alone(self):
        self.order.order_line[0].tax_ids = [Command.clear()]
        self._change(self.order, {"partner_shipping_id": self.depot.id})
        self.assertFalse(self.order.order_line[0].tax_ids)

    def test_taxes_set_by_hand_are_not_overwritten(self):
        self.order.fiscal_position_id = self.french
        changes = {"partner_shipping_id": self.depot.id}
        self.assertIn("sales", self.order._preview_change(changes)["refusal"])
        with self.assertRaisesRegex(UserError, "Our sales team has set the taxes"):
            self._change(self.order, changes)
        self.assertEqual(self.order.partner_shipping_id, self.customer)
        self.assertEqual(self.order.fiscal_position_id, self.french)

    def test_preview_is_what_is_applied_and_leaves_nothing(self):
        line = self.order.order_line[0]
        for changes in (
            {"partner_shipping_id": self.paris.id},
            {"cancel_line_ids": line.ids},
            {"partner_shipping_id": self.paris.id, "cancel_line_ids": line.ids},
            {"cancel_order": True},
        ):
            with self.subTest(changes), self.env.cr.savepoint() as savepoint:
                before, counts = self.order._get_change_state(), self._count()
                preview = self.order._preview_change(changes)
                self.assertEqual(self._count(), counts)
                self.assertEqual(self.order._get_change_state(), before)
                self._change(self.order, changes)
                after = self.order._get_change_state()
                if not changes.get("cancel_order"):
                    self.assertEqual(preview["state"], after)
                self.assertEqual(self.order.state, preview["state"]["state"])
                savepoint.rollback()

    def test_contact_and_wished_date(self):
        wished = date(2031, 5, 6)
        change = self._change(
            self.order,
            {
                "site_contact_name": "Ines",
                "site_contact_phone": "123",
                "wished_date": wished,
            },
        )
        self.assertEqual(self.order.site_contact_name, "Ines")
        self.assertEqual(self.order.site_contact_phone, "123")
        self.assertEqual(self.order.wished_date, wished)
        self.assertIn("2031", change.after_text)
        self.assertIn("Requested delivery date: none", change.before_text)
        self._change(self.order, {"wished_date": None, "site_contact_phone": ""})
        self.assertFalse(self.order.wished_date or self.order.site_contact_phone)

    def test_cancel_a_line_and_the_last_one(self):
        first, second = self.order.order_line
        change = self._change(self.order, {"cancel_line_ids": first.ids})
        self.assertEqual(first.product_uom_qty, 0)
        self.assertEqual(self.order.amount_total, 220.0)
        self.assertIn("cancelled", change.after_text)
        self.assertEqual(self.order.state, "sale")
        change = self._change(self.order, {"cancel_line_ids": second.ids})
        self.assertEqual(self.order.state, "cancel")
        self.assertEqual(second.product_uom_qty, 2)
        self.assertEqual(change.amount_after, 0.0)
        actions = self.env["portal.activity"].search(
            [("res_id", "=", self.order.id), ("res_model", "=", "sale.order")]
        )
        self.assertEqual(
            set(actions.mapped("action")), {"order_changed", "order_cancelled"}
        )

    def test_freight_notes_and_down_payments_are_not_cancelled(self):
        self.order.order_line = [
            Command.create({"display_type": "line_note", "name": "Note"}),
            Command.create(
                {"name": "Advance", "is_downpayment": True, "product_uom_qty": 0}
            ),
        ]
        offered = [item["line"] for item in self.order._get_cancellable_lines()]
        self.assertEqual(offered, list(self.order.order_line[:2]))
        for line in self.order.order_line[2:]:
            with self.subTest(line.name), self.assertRaises(UserError):
                self._change(self.order, {"cancel_line_ids": line.ids})

    def test_discount_of_the_order_makes_cancelling_a_line_a_request(self):
        self.order.order_line = [
            Command.create(
                {
                    "product_id": self.service.id,
                    "product_uom_qty": 1,
                    "price_unit": -20.0,
                }
            )
        ]
        changes = {"cancel_line_ids": self.order.order_line[0].ids}
        self.assertIn("discount", self.order._preview_change(changes)["refusal"])
        with self.assertRaisesRegex(UserError, "discount"):
            self._change(self.order, changes)
        self.assertEqual(self.order.order_line[0].product_uom_qty, 1)

    # ------------------------------------------------------------
    # What does not
    # ------------------------------------------------------------

    def test_foreign_archived_and_unknown_addresses_are_refused(self):
        self.depot.active = False
        for address in (self.foreign_address, self.depot, self.stranger.partner_id):
            with self.subTest(address.name), self.assertRaises(UserError):
                self._change(self.order, {"partner_shipping_id": address.id})
        with self.assertRaises(UserError):
            self._change(self.order, {"partner_shipping_id": 2**31 - 1})
        self.assertEqual(self.order.partner_shipping_id, self.customer)

    def test_foreign_lines_are_refused(self):
        other = self._place(partner=self.other_customer)
        with self.assertRaises(UserError):
            self._change(self.order, {"cancel_line_ids": other.order_line.ids})
        self.assertEqual(other.order_line.mapped("product_uom_qty"), [1, 2])

    def test_nothing_changed_is_a_sentence(self):
        for changes in (
            {},
            {"partner_shipping_id": self.customer.id},
            {"wished_date": None, "site_contact_name": ""},
        ):
            with self.subTest(changes), self.assertRaisesRegex(UserError, "Nothing"):
                self._change(self.order, changes)
        self.assertFalse(self.order.portal_change_ids)

    def test_other_total_than_seen_changes_nothing(self):
        counts = self._count()
        with self.assertRaisesRegex(UserError, "360"):
            self._change(
                self.order, {"partner_shipping_id": self.paris.id}, total_seen=330.0
            )
        self.assertEqual(self.order.partner_shipping_id, self.customer)
        self.assertEqual(self.order.amount_total, 330.0)
        self.assertEqual(self._count(), counts)

    def test_who_saw_an_older_order_changes_nothing(self):
        preview = self.order._preview_change({"site_contact_name": "Ines"})
        self._change(self.order, {"partner_shipping_id": self.depot.id})
        with self.assertRaisesRegex(UserError, "a moment ago"):
            self._change(
                self.order,
                {"site_contact_name": "Ines"},
                fingerprint_seen=preview["fingerprint"],
            )
        self.assertEqual(self.order.site_contact_name, "Rosa")

    def test_only_placed_orders(self):
        cases = {
            "draft": self._create_order(state="draft"),
            "sent": self._create_order(state="sent"),
            "cancel": self._place(),
        }
        cases["cancel"]._action_cancel()
        for state, order in cases.items():
            with self.subTest(state), self.assertRaises(UserError):
                self._change(order, {"site_contact_name": "Ines"})
            terms = order._get_change_terms()
            self.assertFalse(terms["can_change"] or terms["can_ask"])
            self.assertTrue(terms["reason"])

    def test_locked_orders_are_a_request(self):
        self.order.action_lock()
        terms = self.order._get_change_terms()
        self.assertEqual((terms["can_change"], terms["can_ask"]), (False, True))
        with self.assertRaisesRegex(UserError, "locked"):
            self._change(self.order, {"site_contact_name": "Ines"})

    def test_the_seller_can_end_changes_earlier_or_keep_them(self):
        departure = fields.Datetime.now() + timedelta(hours=30)
        self.order.commitment_date = departure
        self.company.portal_order_change_hours = 24
        terms = self.order._get_change_terms()
        self.assertEqual(terms["until"], departure - timedelta(hours=24))
        self.assertTrue(terms["can_change"])
        self.company.portal_order_change_hours = 31
        terms = self.order._get_change_terms()
        self.assertEqual((terms["can_change"], terms["can_ask"]), (False, True))
        self.company.write(
            {"portal_order_change_hours": 0, "portal_order_change": False}
        )
        terms = self.order._get_change_terms()
        self.assertEqual((terms["can_change"], terms["can_ask"]), (False, True))

    def test_partly_delivered_is_a_request_and_delivered_is_over(self):
        self.order.order_line[0].qty_delivered = 1.0
        terms = self.order._get_change_terms()
        self.assertEqual((terms["can_change"], terms["can_ask"]), (False, True))
        self.order.order_line[1].qty_delivered = 2.0
        terms = self.order._get_change_terms()
        self.assertEqual((terms["can_change"], terms["can_ask"]), (False, False))

    def test_invoiced_orders_change_only_what_costs_nothing(self):
        for post in (False, True):
            order = self._place()
            invoice = order._create_invoices()
            if post:
                invoice.action_post()
            total = invoice.amount_total
            for changes in (
                {"partner_shipping_id": self.paris.id},
                {"cancel_line_ids": order.order_line[0].ids},
                {"cancel_order": True},
            ):
                with self.subTest(changes, post=post):
                    preview = order._preview_change(changes)
                    self.assertIn("invoice", preview["refusal"])
                    self.assertTrue(preview["can_ask"])
                    with self.assertRaisesRegex(UserError, "invoice"):
                        self._change(order, changes)
            self._change(order, {"partner_shipping_id": self.depot.id})
            self.assertEqual(order.partner_shipping_id, self.depot)
            self.assertEqual(invoice.amount_total, total)
            self.assertEqual(invoice.state, "posted" if post else "draft")
            self.assertNotEqual(invoice.partner_shipping_id, self.depot)

    def test_payment_under_way_keeps_the_total(self):
        def pay(order, state):
            transaction = self._create_transaction(
                "redirect",
                reference=f"{order.name}-{state}",
                amount=order.amount_total,
                currency_id=order.currency_id.id,
                partner_id=order.partner_id.id,
                sale_order_ids=[Command.set(order.ids)],
            )
            if state == "done":
                transaction._set_done()
                transaction._post_process()
            else:
                transaction._set_pending()

        for state, can_ask in (("pending", False), ("done", True)):
            order = self._place()
            pay(order, state)
            with self.subTest(state):
                preview = order._preview_change({"cancel_order": True})
                self.assertTrue(preview["refusal"])
                self.assertEqual(preview["can_ask"], can_ask)
                with self.assertRaises(UserError):
                    self._change(order, {"partner_shipping_id": self.paris.id})
                self._change(order, {"site_contact_name": "Ines"})
                self.assertEqual(order.state, "sale")

    def test_order_limit_holds_for_what_becomes_dearer(self):
        self._give_role(self.buyer, "buyer", has_order_limit=True, order_limit=340.0)
        with self.assertRaisesRegex(UserError, "limit"):
            self._change(self.order, {"partner_shipping_id": self.paris.id})
        self._change(self.order, {"partner_shipping_id": self.depot.id})

    def test_roles_and_scopes(self):
        own = self._place(partner=self.buyer.partner_id)
        branch = self._place(partner=self.branch)
        cases = {
            "own": (own,),
            "company": (own, self.order),
            "branches": (own, self.order, branch),
        }
        for scope, allowed in cases.items():
            self._tailor(self.buyer, {"see_orders": "branches", "change_orders": scope})
            for order in (own, self.order, branch):
                with self.subTest(scope, order=order.partner_id.name):
                    changes = {"site_contact_name": f"{scope} {order.id}"}
                    if order in allowed:
                        self._change(order, changes)
                    else:
                        with self.assertRaises(UserError):
                            self._change(order, changes)
        self._tailor(self.buyer, {"see_orders": "branches"})
        with self.assertRaises(UserError):
            self._change(self.order, {"site_contact_name": "x"})

    # ------------------------------------------------------------
    # Who is told
    # ------------------------------------------------------------

    def test_colleagues_and_staff_are_told_not_the_author(self):
        boss = self._create_portal_user("boss", self.customer)
        salesperson = self.env["res.users"].create(
            {
                "name": "Sam",
                "login": "sam",
                "group_ids": [
                    Command.link(self.env.ref("sales_team.group_sale_salesman").id)
                ],
            }
        )
        self.order.user_id = salesperson
        self._change(self.order, {"partner_shipping_id": self.depot.id})
        notices = self.env["portal.notice"].search(
            [("event_id.code", "=", "order_changed")]
        )
        self.assertEqual(notices.user_id, boss)
        self.assertFalse(self.order.activity_ids)
        note = self.order.message_ids[0]
        self.assertEqual(note.author_id, self.buyer.partner_id)
        self.assertTrue(note.is_internal or note.subtype_id.internal)
        self.assertIn("Depot, Quay 7", note.body)
        self._change(self.order, {"partner_shipping_id": self.paris.id})
        self.assertEqual(self.order.activity_ids.user_id, salesperson)

    def test_history_is_seen_by_who_sees_the_order(self):
        change = self._change(self.order, {"site_contact_name": "Ines"})
        self.assertEqual(self._see(self.buyer, "portal.order.change"), change)
        for user in (self.stranger, self.colleague):
            self.assertFalse(self._see(user, "portal.order.change"))
        self._tailor(self.buyer, {"see_invoices": "branches"})
        self.assertFalse(self._see(self.buyer, "portal.order.change"))
        with self.assertRaises(AccessError):
            change.with_user(self.buyer).write({"answer": "x"})

    def test_other_company_than_the_person_s_has_its_own_taxes(self):
        other = self._create_company(name="Second seller")
        other.portal_order_change_country = False
        order = (
            self.env["sale.order"]
            .with_company(other)
            .create(
                {
                    "partner_id": self.customer.id,
                    "partner_shipping_id": self.customer.id,
                    "company_id": other.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.service.id, "product_uom_qty": 1}
                        )
                    ],
                }
            )
        )
        order.action_confirm()
        self._change(order, {"partner_shipping_id": self.paris.id})
        self.assertEqual(order.partner_shipping_id, self.paris)
        self.assertNotEqual(order.fiscal_position_id, self.french)
        self.assertFalse(order.order_line.tax_ids & self.export_tax)
