from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, ValidationError

from ..address_case import AddressCommon
from ..frame.test_own_paths import read_paths


class TestAddress(AddressCommon):
    """Holes of core's form, and the own contact."""

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)
        self.own = {
            "address_type": "billing",
            "name": "Buyer",
            "email": "buyer@northwind.example",
        }

    def _submit_own(self, **changes):
        values = {**self.values, **self.own, **changes}
        del values["address_book"]
        return self._post(
            "/my/address/submit", partner_id=self.buyer.partner_id.id, **values
        )

    def test_contact_does_not_rename_the_company(self):
        answer = self._submit_own(company_name="Ours now")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.buyer.partner_id.street, "Quay 7")
        self.assertEqual(self.customer.name, "Northwind")

    def test_contact_does_not_move_the_company(self):
        """Core writes the address of a contact to the company above."""
        self._submit_own(street="My street 5")
        self.assertEqual(self.buyer.partner_id.street, "My street 5")
        self.assertEqual(self.customer.street, "Main 1")
        self.customer.street = False
        self._submit_own(street="My street 6")
        self.assertFalse(self.customer.street)

    def test_address_does_not_give_the_company_a_number(self):
        """Core writes the VAT number of a new address to the company above."""
        for number in ("US1", False):
            self.customer.vat = number
            self._submit(vat="US666", name=f"With number {number}")
            made = self._find(name=f"With number {number}")
            self.assertEqual(made.parent_id, self.customer)
            self.assertEqual(self.customer.vat, number)

    def test_type_of_an_address_is_one_of_the_three(self):
        self._submit(address_type="contact", street="Sly 1")
        self.assertEqual(self._find(street="Sly 1").type, "delivery")
        self.assertEqual(self.customer.street, "Main 1")

    def test_who_signs_in_as_the_company_asks_for_its_data(self):
        boss = self._create_portal_user("the_company", self.customer)
        boss.partner_id = self.env["res.partner"].create(
            {"name": "Eastwind", "is_company": True, "street": "East 1"}
        )
        self._sign_in(boss)
        values = {**self.values, **self.own, "partner_id": boss.partner_id.id}
        answer = self._post("/my/address/submit", **{**values, "name": "Renamed"})
        self.assertIn("name", answer.json()["invalid_fields"])
        self.assertEqual(boss.partner_id.name, "Eastwind")
        self.assertEqual(boss.partner_id.street, "East 1")

    def test_checks_are_not_switched_off(self):
        answer = self._submit_own(verify_address_values="", email="no address").json()
        self.assertIn("email", answer["invalid_fields"])
        self.assertEqual(self.buyer.partner_id.email, "buyer@northwind.example")

    def test_leads_to_no_other_site(self):
        for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
            with self.subTest(target):
                answer = self._submit_own(callback=target).json()
                self.assertNotIn("evil", answer["redirectUrl"])
                page = self._get(f"/my/address?callback={target}")
                self.assertNotIn("evil", page.text)
        for target in read_paths()["foreign"]:
            with self.subTest(target):
                answer = self._submit_own(callback=target)
                if answer.status_code == 200:  # or refused for a control character
                    self.assertEqual(answer.json()["redirectUrl"], "/my/addresses")
                for path, name in (
                    ("/my/address", "callback"),
                    ("/my/account", "redirect"),
                ):
                    page = self.url_open(path, params={name: target})
                    for link in html.fromstring(page.text).iter("a"):
                        self.assertNotEqual(link.get("href"), target.strip())
                        self.assertNotIn("evil", link.get("href") or "")
        page = self._get("/my/address?callback=javascript:alert(1)")
        self.assertNotIn("javascript:alert", page.text)
        self.assertEqual(self._submit_own(callback="/my").json()["redirectUrl"], "/my")

    def test_state_is_one_of_the_country(self):
        hong_kong, canada, california, ontario, none = (
            self.env.ref("base.hk").id,
            self.env.ref("base.ca").id,
            self.env.ref("base.state_us_5").id,
            self.env.ref("base.state_ca_on").id,
            "",
        )
        for country, state, is_right in (
            (hong_kong, california, False),
            (hong_kong, none, True),
            (canada, california, False),
            (canada, ontario, True),
            (self.us.id, ontario, False),
            (self.us.id, california, True),
            (self.nl.id, self.state.id, False),
        ):
            for submit in (self._submit_own, self._submit):
                with self.subTest(country=country, state=state):
                    answer = submit(
                        country_id=country, state_id=state, street=f"{country} {state}"
                    )
                    answer = answer if isinstance(answer, dict) else answer.json()
                    invalid = answer.get("invalid_fields", [])
                    self.assertEqual("state_id" in invalid, not is_right)
                    self.assertEqual("redirectUrl" in answer, is_right)

    def test_unknown_address_is_refused(self):
        for partner in ("x", "²", "1,2", "-1"):
            with self.subTest(partner):
                answer = self._post(
                    "/my/address/submit", **{**self.values, "partner_id": partner}
                )
                self.assertEqual(answer.status_code, 200)
                self.assertIn("messages", answer.json())
        contacts = (self.stranger.partner_id, self.customer, self.branch)
        for partner in (*contacts, self.foreign, self.colleague.partner_id):
            with self.subTest(partner.name):
                self.assertEqual(self._submit(partner).status_code, 404)
                path = f"/my/address?partner_id={partner.id}"
                self.assertEqual(self._get(path).status_code, 404)

    def test_odd_fields_break_nothing(self):
        before = self._find(parent_id=self.customer.id)
        for name in (
            "address_values",
            "partner_sudo",
            "order_sudo",
            "form_data",
            "portal_request_key",
            "use_delivery_as_billing",
            "required_fields",
            "state_id",
            "country_id",
            "customer_id",
            "name",
        ):
            for value in ("x", "9" * 12, "²", "<b>", "a" * 300):
                with self.subTest(name, value=value[:5]):
                    answer = self._submit(**{"street": "", name: value})
                    self.assertEqual(answer.status_code, 200)
                    self.assertIn("messages", answer.json())
        self.assertEqual(self._find(parent_id=self.customer.id), before)


