from base64 import b64encode

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..common import PortalCommon, PortalHttpCommon
from ..role_case import RolesMixin

SIGNATURE = b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
        "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
    )
).decode()


@tagged("post_install", "-at_install")
class TestRoles(RolesMixin, PortalCommon):
    """Who reaches what, past all pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_posted_invoice(100.0)
        cls.branch_invoice = cls._create_posted_invoice(50.0, partner=cls.branch)
        cls.foreign_invoice = cls._create_posted_invoice(
            70.0, partner=cls.other_customer
        )
        cls.order = cls._create_order()
        cls.own_order = cls._create_order(partner=cls.buyer.partner_id)
        cls.branch_order = cls._create_order(partner=cls.branch)
        cls.quote = cls._create_order(state="sent")
        cls.foreign_order = cls._create_order(partner=cls.other_customer)

    def test_new_portal_users_get_the_usual_role(self):
        member = self.stranger.portal_membership_ids
        self.assertEqual(member.partner_id, self.other_customer)
        self.assertEqual(member.role_id, self.env.ref("customer_portal.role_member"))
        role = self._create_role({"see_orders": "company"})
        self.env["ir.config_parameter"].set_param(
            "customer_portal.default_role_id", role.id
        )
        user = self._create_portal_user("newcomer", self.customer)
        self.assertEqual(user.portal_membership_ids.role_id, role)

    def test_without_a_membership_nothing_is_seen(self):
        self.buyer.portal_membership_ids.unlink()
        for model in ("account.move", "account.move.line", "sale.order"):
            with self.subTest(model):
                self.assertFalse(self._see(self.buyer, model))
        self.assertEqual(self._see(self.buyer, "res.partner"), self.buyer.partner_id)
        self.assertEqual(self._see(self.buyer, "res.users"), self.buyer)

    def test_scopes(self):
        cases = {
            "own": (self.env["account.move"], self.own_order),
            "company": (self.invoice, self.order | self.own_order),
            "branches": (
                self.invoice | self.branch_invoice,
                self.order | self.own_order | self.branch_order,
            ),
        }
        for scope, (invoices, orders) in cases.items():
            with self.subTest(scope):
                self._tailor(self.buyer, {"see_invoices": scope, "see_orders": scope})
                self.assertEqual(self._see(self.buyer, "account.move"), invoices)
                self.assertEqual(
                    self._see(self.buyer, "account.move.line").move_id, invoices
                )
                self.assertEqual(self._see(self.buyer, "sale.order"), orders)
                self.assertEqual(
                    self._see(self.buyer, "sale.order.line").order_id, orders
                )

    def test_scope_of_a_person_narrows_the_role(self):
        member = self._tailor(self.buyer, {"see_orders": "branches"}, scope="company")
        self.assertEqual(
            self._see(self.buyer, "sale.order"), self.order | self.own_order
        )
        member.scope = "own"
        self.assertEqual(self._see(self.buyer, "sale.order"), self.own_order)

    def test_own_invoices_are_those_of_own_orders(self):
        self._tailor(self.buyer, {"see_invoices": "own"})
        own = self.own_order._create_invoices()
        own.action_post()
        self.assertEqual(self._see(self.buyer, "account.move"), own)

    def test_quotes_have_a_permission_of_their_own(self):
        self._tailor(self.buyer, {"see_quotes": "branches"})
        self.assertEqual(self._see(self.buyer, "sale.order"), self.quote)

    def test_a_change_acts_at_once(self):
        self._tailor(self.buyer, {"see_invoices": "company"})
        self.assertEqual(self._see(self.buyer, "account.move"), self.invoice)
        member = self.buyer.portal_membership_ids
        changes = {
            "role": lambda: member.role_id.line_ids.unlink(),
            "archived role": lambda: setattr(member.role_id, "active", False),
            "disabled": lambda: setattr(member, "state", "disabled"),
            "invited": lambda: setattr(member, "state", "invited"),
        }
        for name, change in changes.items():
            with self.subTest(name):
                savepoint = self.env.cr.savepoint()
                change()
                self.assertFalse(self._see(self.buyer, "account.move"))
                savepoint.rollback()
                self.env.invalidate_all()
                self.assertEqual(self._see(self.buyer, "account.move"), self.invoice)

    def test_one_person_works_for_several_customers(self):
        self._give_role(self.colleague, "payable", self.other_customer)
        self.assertEqual(
            self._see(self.colleague, "account.move"),
            self.branch_invoice | self.foreign_invoice,
        )
        self.assertIn(self.other_customer, self._see(self.colleague, "res.partner"))
        rights = self.colleague._get_portal_rights()
        self.assertEqual(
            rights.customer_ids, sorted((self.branch | self.other_customer).ids)
        )
        self.assertTrue(rights.can("pay", self.other_customer.id))
        self.assertFalse(rights.can("order", self.other_customer.id))
        self.assertEqual(rights.find_root(self.customer.id), None)

    def test_sections_are_off_for_all_a_tag_or_a_customer(self):
        section = self.env.ref("customer_portal.section_invoices")
        tag = self.env["res.partner.category"].create({"name": "Cash only"})
        switches = self.env["portal.section.switch"]
        both = self.invoice | self.branch_invoice
        self.assertEqual(self._see(self.buyer, "account.move"), both)
        section.is_on = False
        self.assertFalse(self._see(self.buyer, "account.move"))
        own = switches.create(
            {"section_id": section.id, "partner_id": self.branch.id, "is_on": True}
        )
        self.assertEqual(self._see(self.buyer, "account.move"), self.branch_invoice)
        section.is_on = True
        own.is_on = False
        self.assertEqual(self._see(self.buyer, "account.move"), self.invoice)
        switches.create({"section_id": section.id, "category_id": tag.id})
        self.assertEqual(self._see(self.buyer, "account.move"), self.invoice)
        self.customer.category_id = tag
        self.assertFalse(self._see(self.buyer, "account.move"))
        own.is_on = True
        self.branch.category_id = tag
        self.assertEqual(self._see(self.buyer, "account.move"), self.branch_invoice)

    def test_a_customer_can_require_two_factor_sign_in(self):
        self.customer.portal_needs_two_factor = True
        self.env["res.users"]._forget_portal_rights()
        self.assertFalse(self._see(self.buyer, "account.move"))
        self.assertFalse(self.buyer._portal_can("see_orders"))
        [member] = self.buyer._get_portal_rights().memberships.values()
        self.assertTrue(member.needs_two_factor)
        self.buyer.sudo().totp_secret = "JBSWY3DPEHPK3PXP"
        self.env["res.users"]._forget_portal_rights()
        self.assertTrue(self._see(self.buyer, "account.move"))

    def test_who_changes_the_company_leaves_its_documents(self):
        self._give_role(self.buyer, "administrator")
        self.buyer.partner_id.parent_id = self.other_customer
        self.assertEqual(self._see(self.buyer, "account.move"), self.foreign_invoice)
        member = self.buyer.portal_membership_ids
        self.assertEqual(member.role_id, self.env.ref("customer_portal.role_member"))

    def test_staff_have_no_membership(self):
        self.buyer.group_ids = self.env.ref("base.group_user")
        self.assertFalse(self.buyer.portal_membership_ids)
        staff = new_test_user(self.env, "clerk", groups="base.group_user")
        with self.assertRaises(ValidationError):
            self._give_role(staff, "buyer", self.customer)

    def test_a_membership_is_with_a_company(self):
        with self.assertRaises(ValidationError):
            self._give_role(self.stranger, "buyer", self.buyer.partner_id)

    def test_own_documents_need_a_permission_that_knows_them(self):
        with self.assertRaises(ValidationError):
            self._create_role({"see_credit": "own"})

    def test_messages_on_a_contact_are_for_whom_they_concern(self):
        note = self.customer.message_post(
            body="Your limit is low", subtype_xmlid="mail.mt_comment"
        )
        mine = self.customer.message_post(
            body="Hello",
            partner_ids=self.buyer.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
        on_order = self.order.message_post(
            body="Ready", subtype_xmlid="mail.mt_comment"
        )
        messages = self._see(self.buyer, "mail.message")
        self.assertNotIn(note, messages)
        self.assertIn(mine, messages)
        self.assertIn(on_order, messages)
        self._tailor(self.buyer, {"see_invoices": "company"})
        self.assertNotIn(on_order, self._see(self.buyer, "mail.message"))

    def test_people_do_not_read_tokens_and_notes(self):
        for record, name in (
            (self.invoice, "access_token"),
            (self.order, "access_token"),
            (self.customer, "comment"),
            (self.buyer, "portal_rights"),
        ):
            with self.subTest(name, record=record), self.assertRaises(AccessError):
                record.with_user(self.buyer).read([name])

    def test_order_limit(self):
        self._give_role(self.buyer, "buyer", has_order_limit=True, order_limit=99.99)
        with self.assertRaises(UserError):
            self.order._check_order_limit(self.buyer)
        self.buyer.portal_membership_ids.order_limit = 100.0
        self.order._check_order_limit(self.buyer)
        self.buyer.portal_membership_ids.order_limit = 0.0
        with self.assertRaises(UserError):
            self.order._check_order_limit(self.buyer)
        self.buyer.portal_membership_ids.has_order_limit = False
        self.order._check_order_limit(self.buyer)

    def test_order_limit_counts_in_its_currency(self):
        order = self._create_order(partner=self.other_customer)
        order.currency_id = self.eur  # two dollars a euro
        self._give_role(self.stranger, "buyer", has_order_limit=True, order_limit=199)
        with self.assertRaises(UserError):
            order._check_order_limit(self.stranger)
        self.stranger.portal_membership_ids.order_limit = 200
        order._check_order_limit(self.stranger)


@tagged("post_install", "-at_install")
class TestRolePages(RolesMixin, PortalHttpCommon):
    """What pages and forms make of the roles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_posted_invoice(100.0, days_overdue=3)
        cls.foreign_invoice = cls._create_posted_invoice(
            70.0, partner=cls.other_customer
        )
        cls.order = cls._create_order()
        cls.quote = cls._create_order(state="sent", require_signature=True)
        cls.quote.require_payment = False

    def _accept(self, order, **values):
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {"name": "Me", "signature": SIGNATURE, **values},
        )

    def test_menu_and_pages_follow_the_role(self):
        pages = {
            "/my/invoices": "see_invoices",
            "/my/payments": "see_invoices",
            "/my/pay": "pay",
            "/my/payment_method": "pay",
            "/my/orders": "see_orders",
            "/my/quotes": "see_quotes",
            "/my/addresses": "manage_addresses",
        }
        codes = sorted(set(pages.values()))
        self._sign_in(self.buyer)
        for code in codes:
            self._tailor(self.buyer, {code: "company"})
            menu = self._get("/my").text
            for path, needed in pages.items():
                with self.subTest(path, only=code):
                    allowed = needed == code
                    self.assertEqual(f'href="{path}"' in menu, allowed)
                    answer = self._get(path)
                    self.assertEqual(answer.status_code, 200 if allowed else 403)
                    if not allowed:
                        self.assertIn("Your role does not allow this", answer.text)

    def test_overview_holds_no_figures_of_others(self):
        self._tailor(self.buyer, {"see_invoices": "own", "see_orders": "own"})
        self._sign_in(self.buyer)
        page = self._get("/my")
        self.assertFalse(self._get_figures(page, "balance"))
        self.assertNotIn(self.order.name, page.text)
        page = self._get("/my/invoices?filterby=all")
        self.assertNotIn(self.invoice.name, page.text)
        self.assertFalse(self._get_figures(page, "overdue"))

    def test_credit_that_is_off_is_gone_where_a_branch_shows_its_own(self):
        self.company.account_use_credit_limit = True
        (self.customer | self.branch).credit_limit = 5000.0
        section = self.env.ref("customer_portal.section_credit")
        section.is_on = False
        self._sign_in(self.buyer)
        switch = self.env["portal.section.switch"].create(
            {"section_id": section.id, "partner_id": self.branch.id, "is_on": True}
        )
        self.assertFalse(self._get_figures(self._get("/my"), "credit_available"))
        switch.partner_id = self.customer
        self.assertTrue(self._get_figures(self._get("/my"), "credit_available"))

    def test_refusal_names_who_can_help(self):
        self._give_role(
            self._create_portal_user("chief", self.customer), "administrator"
        )
        self._tailor(self.buyer, {"see_orders": "company"})
        self._sign_in(self.buyer)
        answer = self._get("/my/invoices")
        self.assertEqual(answer.status_code, 403)
        self.assertIn("chief", answer.text)

    def test_switches_between_the_companies(self):
        self._give_role(self.buyer, "payable", self.other_customer)
        self._sign_in(self.buyer)
        page = self._get("/my/invoices?filterby=all").text
        self.assertIn(self.invoice.name, page)
        self.assertNotIn(self.foreign_invoice.name, page)
        self._post("/my/company", customer_id=self.other_customer.id)
        page = self._get("/my/invoices?filterby=all").text
        self.assertIn(self.foreign_invoice.name, page)
        self.assertNotIn(self.invoice.name, page)
        # The role there is what counts.
        self.assertEqual(self._get("/my/addresses").status_code, 403)

    def test_a_link_to_another_own_company_switches_by_itself(self):
        self._give_role(self.buyer, "payable", self.other_customer)
        self._sign_in(self.buyer)
        self.assertEqual(
            self._get(f"/my/invoices/{self.foreign_invoice.id}").status_code, 200
        )
        self.assertIn(self.foreign_invoice.name, self._get("/my/invoices").text)
        self.assertEqual(self._get(f"/my/orders/{self.order.id}").status_code, 200)
        self.assertIn(self.order.name, self._get("/my/orders").text)

    def test_nobody_switches_to_a_foreign_company(self):
        self._sign_in(self.buyer)
        for value in (self.other_customer.id, "x", "", "0", "1,2", "9" * 30):
            with self.subTest(value):
                answer = self._post("/my/company", customer_id=value)
                self.assertEqual(answer.status_code, 303)
                self.assertIn("Northwind", self._get("/my").text)

    def test_signing_is_a_permission(self):
        self._tailor(self.buyer, {"see_quotes": "company", "see_orders": "company"})
        self._sign_in(self.buyer)
        page = self._get(f"/my/orders/{self.quote.id}").text
        self.assertNotIn('data-bs-target="#modalaccept"', page)
        token = self.quote._portal_ensure_token()
        for values in ({}, {"access_token": token}):
            with self.subTest(**values):
                self.assertIn("error", self._accept(self.quote, **values))
                self._post(
                    f"/my/orders/{self.quote.id}/decline",
                    decline_message="No",
                    **values,
                )
                self.quote.invalidate_recordset()
                self.assertEqual(self.quote.state, "sent")
        self._tailor(self.buyer, {"see_quotes": "company", "sign_quotes": "company"})
        self.assertIn(
            'data-bs-target="#modalaccept"',
            self._get(f"/my/orders/{self.quote.id}").text,
        )
        self.assertTrue(self._accept(self.quote)["force_refresh"])
        self.assertEqual(self.quote.state, "sale")
        entry = self.env["portal.activity"].search([("action", "=", "quote_signed")])
        self.assertEqual(entry.user_id, self.buyer)
        self.assertEqual(entry.partner_id, self.customer)

    def test_a_link_signs_only_where_nobody_is_named(self):
        token = self.quote._portal_ensure_token()
        self._sign_in(None)
        answer = self._accept(self.quote, access_token=token)
        self.assertIn("error", answer)
        self.assertEqual(self.quote.state, "sent")
        self.env["portal.membership"].search(
            [("partner_id", "=", self.customer.id)]
        ).state = "disabled"
        self.assertTrue(self._accept(self.quote, access_token=token)["force_refresh"])

    def test_people_of_the_company_above_sign_for_a_branch(self):
        quote = self._create_order(
            partner=self.branch, state="sent", require_signature=True
        )
        quote.require_payment = False
        self.colleague.portal_membership_ids.state = "disabled"
        token = quote._portal_ensure_token()
        self._sign_in(None)
        self.assertIn("error", self._accept(quote, access_token=token))
        self.buyer.portal_membership_ids.scope = "company"
        self.assertTrue(self._accept(quote, access_token=token)["force_refresh"])

    def test_order_limit_holds_for_quotes(self):
        self._give_role(self.buyer, "buyer", has_order_limit=True, order_limit=10)
        self._sign_in(self.buyer)
        self.assertIn("order limit", self._accept(self.quote)["error"])
        self.assertEqual(self.quote.state, "sent")

    def test_paying_is_a_permission(self):
        self._tailor(self.buyer, {"see_invoices": "company"})
        self._sign_in(self.buyer)
        token = self.invoice._portal_ensure_token()
        page = self._get(f"/my/invoices/{self.invoice.id}").text
        self.assertNotIn("/my/pay?documents", page)
        before = self.env["payment.transaction"].search_count([])
        values = self._prepare_payment_params(amount=100.0, access_token=token)
        answer = self.url_open(
            f"/invoice/transaction/{self.invoice.id}", json={"params": values}
        ).json()
        self.assertEqual(
            answer["error"]["data"]["name"], "odoo.exceptions.ValidationError"
        )
        self.assertEqual(self.env["payment.transaction"].search_count([]), before)

    def test_who_sees_an_order_writes_on_it(self):
        self._sign_in(self.buyer)
        foreign = self._create_order(partner=self.other_customer)
        for order, is_posted in ((self.order, True), (foreign, False)):
            with self.subTest(order.name), mute_logger("odoo.http"):
                answer = self.url_open(
                    "/mail/message/post",
                    json={
                        "params": {
                            "thread_model": "sale.order",
                            "thread_id": order.id,
                            "post_data": {"body": "When will it come?"},
                        }
                    },
                ).json()
                self.assertEqual("error" not in answer, is_posted)
                message = order.message_ids.filtered(
                    lambda message: "When will it come?" in (message.body or "")
                )
                self.assertEqual(bool(message), is_posted)
                self.assertEqual(message.author_id == self.buyer.partner_id, is_posted)

    def test_own_contact_is_everybody_s_to_change(self):
        self._tailor(self.buyer, {"see_invoices": "company"})
        self._sign_in(self.buyer)
        own = self.buyer.partner_id
        self.assertEqual(self._get("/my/account").status_code, 200)
        self.assertEqual(self._get(f"/my/address?partner_id={own.id}").status_code, 200)
        self.assertEqual(self._get("/my/address").status_code, 403)
        address = self.env["res.partner"].create(
            {"name": "Yard", "type": "delivery", "parent_id": self.customer.id}
        )
        for path, fields_ in (
            ("/my/address/submit", {"partner_id": address.id, "name": "Mine"}),
            ("/my/address/submit", {"name": "New", "address_type": "delivery"}),
        ):
            with self.subTest(fields_):
                self.assertEqual(self._post(path, **fields_).status_code, 403)
        self.assertEqual(address.name, "Yard")
