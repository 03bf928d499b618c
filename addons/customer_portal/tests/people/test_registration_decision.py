"""The seller's staff decide who gets access."""

from odoo import Command
from odoo.exceptions import AccessError, UserError

from ..registration_case import RegistrationCommon


class TestRegistrationDecision(RegistrationCommon):
    def _get_people(self, customer):
        return self.env["portal.membership"].search([("partner_id", "=", customer.id)])

    # ------------------------------------------------------------
    # Who it may be
    # ------------------------------------------------------------

    def _look(self, **values):
        """Return a request in sudo with what was found, without any page."""
        registration = self.registrations.create(
            {
                "company_name": "Eastwind GmbH",
                "vat": "BE0403170701",
                "country_id": self.country.id,
                "person_name": "Ann",
                "email": "ann@eastwind.example",
                "company_id": self.company.id,
                "state": "to_decide",
                **values,
            }
        )
        registration._look_for_customers()
        return registration

    def _write_vat(self, vat, country):
        """Give Northwind and its contacts a number that no addon has put in order."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET vat = %s, country_id = %s"
            " WHERE commercial_partner_id = %s",
            (vat, country.id, self.customer.id),
        )
        self.env.invalidate_all()

    def _get_matches(self, registration, reason):
        return registration.match_ids.filtered(reason).partner_id

    def test_finds_the_vat_number_however_it_is_written(self):
        for written in (
            "BE0477472701",
            "be 0477.472.701",
            "0477472701",
            "BE-0477472701",
        ):
            for asked in ("BE0477472701", "0477 472 701", "be0477.472.701"):
                with self.subTest(written, asked=asked):
                    self._write_vat(written, self.country)
                    registration = self._look(vat=asked)
                    self.assertEqual(
                        self._get_matches(registration, "has_vat"), self.customer
                    )
                    self.assertEqual(registration.partner_id, self.customer)
                    self.assertEqual(registration.choice, "join")

    def test_number_without_letters_is_of_its_country(self):
        self._write_vat("0477472701", self.env.ref("base.fr"))
        registration = self._look(vat="0477472701")
        self.assertFalse(self._get_matches(registration, "has_vat"))

    def test_several_with_the_number_are_not_chosen_from(self):
        self.other_customer.write(
            {"vat": "BE0477472701", "country_id": self.country.id}
        )
        registration = self._look(vat="BE0477472701")
        self.assertEqual(
            self._get_matches(registration, "has_vat"),
            self.customer | self.other_customer,
        )
        self.assertFalse(registration.choice)
        self.assertFalse(registration.partner_id)

    def test_finds_domain_and_name(self):
        partners = self.env["res.partner"]
        colleague = partners.create(
            {
                "name": "Bob",
                "parent_id": self.customer.id,
                "email": "bob@eastwind.example",
            }
        )
        alike = partners.create({"name": "EASTWIND S.A.", "is_company": True})
        partners.create({"name": "Eastern Tools", "is_company": True})
        registration = self._look()
        self.assertEqual(
            self._get_matches(registration, "has_domain"),
            colleague.commercial_partner_id,
        )
        self.assertEqual(self._get_matches(registration, "has_name"), alike)
        self.assertEqual(registration.choice, "new")
        self.assertEqual(
            registration.match_ids.mapped("reasons"),
            ["Same domain of the address", "Similar name"],
        )
        colleague.email = "bob@gmail.com"
        registration = self._look(email="ann@gmail.com")
        self.assertFalse(self._get_matches(registration, "has_domain"))

    def test_the_seller_is_no_customer(self):
        self.company.partner_id.write(
            {"vat": "BE0403170701", "country_id": self.country.id}
        )
        self.assertFalse(self._look(company_name=self.company.name).match_ids)

    # ------------------------------------------------------------
    # Approve
    # ------------------------------------------------------------

    def test_new_customer_gets_an_administrator(self):
        registration = self._ask_and_confirm()
        self.assertEqual(registration.choice, "new")
        self.assertEqual(registration.role_id, self.administrator)
        registration.action_approve()
        self.assertEqual(registration.state, "approved")
        self.assertEqual(registration.decided_by_id, self.manager)
        self.assertFalse(registration.activity_ids)
        customer = registration.partner_id
        self.assertRecordValues(
            customer,
            [
                {
                    "name": "Eastwind GmbH",
                    "is_company": True,
                    "country_id": self.country.id,
                    "parent_id": False,
                }
            ],
        )
        self.assertEqual(
            self.registrations._normalize_vat(customer.vat), "BE0403170701"
        )
        membership = self._get_people(customer)
        self.assertEqual(membership, registration.membership_id)
        self.assertRecordValues(
            membership,
            [
                {
                    "state": "invited",
                    "email": "ann@eastwind.example",
                    "name": "Ann Archer",
                    "role_id": self.administrator.id,
                    "invited_by_id": self.manager.id,
                }
            ],
        )
        self.assertEqual(membership.contact_id.phone, "+32 2 555 01 42")
        self.assertIn("/web/signup?", membership.mail_id.body_html)
        entry = (
            self.env["portal.activity"]
            .sudo()
            .search([("action", "=", "registration_decided")])
        )
        self.assertEqual(entry.partner_id, customer)
        self.assertEqual(entry.user_id, self.manager)
        # The invited person signs in, and works for the new customer.
        self.assertIn("approved", self._get(self._get_link(self._get_mails()[0])).text)

    def test_joins_the_existing_customer(self):
        before = self.env["res.partner"].search_count([("is_company", "=", True)])
        registration = self._ask_and_confirm(vat="be 0477.472.701")
        self.assertEqual(registration.partner_id, self.customer)
        # Northwind has people, so that the usual role is proposed.
        self.assertEqual(registration.role_id, self.member)
        registration.action_approve()
        self.assertEqual(
            self.env["res.partner"].search_count([("is_company", "=", True)]), before
        )
        membership = registration.membership_id
        self.assertEqual(membership.partner_id, self.customer)
        self.assertEqual(membership.contact_id.parent_id, self.customer)

    def test_first_person_of_an_existing_customer_is_administrator(self):
        self.buyer.portal_membership_ids.unlink()
        registration = self._ask_and_confirm(vat="BE0477472701")
        self.assertEqual(registration.role_id, self.administrator)

    def test_choosing_a_match(self):
        alike = self.env["res.partner"].create({"name": "Eastwind", "is_company": True})
        registration = self._ask_and_confirm()
        match = registration.match_ids
        self.assertEqual(match.partner_id, alike)
        match.action_choose()
        self.assertEqual(registration.choice, "join")
        self.assertEqual(registration.partner_id, alike)
        match.with_user(self.sales).read(["reasons", "people_count", "vat"])
        with self.assertRaises(AccessError):
            match.with_user(self.sales).action_choose()

    def test_known_number_is_not_doubled_by_accident(self):
        registration = self._ask_and_confirm(vat="BE0477472701")
        registration.write({"choice": "new", "partner_id": False})
        with self.assertRaisesRegex(UserError, "Northwind has this VAT number"):
            registration.action_approve()
        self.assertEqual(registration.state, "to_decide")
        registration.is_duplicate_wanted = True
        registration.action_approve()
        self.assertNotEqual(registration.partner_id, self.customer)

    def test_customer_made_meanwhile_is_seen(self):
        registration = self._ask_and_confirm()
        self.assertFalse(registration.match_ids)
        self.other_customer.write(
            {"vat": "BE0403170701", "country_id": self.country.id}
        )
        with self.assertRaisesRegex(UserError, "Southwind has this VAT number"):
            registration.action_approve()
        registration.action_look_again()
        self.assertEqual(registration.partner_id, self.other_customer)

    def test_nothing_chosen_is_refused(self):
        registration = self._ask_and_confirm()
        for values in (
            {"choice": False},
            {"choice": "join", "partner_id": False},
            {"choice": "new", "role_id": False},
        ):
            with self.subTest(**values), self.assertRaises(UserError):
                registration.write(values)
                registration.action_approve()

    def test_two_approvals_make_one_customer(self):
        registration = self._ask_and_confirm()
        registration.action_approve()
        with self.assertRaisesRegex(UserError, "has already decided this"):
            registration.action_approve()
        for method in (registration.action_refuse, registration.action_send_back):
            registration.sudo().answer = "No."
            with self.assertRaises(UserError):
                method()
        customers = self.env["res.partner"].search([("name", "=", "Eastwind GmbH")])
        self.assertEqual(customers, registration.partner_id)
        self.assertEqual(len(self._get_people(customers)), 1)

    def test_two_requests_of_a_person_make_one_membership(self):
        first = self._ask_and_confirm()
        second = self._ask_and_confirm(request_key="b" * 32)
        self.assertEqual(second.other_count, 1)
        first.action_approve()
        second.action_look_again()
        with self.assertRaisesRegex(UserError, "has already been invited"):
            second.action_approve()
        self.assertEqual(second.state, "to_decide")

    def test_person_with_a_sign_in_gets_a_second_customer(self):
        self.stranger.login = "stranger@southwind.example"
        registration = self._ask_and_confirm_as("stranger@southwind.example")
        registration.action_approve()
        self.assertEqual(registration.membership_id.user_id, self.stranger)
        self.assertEqual(registration.membership_id.state, "invited")

    def _ask_and_confirm_as(self, email):
        self._ask(email=email)
        self._confirm(self._get_link(self._get_mails(email)))
        self.env.invalidate_all()
        return self._get_registrations()[0].with_user(self.manager)

    def test_staff_cannot_be_invited(self):
        self.sales.login = "seller@seller.example"
        registration = self._ask_and_confirm_as("seller@seller.example")
        with self.assertRaisesRegex(UserError, "cannot be invited"):
            registration.action_approve()

    def test_unconfirmed_is_not_approved(self):
        self._ask()
        registration = self._get_registrations().with_user(self.manager)
        with self.assertRaisesRegex(UserError, "not confirmed"):
            registration.action_approve()

    # ------------------------------------------------------------
    # Send back and refuse
    # ------------------------------------------------------------

    def test_sent_back_corrected_and_approved(self):
        registration = self._ask_and_confirm()
        with self.assertRaisesRegex(UserError, "Write the message for the person"):
            registration.action_send_back()
        registration.answer = "The number lacks a digit."
        registration.action_send_back()
        self.assertEqual(registration.state, "sent_back")
        self.assertFalse(registration.activity_ids)
        mail = self._get_mails()[-1]
        self.assertIn("The number lacks a digit.", mail.body_html)
        link = self._get_link(mail)
        page = self._get(link)
        self.assertIn("The number lacks a digit.", page.text)
        self.assertIn("Please correct your request", page.text)
        form = self._get_form(token=self._get_token(link), vat="BE0477472701")
        self.assertEqual(self._post("/registration/request", **form).status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(registration.state, "to_decide")
        self.assertFalse(registration.answer)
        self.assertTrue(registration.activity_ids)
        registration.action_approve()
        self.assertEqual(registration.partner_id, self.customer)

    def test_refused_with_a_reason(self):
        registration = self._ask_and_confirm()
        with self.assertRaises(UserError):
            registration.action_refuse()
        registration.answer = "We sell in Belgium <only>."
        registration.action_refuse()
        self.assertEqual(registration.state, "refused")
        mail = self._get_mails()[-1]
        self.assertIn("We sell in Belgium &lt;only&gt;.", mail.body_html)
        link = self._get_link(self._get_mails()[0])
        page = self._get(link)
        self.assertIn("Your request was refused", page.text)
        answer = self._post(
            "/registration/request", **self._get_form(token=self._get_token(link))
        )
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(registration.state, "refused")
        self.assertFalse(
            self.env["res.partner"].search([("name", "=", "Eastwind GmbH")])
        )

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------

    def test_sales_read_and_do_not_decide(self):
        registration = self._ask_and_confirm().with_user(self.sales)
        self.assertEqual(registration.company_name, "Eastwind GmbH")
        registration.sudo().answer = "No."
        for method in (
            registration.action_approve,
            registration.action_refuse,
            registration.action_send_back,
            registration.action_look_again,
        ):
            with self.subTest(method.__name__), self.assertRaises(AccessError):
                method()
        self.assertEqual(registration.state, "to_decide")

    def test_others_do_not_reach_it(self):
        registration = self._ask_and_confirm()
        nobody = self._create_staff("support", "base.group_user")
        public = self.env.ref("base.public_user")
        for user in (self.buyer, nobody, public):
            own = registration.with_user(user)
            for method in (
                own.action_approve,
                own.action_refuse,
                own.action_open_others,
            ):
                with (
                    self.subTest(method.__name__, user=user.login),
                    self.assertRaises(AccessError),
                ):
                    method()
            for model in ("portal.registration", "portal.registration.match"):
                self.assertFalse(self.env[model].with_user(user).has_access("read"))
            with self.assertRaises(AccessError):
                own.read(["company_name"])

    def test_portal_user_calls_nothing_over_rpc(self):
        registration = self._ask_and_confirm()
        self._sign_in(self.buyer)
        for method, arguments in (
            ("read", [registration.ids, ["company_name"]]),
            ("search_read", [[]]),
            ("action_approve", [registration.ids]),
            ("_make_token", [registration.ids]),
        ):
            with self.subTest(method):
                answer = self.url_open(
                    "/web/dataset/call_kw",
                    json={
                        "params": {
                            "model": "portal.registration",
                            "method": method,
                            "args": arguments,
                            "kwargs": {},
                        }
                    },
                )
                self.assertIn("error", answer.json())
                self.assertNotIn("Eastwind", answer.text)
        self.env.invalidate_all()
        self.assertEqual(registration.state, "to_decide")

    def test_staff_of_another_company_do_not_see_it(self):
        registration = self._ask_and_confirm()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        manager = self._create_staff("else", "customer_portal.group_portal_manager")
        manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        own = self.registrations.with_user(manager)
        self.assertFalse(own.search([("id", "=", registration.id)]))
