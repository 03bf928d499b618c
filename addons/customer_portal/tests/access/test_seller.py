"""What the seller's staff see and change in the back office."""

from ast import literal_eval
from datetime import timedelta

from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..common import PortalCommon


@tagged("post_install", "-at_install")
class TestSeller(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = {
            name: cls._create_staff(name, groups)
            for name, groups in (
                ("manager", "customer_portal.group_portal_manager"),
                ("accounting", "account.group_account_invoice"),
                ("sales", "sales_team.group_sale_salesman"),
                ("support", "base.group_user"),
            )
        }
        cls.manager = cls.staff["manager"]
        cls.membership = cls.buyer.portal_membership_ids

    @classmethod
    def _create_staff(cls, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=f"{groups},base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _assert_refused(self, method, user):
        with (
            self.subTest(method.__name__, user=user.login),
            self.assertRaises(AccessError),
        ):
            method()

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------

    def test_menus_follow_the_work(self):
        """Support and sales find the app; its configuration is the managers'."""
        portal_support = self._create_staff(
            "helper", "customer_portal.group_portal_support"
        )
        viewer = self._create_staff("viewer", "customer_portal.group_portal_viewer")
        people, registrations, configuration, looks = (
            f"customer_portal.menu_{name}"
            for name in ("people", "registrations", "configuration", "view_sessions")
        )
        everything = {people, registrations, configuration, looks}
        for user, expected in (
            (self.manager, everything),
            (portal_support, {people, registrations}),
            (viewer, {people, registrations, looks}),
            (self.staff["sales"], {people, registrations}),
            (self.staff["accounting"], {people}),
            (self.staff["support"], set()),
        ):
            with self.subTest(user.login):
                menus = self.env["ir.ui.menu"].with_user(user)
                visible = menus._visible_menu_ids()
                root = self.env.ref("customer_portal.menu_root").id
                self.assertIs(root in visible, bool(expected))
                # A menu is shown where its parents are.
                shown = {
                    name
                    for name in everything
                    if root in visible and self.env.ref(name).id in visible
                }
                self.assertEqual(shown, expected)

    def test_support_reads_and_changes_nothing(self):
        helper = self._create_staff("helper", "customer_portal.group_portal_support")
        for model in (
            "portal.membership",
            "portal.registration",
            "portal.company.change",
            "portal.adoption",
        ):
            records = self.env[model].with_user(helper)
            with self.subTest(model):
                self.assertTrue(records.has_access("read"))
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(records.has_access(operation))
        for model in ("portal.activity", "portal.view.session", "portal.remittance"):
            with self.subTest(model):
                self.assertFalse(self.env[model].with_user(helper).has_access("read"))
        wizard = self.env["portal.view.wizard"].with_user(helper)
        self.assertFalse(wizard.has_access("create"))

    def test_lists_of_remittances_add_no_currencies(self):
        for name in ("portal_remittance_view_list", "portal_remittance_view_list_desk"):
            arch = etree.fromstring(self.env.ref(f"customer_portal.{name}").arch)
            with self.subTest(name):
                self.assertFalse(arch.xpath("//field[@sum]"))
        action = self.env.ref("customer_portal.portal_remittance_action")
        self.assertTrue(literal_eval(action.context)["search_default_by_currency"])

    def test_staff_read_people_roles_and_sections(self):
        for name, user in self.staff.items():
            with self.subTest(name):
                membership = self.membership.with_user(user)
                self.assertEqual(membership.role_id.name, "Member")
                self.assertEqual(
                    self.env["portal.membership"]
                    .with_user(user)
                    .search([("partner_id", "=", self.customer.id)]),
                    self.membership,
                )
                self.assertTrue(self.env["portal.section"].with_user(user).search([]))

    def test_only_the_manager_changes_them(self):
        for name, user in self.staff.items():
            for model in (
                "portal.membership",
                "portal.role",
                "portal.role.line",
                "portal.section",
                "portal.section.switch",
                "portal.permission",
            ):
                with self.subTest(model, user=name):
                    self.assertEqual(
                        self.env[model].with_user(user).has_access("write"),
                        name == "manager",
                    )

    def test_only_the_manager_reads_the_log(self):
        for name, user in self.staff.items():
            with self.subTest(name):
                self.assertEqual(
                    self.env["portal.activity"].with_user(user).has_access("read"),
                    name == "manager",
                )
        for operation in ("write", "create", "unlink"):
            self.assertFalse(
                self.env["portal.activity"]
                .with_user(self.manager)
                .has_access(operation)
            )

    def test_people_of_customers_of_another_company_are_not_shown(self):
        company = self.env["res.company"].create({"name": "Other"})
        foreign = self.env["res.partner"].create(
            {"name": "Eastwind", "is_company": True, "company_id": company.id}
        )
        user = new_test_user(
            self.env,
            login="foreigner",
            groups="base.group_portal",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        user.partner_id.parent_id = foreign
        self.env.flush_all()
        for model in ("portal.membership", "portal.adoption"):
            found = self.env[model].with_user(self.staff["sales"]).search([])
            self.assertNotIn(foreign, found.sudo().partner_id)
            self.assertIn(self.other_customer, found.partner_id)

    def test_buttons_ask_for_the_right(self):
        """Buttons can be called by anybody over the network, also by customers."""
        for user in (self.staff["sales"], self.buyer):
            membership = self.membership.with_user(user)
            customer = self.customer.with_user(user)
            for method in (
                membership.action_disable,
                membership.action_enable,
                membership.action_send_again,
                customer.action_invite_to_portal,
                customer.action_change_portal_sections,
            ):
                self._assert_refused(method, user)
        self.assertEqual(self.membership.state, "active")

    # ------------------------------------------------------------
    # Tab
    # ------------------------------------------------------------

    def test_every_staff_member_opens_the_form(self):
        for name, user in self.staff.items():
            with self.subTest(name), Form(self.customer.with_user(user)) as form:
                self.assertEqual(form.portal_people_count, 1)
                self.assertEqual(form.is_portal_editable, name == "manager")
                form.website = f"https://{name}.example"
            with self.subTest(name):
                self.env["res.partner"].with_user(user).get_views([(False, "form")])

    def test_role_is_changed_in_the_tab(self):
        viewer = self.env.ref("customer_portal.role_viewer")
        with (
            Form(self.customer.with_user(self.manager)) as form,
            form.portal_membership_ids.edit(0) as line,
        ):
            line.role_id = viewer
        self.assertEqual(self.membership.role_id, viewer)

    def test_counts(self):
        self.colleague.portal_membership_ids.write({"state": "invited"})
        counts = [
            (partner.portal_people_count, partner.portal_invitation_count)
            for partner in self.customer | self.branch | self.buyer.partner_id
        ]
        self.assertEqual(counts, [(1, 0), (0, 1), (0, 0)])

    def test_contact_says_where_it_works(self):
        contact = self.buyer.partner_id
        self.assertFalse(contact.is_portal_customer)
        self.assertEqual(contact.portal_own_membership_ids, self.membership)
        self.assertTrue(self.branch.is_portal_customer)
        self.assertFalse(self.branch.portal_own_membership_ids)

    def test_sections_of_the_tab_are_those_of_the_rights(self):
        tags = self.env["res.partner.category"].create([{"name": "A"}, {"name": "B"}])
        self.customer.category_id = tags
        section = self.env.ref("customer_portal.section_credit")
        switches = self.env["portal.section.switch"]
        own = {"section_id": section.id, "partner_id": self.customer.id}
        by_tag = [{"section_id": section.id, "category_id": tag.id} for tag in tags]
        self.branch.parent_id = False  # has switches of its own
        for name, is_on, values in (
            ("all", False, []),
            ("all", True, []),
            ("tag on", False, [{**by_tag[0], "is_on": True}]),
            (
                "tags differ",
                True,
                [{**by_tag[0], "is_on": True}, {**by_tag[1], "is_on": False}],
            ),
            (
                "own on",
                False,
                [{**by_tag[0], "is_on": False}, {**own, "is_on": True}],
            ),
            ("own off", True, [{**own, "is_on": False}]),
        ):
            with self.subTest(name, is_on=is_on):
                section.is_on = is_on
                created = switches.create(values)
                self.env.invalidate_all()
                self.assertEqual(
                    section in self.customer.portal_section_on_ids,
                    self.buyer._portal_can("see_credit"),
                )
                created.unlink()

    def test_sections_are_switched(self):
        customer = self.customer.with_user(self.manager)
        credit = self.env.ref("customer_portal.section_credit")
        for choice, switched in (("off", [False]), ("on", [True]), ("usual", [])):
            with self.subTest(choice):
                action = customer.action_change_portal_sections()
                wizard = (
                    self.env[action["res_model"]]
                    .with_user(self.manager)
                    .browse(action["res_id"])
                )
                self.assertEqual(
                    wizard.line_ids.section_id, self.env["portal.section"].search([])
                )
                line = wizard.line_ids.filtered(lambda row: row.section_id == credit)
                line.choice = choice
                wizard.action_apply()
                self.assertEqual(customer.portal_switch_ids.mapped("is_on"), switched)
                self.assertEqual(
                    credit in customer.portal_section_off_ids, choice == "off"
                )

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    def test_disable_and_enable(self):
        membership = self.membership.with_user(self.manager)
        membership.action_disable()
        self.assertEqual(membership.state, "disabled")
        self.assertFalse(self.buyer._portal_can("see_orders"))
        membership.action_enable()
        self.assertTrue(self.buyer._portal_can("see_orders"))
        entries = self.env["portal.activity"].search(
            [("partner_id", "=", self.customer.id)], limit=2
        )
        self.assertRecordValues(
            entries,
            [
                {"action": "member_enabled", "user_id": self.manager.id},
                {"action": "member_disabled", "user_id": self.manager.id},
            ],
        )

    def test_what_the_staff_change_is_logged(self):
        membership = self.membership.with_user(self.manager)
        viewer = self.env.ref("customer_portal.role_viewer")
        membership.role_id = viewer
        membership.role_id = viewer  # nothing changes
        self.customer.with_user(self.manager).portal_needs_two_factor = True
        self.assertRecordValues(
            self.env["portal.activity"].search(
                [("partner_id", "=", self.customer.id)], limit=2
            ),
            [
                {"action": "two_factor_required", "detail": ""},
                {
                    "action": "member_changed",
                    "detail": "Member, With branches, no limit → "
                    "Viewer, With branches, no limit",
                },
            ],
        )

    def test_only_who_changes_people_asks_for_two_factors(self):
        customer = self.customer.with_user(self.staff["sales"])
        with self.assertRaises(AccessError):
            customer.portal_needs_two_factor = True
        customer.write({"portal_needs_two_factor": False, "function": "Wholesale"})

    def test_filters_of_people(self):
        self.membership.write(
            {
                "state": "invited",
                "expires_on": fields.Datetime.now() - timedelta(hours=1),
            }
        )
        arch = etree.fromstring(
            self.env.ref("customer_portal.portal_membership_view_search").arch
        )
        found = {
            node.get("name"): self.env["portal.membership"].search(
                literal_eval(node.get("domain"))
            )
            for node in arch.iterfind(".//filter[@domain]")
        }
        for name, is_found in (
            ("expired", True),
            ("invited", True),
            ("active_people", False),
            ("undelivered", False),
        ):
            with self.subTest(name):
                self.assertEqual(self.membership in found[name], is_found)

    def test_invitation_is_sent_again(self):
        self.membership.write({"state": "invited", "expires_on": fields.Datetime.now()})
        membership = self.membership.with_user(self.manager)
        membership.action_send_again()
        self.assertGreater(membership.expires_on, fields.Datetime.now())
        self.assertTrue(membership.sudo().mail_id)
        self.membership.state = "active"
        with self.assertRaises(UserError):
            membership.action_send_again()

    # ------------------------------------------------------------
    # Adoption
    # ------------------------------------------------------------

    def _get_usage(self, **values):
        """Return the row of the buyer after a sign-in so many days ago, or none."""
        days = values.pop("days", None)
        self.membership.write({"state": "active", "accepted_on": False, **values})
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM res_users_log WHERE create_uid = %s", [self.buyer.id]
        )
        if days is not None:
            self.env.cr.execute(
                "INSERT INTO res_users_log (create_uid, create_date) VALUES (%s, %s)",
                [self.buyer.id, fields.Datetime.now() - timedelta(days=days)],
            )
        self.env.invalidate_all()
        return self.env["portal.adoption"].browse(self.membership.id)

    def test_adoption_says_who_uses_the_portal(self):
        now = fields.Datetime.now()
        later, before = now + timedelta(days=1), now - timedelta(days=1)
        for usage, values, counts in (
            ("never", {}, (1, 0, 0, 0, 0, 1)),
            ("active_30", {"days": 3}, (1, 0, 1, 1, 1, 0)),
            ("active_90", {"days": 60}, (1, 0, 1, 0, 1, 0)),
            ("idle", {"days": 100}, (1, 0, 1, 0, 0, 0)),
            (
                "invited",
                {"state": "invited", "expires_on": later},
                (1, 1, 0, 0, 0, 1),
            ),
            (
                "expired",
                {"state": "invited", "expires_on": before},
                (1, 1, 0, 0, 0, 1),
            ),
            ("disabled", {"state": "disabled", "days": 3}, (0, 0, 0, 0, 0, 0)),
        ):
            with self.subTest(usage):
                row = self._get_usage(**values)
                self.assertEqual(row.usage, usage)
                names = (
                    "people",
                    "invited",
                    "signed_in",
                    "active_30",
                    "active_90",
                    "never",
                )
                self.assertEqual(tuple(row[name] for name in names), counts)

    def test_adoption_finds_customers_without_an_administrator(self):
        self.membership.role_id = self.env.ref("customer_portal.role_administrator")
        without = self.env["portal.adoption"].search(
            [("has_administrator", "=", False)]
        )
        self.assertNotIn(self.customer, without.partner_id)
        self.assertIn(self.other_customer, without.partner_id)
        self.membership.state = "disabled"
        without = self.env["portal.adoption"].search(
            [("has_administrator", "=", False)]
        )
        self.assertIn(self.customer, without.partner_id)

    def test_adoption_sums_up_by_customer_in_one_query(self):
        adoption = self.env["portal.adoption"].with_user(self.staff["sales"])
        domain = [("partner_id", "in", (self.customer | self.branch).ids)]
        arguments = (domain, ["partner_id"], ["people:sum", "never:sum"])
        adoption._read_group(*arguments)
        self.env.flush_all()
        with self.assertQueryCount(1):
            rows = adoption._read_group(*arguments)
        self.assertEqual(rows, [(self.customer, 1, 1), (self.branch, 1, 1)])

    def test_adoption_is_not_for_customers(self):
        for user in (self.buyer, self.staff["support"]):
            self.assertFalse(
                self.env["portal.adoption"].with_user(user).has_access("read")
            )

    # ------------------------------------------------------------
    # Settings
    # ------------------------------------------------------------

    def test_usual_role_is_chosen_in_the_settings(self):
        viewer = self.env.ref("customer_portal.role_viewer")
        self.env["res.config.settings"].create(
            {"portal_default_role_id": viewer.id, "portal_view_minutes": "60"}
        ).execute()
        user = self._create_portal_user("newcomer", self.customer)
        self.assertEqual(user.portal_membership_ids.role_id, viewer)
        self.assertEqual(self.env["portal.view.wizard"]._get_default_minutes(), "60")
