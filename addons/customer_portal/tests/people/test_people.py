from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError

from ..people_case import PeopleCommon


class TestAdministration(PeopleCommon):
    """What an administrator may do with whom; refused with a sentence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_role = cls._member(cls.buyer).role_id

    def _as(self, user, membership):
        return membership.with_user(user).with_company(self.company).sudo()

    def _change(self, membership, role=None, scope=None, limit=None, user=None):
        membership = self._as(user or self.boss, membership)
        membership._change(role or membership.role_id, scope or "company", limit)

    def test_changes_rights_and_writes_it_down(self):
        member = self._member(self.buyer)
        self._change(member, self.buyer_role, "own", 100)
        self.assertEqual(
            (member.role_id, member.scope, member.has_order_limit, member.order_limit),
            (self.buyer_role, "own", True, 100),
        )
        entry = self.env["portal.activity"].search(
            [("action", "=", "member_changed")], limit=1
        )
        self.assertEqual(entry.user_id, self.boss)
        self.assertEqual(entry.partner_id, self.customer)
        self.assertIn("Buyer, Own documents, $\xa0100.00", entry.detail)

    def test_zero_is_a_limit(self):
        member = self._member(self.buyer)
        self._change(member, limit=0.0)
        self.assertTrue(member.has_order_limit)
        self.assertEqual(member.order_limit, 0)

    def test_nobody_changes_the_own_access(self):
        own = self._member(self.boss)
        for act in (
            lambda: self._change(own, self.administrator, "branches"),
            lambda: self._as(self.boss, own)._disable(),
        ):
            with self.assertRaisesRegex(UserError, "your own access"):
                act()

    def test_who_may_not_manage_people_changes_nobody(self):
        with self.assertRaises(AccessError):
            self._change(self._member(self.boss), user=self.buyer)
        with self.assertRaises(AccessError):
            self._change(self._member(self.buyer), user=self.stranger)

    def test_gives_no_role_beyond_the_own(self):
        clerk_role = self.env["portal.role"].create(
            {
                "name": "Clerk",
                "line_ids": [
                    Command.create(
                        {
                            "permission_id": self.env.ref(
                                f"customer_portal.permission_{code}"
                            ).id,
                            "scope": scope,
                        }
                    )
                    for code, scope in (
                        ("manage_people", "company"),
                        ("see_orders", "company"),
                        ("see_invoices", "own"),
                    )
                ],
            }
        )
        clerk = self._create_portal_user("clerk", self.customer)
        self._member(clerk).role_id = clerk_role
        target = self._member(self.buyer)
        orders = self.env["portal.role"].create(
            {
                "name": "Looks at orders",
                "line_ids": [
                    Command.create(
                        {
                            "permission_id": self.env.ref(
                                "customer_portal.permission_see_orders"
                            ).id,
                            "scope": "branches",
                        }
                    )
                ],
            }
        )
        target.write({"role_id": orders.id, "scope": "company"})
        self._change(target, orders, "company", user=clerk)
        for role, scope in (
            (orders, "branches"),
            (self.administrator, "company"),
            (self.buyer_role, "own"),
        ):
            with (
                self.subTest(role.name),
                self.assertRaisesRegex(UserError, "more than"),
            ):
                self._change(target, role, scope, user=clerk)
        with self.assertRaisesRegex(UserError, "may do more than you"):
            self._as(clerk, self._member(self.boss))._disable()
        self.assertNotIn(
            self.administrator,
            self._as(clerk, self.memberships)._get_roles_to_give(self.customer),
        )
        with self.assertRaisesRegex(UserError, "more than your own"):
            self._as(clerk, self.memberships)._invite_for_customer(
                self.customer,
                [{"email": "x@new.example", "name": ""}],
                role=self.administrator,
                scope="company",
                order_limit=None,
            )

    def test_gives_no_higher_limit_than_the_own(self):
        second = self._create_portal_user("second", self.customer)
        self._member(second).write(
            {
                "role_id": self.administrator.id,
                "has_order_limit": True,
                "order_limit": 500,
            }
        )
        target = self._member(self.buyer)
        for limit in (None, 501.0):
            with (
                self.subTest(limit),
                self.assertRaisesRegex(UserError, "may do more than you"),
            ):
                self._change(target, limit=limit, user=second)
        target.write({"has_order_limit": True, "order_limit": 400})
        for limit in (None, 501.0):
            with (
                self.subTest(limit),
                self.assertRaisesRegex(UserError, "Your own order limit"),
            ):
                self._change(target, limit=limit, user=second)
        self._change(target, limit=500.0, user=second)
        self.assertEqual(target.order_limit, 500)

    def test_role_of_another_customer_cannot_be_given(self):
        foreign = self.env["portal.role"].create(
            {"name": "Foreign", "partner_id": self.other_customer.id}
        )
        with self.assertRaisesRegex(UserError, "cannot be assigned"):
            self._change(self._member(self.buyer), foreign)

    def test_company_s_role_does_not_reach_a_branch(self):
        self._member(self.boss).scope = "company"
        with self.assertRaises(AccessError):
            self._change(self._member(self.colleague))

    def test_last_administrator_stays(self):
        second = self._create_portal_user("second", self.customer)
        self._member(second).role_id = self.administrator
        own, other = self._member(self.boss), self._member(second)
        self.assertFalse(own._is_last_administrator())
        self._as(self.boss, other)._disable()
        self.assertTrue(own._is_last_administrator())
        # The second one removed the first at the same instant, and waits for the
        # lock: it decides on fresh data.
        with self.assertRaises(AccessError):
            self._as(second, own)._disable()
        for act in (
            lambda: own._check_not_last_administrator(),
            lambda: self.boss._deactivate_portal_user(),
        ):
            with self.assertRaisesRegex(UserError, "last administrator of Northwind"):
                act()
        self.assertEqual(own.state, "active")
        self.assertTrue(self.boss.active)

    def test_head_office_counts_as_administrator_of_a_branch(self):
        head = self._create_portal_user("head", self.branch)
        self._member(head).role_id = self.administrator
        self.assertFalse(self._member(head)._is_last_administrator())
        self._member(self.boss).scope = "company"
        self.assertTrue(self._member(head)._is_last_administrator())

    def test_leaver_s_drafts_go_to_the_successor(self):
        draft = self._create_order(state="draft", portal_user_id=self.buyer.id)
        second = self._create_portal_user("second", self.customer)
        self._member(second).role_id = self.buyer_role
        self._member(self.buyer).role_id = self.buyer_role
        member = self._as(self.boss, self._member(self.buyer))
        self.assertEqual(member._get_open_work()[0][1], draft)
        self.assertIn(second, member._get_successors())
        self.assertNotIn(self.stranger, member._get_successors())
        for wrong in (self.env["res.users"], self.stranger, self.buyer):
            with self.assertRaisesRegex(UserError, "Choose who takes over"):
                member._disable(wrong)
        member._disable(second)
        self.assertEqual(draft.portal_user_id, second)
        self.assertEqual(member.state, "disabled")
        self.assertFalse(self.buyer._get_portal_rights().customer_ids)
        actions = (
            self.env["portal.activity"]
            .search([("user_id", "=", self.boss.id)], limit=2)
            .mapped("action")
        )
        self.assertEqual(actions, ["member_disabled", "work_handed_over"])
        member._enable()
        self.assertEqual(member.state, "active")

    def test_withdrawn_invitation_leaves_nothing(self):
        [answer] = self._invite("ann@new.example")
        person = answer["membership"].user_id
        self._as(self.boss, answer["membership"])._disable()
        self.assertFalse(answer["membership"].exists())
        self.assertFalse(person.partner_id.signup_type)
        [answer] = self._invite("ann@new.example")
        self.assertEqual(answer["error"], "")
        self.assertEqual(answer["membership"].user_id, person)

    def test_resent_invitation_holds_anew(self):
        [answer] = self._invite("ann@new.example")
        member = answer["membership"]
        member.expires_on = fields.Datetime.now() - timedelta(days=1)
        self.assertEqual(member._get_portal_status(), "expired")
        self._as(self.boss, member)._resend()
        self.assertEqual(member._get_portal_status(), "invited")

    def test_two_factor_is_not_required_by_who_has_none(self):
        memberships = self._as(self.boss, self.memberships)
        with self.assertRaisesRegex(UserError, "for yourself first"):
            memberships._require_two_factor(self.customer, True)
        self.assertFalse(self.customer.portal_needs_two_factor)
        self.assertEqual(memberships._count_without_second_factor(self.customer), 2)
        self.env.cr.execute(
            "UPDATE res_users SET totp_secret = 'X' WHERE id = %s", [self.boss.id]
        )
        self.env.invalidate_all()
        memberships._require_two_factor(self.customer, True)
        self.assertTrue(self.customer.portal_needs_two_factor)
        self.assertTrue(self.boss._portal_can("manage_people"))
        self.assertFalse(self.buyer._portal_can("see_orders"))
        self.assertIn("two-factor", self.buyer._get_portal_refusal())
        self.assertEqual(memberships._count_without_second_factor(self.customer), 1)