class TestAddressBook(AddressCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(partner_shipping_id=cls.yard.id)

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    # ------------------------------------------------------------
    # The list
    # ------------------------------------------------------------

    def test_lists_the_company_s_and_its_branches_addresses(self):
        self.assertEqual(self._get_names(), ["North yard", "Desk", "Yard"])
        for query, names in (
            ("filterby=delivery", ["North yard", "Yard"]),
            ("filterby=invoice", ["Desk"]),
            ("filterby=other", []),
            ("filterby=archived", []),
            (f"company={self.branch.id}", ["North yard"]),
            (f"company={self.other_customer.id}", ["North yard", "Desk", "Yard"]),
            ("search=Desk street", ["Desk"]),
            ("search=nobody", []),
        ):
            with self.subTest(query):
                self.assertEqual(self._get_names(f"/my/addresses?{query}"), names)

    def test_who_reaches_which(self):
        self._sign_in(self.colleague)
        self.assertEqual(self._get_names(), ["North yard"])
        self._sign_in(self.stranger)
        self.assertEqual(self._get_names(), ["Foreign"])
        path = f"/my/addresses/{self.yard.id}"
        for verb in ("archive", "restore", "default"):
            self.assertEqual(self._post(f"{path}/{verb}").status_code, 404)
        self.assertTrue(self.yard.active)

    def test_own_ones_only(self):
        self.buyer.portal_membership_ids.scope = "own"
        self.assertEqual(self._get_names(), [])
        self._submit()
        self.assertEqual(self._get_names(), ["Site 7"])
        self.assertEqual(self._edit(self.yard, city="Salem").status_code, 404)
        made = self._find(name="Site 7")
        path = f"/my/addresses/{made.id}/default"
        self.assertEqual(
            self._post(path, choice="add-delivery-company").status_code, 403
        )
        self._post(path, choice="add-delivery-mine")
        member = self.buyer.portal_membership_ids
        self.assertEqual(member.default_shipping_id, made)

    def test_without_the_permission(self):
        role = self._create_role({"see_orders": "branches"})
        self.buyer.portal_membership_ids.role_id = role
        for path in (
            "/my/addresses",
            "/my/address",
            f"/my/address?partner_id={self.yard.id}",
        ):
            self.assertEqual(self._get(path).status_code, 403)
        for verb in ("archive", "restore", "default"):
            path = f"/my/addresses/{self.yard.id}/{verb}"
            self.assertEqual(self._post(path).status_code, 403)
        self.assertEqual(self._post("/my/addresses/export").status_code, 403)
        self.assertEqual(self._edit(self.yard, city="Salem").status_code, 403)
        self.assertEqual(self.yard.city, "Boston")

    def test_works_for_another_customer(self):
        """Who works for two customers keeps the address book of both."""
        self.env["portal.membership"].create(
            {
                "user_id": self.buyer.id,
                "partner_id": self.other_customer.id,
                "role_id": self.stranger.portal_membership_ids.role_id.id,
            }
        )
        self._edit(self.foreign, city="Salem")
        self.assertEqual(self.foreign.city, "Salem")
        # Opening it made the person act for that customer.
        self.assertEqual(self._get_names(), ["Foreign"])
        self._submit()
        self.assertEqual(self._find(name="Site 7").parent_id, self.other_customer)

    def test_exports_what_the_list_shows(self):
        self.yard.write({"name": "=Yard", "site_contact_name": "@Ann"})
        answer = self._post("/my/addresses/export?filterby=delivery")
        self.assertEqual(answer.status_code, 200)
        text = answer.content.decode("utf-8-sig")
        self.assertEqual(len(text.splitlines()), 3)
        self.assertIn("'=Yard", text)
        self.assertIn("'@Ann", text)
        self.assertNotIn("Foreign", text)

    def test_costs_the_same_for_many(self):
        paths = ("/my/addresses", f"/my/address?partner_id={self.yard.id}")
        few = {path: self._count(path) for path in paths}
        partners = self.env["res.partner"]
        contacts = [
            {"name": f"C {n}", "parent_id": self.customer.id} for n in range(200)
        ]
        partners.create(contacts)
        for number in range(200):
            company = self.customer if number % 2 else self.branch
            self._create_address(f"Place {number}", company)
        for path in (*paths, "/my/addresses?limit=100"):
            with self.subTest(path):
                self.assertLessEqual(self._count(path), few[path.split("?limit")[0]])

    def _count(self, path):
        self._get(path)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self._get(path).status_code, 200)
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------
    # Add
    # ------------------------------------------------------------

    def test_adds_an_address_once(self):
        key = "a" * 32
        fields_ = {"site_contact_name": "Ann", "site_contact_phone": "+1 2"}
        for _click in range(2):
            answer = self._submit(request_key=key, **fields_).json()
            self.assertEqual(
                answer["redirectUrl"], "/my/addresses?notice=address_added"
            )
        made = self._find(name="Site 7")
        self.assertEqual(len(made), 1)
        self.assertEqual(made.parent_id, self.customer)
        self.assertEqual(made.type, "delivery")
        self.assertEqual(made.site_contact_name, "Ann")
        entry = self.env["portal.activity"].search(
            [("action", "=", "address_changed")], limit=1
        )
        self.assertEqual(entry.user_id, self.buyer)
        self.assertIn("Site 7", entry.detail)

    def test_adds_for_a_branch_within_reach(self):
        self._submit(customer_id=self.branch.id, use_delivery_as_billing="true")
        made = self._find(name="Site 7")
        self.assertEqual((made.parent_id, made.type), (self.branch, "other"))
        self._submit(customer_id=self.other_customer.id, name="Site 8")
        self.assertEqual(self._find(name="Site 8").parent_id, self.customer)

    def test_notices_a_second_one_alike(self):
        same = {
            "name": " yard",
            "street": "YARD  STREET.",
            "city": "boston",
            "zip": "02110",
            "country_id": self.us.id,
            "state_id": self.state.id,
        }
        answer = self._submit(**same).json()
        self.assertEqual(answer["invalid_fields"], ["save_anyway"])
        self.assertIn("Yard, Yard street", answer["messages"][0])
        self.assertEqual(self._find(name="yard"), self.env["res.partner"])
        # Another customer's addresses are nobody's business.
        foreign = self._submit(
            **{**same, "name": "Foreign", "street": "Foreign street"}
        )
        self.assertIn("redirectUrl", foreign.json())
        self.assertIn("redirectUrl", self._submit(save_anyway="1", **same).json())
        self.assertEqual(len(self._find(name="yard")), 1)

    # ------------------------------------------------------------
    # Change
    # ------------------------------------------------------------

    def test_unused_address_is_changed_in_place(self):
        unused = self._create_address("Unused", self.customer)
        answer = self._edit(unused, city="Salem")
        self.assertIn("redirectUrl", answer.json())
        self.assertEqual(unused.city, "Salem")
        self.assertFalse(self._find(portal_replaces_id=unused.id))

    def test_used_address_is_replaced(self):
        quote = self._create_order(state="sent", partner_shipping_id=self.yard.id)
        draft = self._create_order(state="draft", partner_shipping_id=self.yard.id)
        self.customer.portal_shipping_id = self.yard
        member = self.buyer.portal_membership_ids
        member.default_shipping_id = self.yard
        answer = self._edit(self.yard, street="Dock 3")
        new = self._find(portal_replaces_id=self.yard.id)
        self.assertEqual(len(new), 1)
        self.assertEqual(answer.json()["redirectUrl"], f"/my/addresses/{new.id}/orders")
        self.assertEqual((new.street, new.name), ("Dock 3", "Yard"))
        self.assertEqual(self.yard.street, "Yard street")
        self.assertFalse(self.yard.active)
        self.assertEqual(self.order.partner_shipping_id, self.yard)
        self.assertEqual((quote | draft).partner_shipping_id, new)
        self.assertEqual(self.customer.portal_shipping_id, new)
        self.assertEqual(member.default_shipping_id, new)
        self.assertEqual(self._edit(self.yard, street="Dock 4").status_code, 404)

    def test_mistake_or_no_change_replaces_nothing(self):
        answer = self._edit(self.yard, street="").json()
        self.assertIn("street", answer["invalid_fields"])
        answer = self._edit(self.yard).json()
        self.assertIn("redirectUrl", answer)
        self.assertTrue(self.yard.active)
        self.assertFalse(self._find(portal_replaces_id=self.yard.id))

    def test_archives_and_restores(self):
        self.customer.portal_shipping_id = self.yard
        path = f"/my/addresses/{self.yard.id}"
        for _click in range(2):
            answer = self._post(f"{path}/archive")
            self.assertURLEqual(
                answer.headers["Location"],
                f"/my/addresses?notice=address_archived&address={self.yard.id}",
            )
        self.assertFalse(self.yard.active)
        self.assertFalse(self.customer.portal_shipping_id)
        self.assertEqual(self._get_names("/my/addresses?filterby=archived"), ["Yard"])
        page = self._get(
            f"/my/addresses?notice=address_archived&address={self.yard.id}"
        )
        self.assertIn(f"{path}/restore", page.text)
        self._post(f"{path}/restore")
        self.assertTrue(self.yard.active)
        actions = self.env["portal.activity"].search([]).mapped("action")
        self.assertEqual(actions.count("address_archived"), 1)
        self.assertIn("address_restored", actions)

    def test_core_s_call_archives_addresses_only(self):
        for partner in (
            self.buyer.partner_id,
            self.colleague.partner_id,
            self.customer,
            self.branch,
            self.foreign,
        ):
            answer = self.url_open(
                "/my/address/archive", json={"params": {"partner_id": partner.id}}
            ).json()
            self.assertIn("error", answer)
            self.assertTrue(partner.active)
        self.url_open(
            "/my/address/archive", json={"params": {"partner_id": self.desk.id}}
        )
        self.assertFalse(self.desk.active)

    def test_tells_who_else_manages_addresses(self):
        other = self._create_portal_user("other_buyer", self.customer)
        self._post(f"/my/addresses/{self.desk.id}/archive")
        told = self.env["portal.notice"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(told.user_id, other)

    # ------------------------------------------------------------
    # The usual one
    # ------------------------------------------------------------

    def test_person_s_default_goes_before_the_company_s(self):
        core = self._create_order(state="draft").partner_shipping_id
        self.assertEqual(core, self.yard)
        usual = self._create_address("Usual", self.customer)
        own = self._create_address("Own", self.customer, type="other")
        self._post(f"/my/addresses/{usual.id}/default", choice="add-delivery-company")
        order = self._create_order(state="draft")
        self.assertEqual(order.partner_shipping_id, usual)
        self._post(f"/my/addresses/{own.id}/default", choice="add-delivery-mine")
        self._post(f"/my/addresses/{own.id}/default", choice="add-invoice-mine")
        for values in (
            {"portal_user_id": self.buyer.id},
            {"partner": self.buyer.partner_id},
        ):
            order = self._create_order(state="draft", **values)
            self.assertEqual(order.partner_shipping_id, own)
            self.assertEqual(order.partner_invoice_id, own)
        reorder = (
            self.order.with_user(self.buyer)
            .sudo()
            ._create_reorder({self.order.order_line.id: 1.0})
        )
        # What is repeated goes where it went.
        self.assertEqual(reorder.partner_shipping_id, self.order.partner_shipping_id)
        order = self._create_order(state="draft", portal_user_id=self.colleague.id)
        self.assertEqual(order.partner_shipping_id, usual)
        # A branch is a customer of its own.
        order = self._create_order(
            state="draft", partner=self.branch, portal_user_id=self.buyer.id
        )
        self.assertEqual(order.partner_shipping_id, self.north)
        self._post(f"/my/addresses/{own.id}/default", choice="remove-delivery-mine")
        order = self._create_order(state="draft", portal_user_id=self.buyer.id)
        self.assertEqual(order.partner_shipping_id, usual)

    def test_default_is_right_or_refused(self):
        member = self.buyer.portal_membership_ids
        path = f"/my/addresses/{self.yard.id}/default"
        for choice in ("", "x", "add-invoice-mine", "add-delivery-x", "add-x-mine"):
            self._post(path, choice=choice)
        self.assertFalse(member.default_shipping_id | member.default_invoice_id)
        self.assertFalse(self.customer.portal_invoice_id)
        north = f"/my/addresses/{self.north.id}/default"
        self.assertEqual(self._post(north, choice="add-delivery-mine").status_code, 403)
        self._post(north, choice="add-delivery-company")
        self.assertEqual(self.branch.portal_shipping_id, self.north)
        with self.assertRaises(ValidationError):
            member.default_shipping_id = self.foreign

    def test_fields_of_staff_are_not_read_by_contacts(self):
        own = self.customer.with_user(self.buyer)
        for name in ("portal_shipping_id", "portal_invoice_id", "portal_replaces_id"):
            with self.assertRaises(AccessError):
                own.read([name])
        with self.assertRaises(AccessError):
            self.buyer.portal_membership_ids.with_user(self.buyer).read(
                ["default_shipping_id"]
            )
        self.assertFalse(self.yard.with_user(self.buyer).has_access("write"))

    def test_contact_with_a_sign_in_is_no_address(self):
        self.colleague.partner_id.type = "delivery"
        self.assertNotIn(self.colleague.partner_id.name, self._get_names())
        answer = self._post(f"/my/addresses/{self.colleague.partner_id.id}/archive")
        self.assertEqual(answer.status_code, 404)

    def test_quotation_follows_with_its_taxes(self):
        taxes = self.env["account.tax"]
        domestic = taxes.create({"name": "US 10", "amount": 10})
        position = self.env["account.fiscal.position"].create(
            {"name": "Abroad", "auto_apply": True, "country_id": self.nl.id}
        )
        product = self._get_product().copy({"taxes_id": [Command.set(domestic.ids)]})
        quote = self._create_order(state="sent", partner_shipping_id=self.yard.id)
        quote.order_line.product_id = product
        quote.order_line.tax_ids = domestic
        self._edit(
            self.yard,
            street="Quay 1",
            city="Delft",
            zip="2600",
            country_id=self.nl.id,
            state_id="",
        )
        self.assertEqual(quote.partner_shipping_id.city, "Delft")
        self.assertEqual(quote.fiscal_position_id, position)
        # A position without taxes takes them away.
        self.assertFalse(quote.order_line.tax_ids)
