"""Roles that a customer's administrator makes, and what nobody can put into one."""

from odoo.exceptions import AccessError, UserError

from ..common import PortalHttpCommon
from ..people_case import PeopleCommon


class TestOwnRoles(PeopleCommon):
    def setUp(self):
        super().setUp()
        self.roles = (
            self.env["portal.role"]
            .with_user(self.boss)
            .with_company(self.company)
            .sudo()
        )

    def _create(self, name="Clerk", **scopes):
        return self.roles._create_for_customer(self.customer, name, "", scopes)

    def test_makes_a_role_of_the_customer(self):
        role = self._create(see_orders="own", order="company")
        self.assertEqual(role._get_scopes(), {"see_orders": "own", "order": "company"})
        self.assertEqual(role.partner_id, self.customer)
        entry = self.env["portal.activity"].search([("action", "=", "role_created")])
        self.assertEqual(entry.user_id, self.boss)
        self.assertIn("Order: This company", entry.detail)

    def test_has_one_name_in_all_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        role = self.roles.with_context(lang="fr_FR")._create_for_customer(
            self.customer, "Acheteur", "", {"order": "company"}
        )
        self.assertEqual(role.with_context(lang="en_US").name, "Acheteur")
        role = role.with_context(lang="fr_FR")
        role._update_for_customer("Acheteuse", "", {"order": "company"})
        self.assertEqual(role.name, "Acheteuse")
        self.assertEqual(role.with_context(lang="en_US").name, "Acheteuse")

    def test_other_customers_do_not_have_it(self):
        role = self._create(see_orders="own")
        member = self._member(self.stranger)
        member.role_id = self.administrator
        given = self.memberships.with_user(self.stranger).sudo()
        self.assertNotIn(role, given._get_roles_to_give(self.other_customer))
        with self.assertRaises(AccessError):
            role.with_user(self.stranger).sudo()._update_for_customer(
                "Mine", "", {"see_orders": "own"}
            )

    def test_has_nothing_beyond_the_own_rights(self):
        permission = self.env.ref("customer_portal.permission_see_credit")
        own_role = self._member(self.boss).role_id.copy({"name": "Narrow"})
        own_role.line_ids.filtered(
            lambda line: line.permission_id == permission
        ).unlink()
        self._member(self.boss).write({"role_id": own_role.id, "scope": "company"})
        for scopes in (
            {"see_credit": "company"},
            {"see_orders": "branches"},
            {"order": "own"},
            {"unheard_of": "own"},
        ):
            with self.subTest(scopes), self.assertRaises(UserError):
                self._create(**scopes)

    def test_offers_what_customers_may_use(self):
        def offered():
            return {
                choice["permission"].code: choice["scopes"]
                for choice in self.roles._get_permission_choices(self.customer)
            }

        self.assertEqual(offered()["see_orders"], ["own", "company", "branches"])
        self.assertEqual(offered()["order"], ["company", "branches"])
        self.env.ref("customer_portal.permission_export").is_delegable = False
        self.env.ref("customer_portal.section_quotes").is_on = False
        self.assertNotIn("export", offered())
        self.assertNotIn("see_quotes", offered())

    def test_what_is_not_offered_stays(self):
        role = self._create(see_quotes="own", see_orders="own")
        self.env.ref("customer_portal.section_quotes").is_on = False
        role._update_for_customer("Clerk", "", {"see_orders": "company"})
        self.assertEqual(
            role._get_scopes(), {"see_quotes": "own", "see_orders": "company"}
        )

    def test_nobody_edits_the_own_role(self):
        role = self._create(manage_people="branches", see_orders="branches")
        second = self._create_portal_user("second", self.customer)
        self._member(second).role_id = role
        with self.assertRaisesRegex(UserError, "your own role"):
            role.with_user(second).sudo()._update_for_customer(
                "Clerk", "", {"see_orders": "own"}
            )

    def test_ready_roles_are_not_edited(self):
        self.assertTrue(
            self.administrator.with_user(self.boss).sudo()._get_refusal_to_edit()
        )

    def test_used_role_is_not_deleted(self):
        role = self._create(see_orders="own")
        self._member(self.buyer).role_id = role
        with self.assertRaisesRegex(UserError, "in use: buyer"):
            role._delete_for_customer()
        self._member(self.buyer).role_id = self.buyer_role
        role._delete_for_customer()
        self.assertFalse(role.exists())

    def test_name_is_there_once(self):
        self._create("Clerk", see_orders="own")
        for name in ("clerk", "Administrator"):
            with self.subTest(name), self.assertRaisesRegex(UserError, "already"):
                self._create(name, see_orders="own")
        self._create("%", see_orders="own")


class TestRolePages(PeopleCommon, PortalHttpCommon):
    def test_make_change_and_delete(self):
        self._sign_in(self.boss)
        page = self._get("/my/roles")
        self.assertIn("None yet", page.text)
        self.assertIn("Administrator", page.text)
        page = self._get(f"/my/roles/new?copy={self.buyer_role.id}")
        self.assertIn("Copy of", page.text)
        answer = self._post("/my/roles/new", name="", permission_order="company")
        self.assertEqual(answer.status_code, 422)
        answer = self._post("/my/roles/new", name="Clerk")
        self.assertEqual(answer.status_code, 422)
        self.assertIn('value="Clerk"', answer.text)
        answer = self._post("/my/roles/new", name="Clerk", permission_order="company")
        self.assertURLEqual(answer.headers["Location"], "/my/roles?notice=role_created")
        role = self.env["portal.role"].search([("name", "=", "Clerk")])
        path = f"/my/roles/{role.id}"
        self.assertEqual(self._get(path).status_code, 200)
        answer = self._post(path, name="Clerk", permission_see_orders="own")
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(role._get_scopes(), {"see_orders": "own"})
        answer = self._post(path, name="Clerk", permission_see_orders="universe")
        self.assertEqual(answer.status_code, 422)
        self._sign_in(self.stranger)
        self._member(self.stranger).role_id = self.administrator
        self.assertEqual(self._get(path).status_code, 404)
        self.assertEqual(self._post(path, name="Mine").status_code, 404)
        self.assertEqual(self._post(path + "/delete").status_code, 404)
        self.assertNotIn("Clerk", self._get("/my/roles").text)
        self._sign_in(self.boss)
        self.assertEqual(self._post(path + "/delete").status_code, 303)
        self.assertFalse(role.exists())

    def test_ready_role_is_shown_and_not_changed(self):
        self._sign_in(self.boss)
        path = f"/my/roles/{self.buyer_role.id}"
        page = self._get(path)
        self.assertIn("same for all", page.text)
        before = self.buyer_role._get_scopes()
        answer = self._post(path, name="Mine", permission_pay="branches")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self._post(path + "/delete").status_code, 422)
        self.assertEqual(self.buyer_role._get_scopes(), before)
