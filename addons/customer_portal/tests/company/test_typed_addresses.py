"""The table of typed e-mail addresses, at every form that takes one."""

import json
import time
import tracemalloc

from ...const import LARGEST_FORM
from ..frame.test_mailbox import read_cases
from ..people_case import PeopleCommon
from ..registration_case import RegistrationCommon

MOST_SECONDS = 3  # of the processor
MOST_BYTES = 64 * 1024 * 1024


class TestTypedAddresses(PeopleCommon, RegistrationCommon):
    def setUp(self):
        super().setUp()
        cases = read_cases()
        self.right = cases["right"]
        # One of each kind by HTTP; all of them are in test_mailbox.
        self.wrong = [
            text
            for texts in cases["wrong"].values()
            for text in texts[:3]
            if text.strip() and "\0" not in text
        ]
        self.wrong.append("(" * 1500)

    def _invite_typed(self, people):
        return self._post(
            "/my/people/invite",
            people=people,
            role_id=self.buyer_role.id,
            scope="company",
            limit_kind="none",
        )

    def _count(self):
        users = self.env["res.users"].with_context(active_test=False)
        return (
            users.search_count([]),
            self.env["res.partner"].search_count([]),
            self.env["mail.mail"].search_count([]),
            self.registrations.search_count([]),
        )

    def test_invitations_refuse_what_is_no_address(self):
        self._sign_in(self.boss)
        before = self._count()
        for text in self.wrong:
            # A list is read line by line, and Ann <ann@example.com> has a name.
            if ";" in text or "\n" in text or text.endswith(">"):
                continue
            with self.subTest(text[:30]):
                answer = self._invite_typed(text)
                self.assertEqual(answer.status_code, 422)
                self.assertIn('id="wrong_lines"', answer.text)
        self.assertEqual(self._count(), before)

    def test_invitations_reach_who_was_typed(self):
        self._sign_in(self.boss)
        self._invite_typed("\n".join(typed for typed, _address in self.right))
        expected = {address for _typed, address in self.right}
        members = self.memberships.search([("email", "in", list(expected))])
        self.assertEqual(set(members.mapped("email")), expected)
        self.assertEqual(set(members.user_id.mapped("login")), expected)
        self.assertEqual(set(members.mail_id.mapped("email_to")), expected)

    def test_the_preview_shows_whom_it_will_reach(self):
        wizard = self.env["portal.invitation.wizard"].create({})
        line = wizard.line_ids.create({"wizard_id": wizard.id})
        for typed, address in (
            ("Buyer <BUYER@northwind.example>", "buyer@northwind.example"),
            ("ann@x,example", ""),
            ("ann\u200b@example.com", ""),
        ):
            with self.subTest(typed):
                line.email = typed
                self.assertEqual(line.reached, address)

    def test_registration_refuses_what_is_no_address(self):
        before = self._count()
        for text in self.wrong:
            with self.subTest(text[:30]):
                answer = self._ask(email=text)
                self.assertEqual(answer.status_code, 422)
                self.assertIn('id="email_help"', answer.text)
        self.assertEqual(self._count(), before)

    def test_registration_keeps_what_was_typed(self):
        for number, (typed, address) in enumerate(self.right):
            with self.subTest(typed):
                self._ask(email=typed, request_key=f"{number:032x}")
                self.assertEqual(self._get_registrations()[0].email, address)

    def test_contacts_refuse_what_is_no_address(self):
        self._sign_in(self.boss)
        before = self._count()
        for text in self.wrong:
            with self.subTest(text[:30]):
                answer = self._post(
                    "/my/company/contacts", function="invoices", email=text
                )
                self.assertEqual(answer.status_code, 422)
                self.assertIn("is-invalid", answer.text)
        self.assertEqual(self._count(), before)

    def test_addresses_refuse_what_is_no_address(self):
        self._sign_in(self.boss)
        before = self._count()
        values = {
            "address_type": "delivery",
            "address_book": "1",
            "name": "Site 7",
            "phone": "1",
            "street": "Quay 7",
            "city": "Rotterdam",
            "zip": "3011",
            "country_id": self.env.ref("base.nl").id,
        }
        for text in self.wrong:
            with self.subTest(text[:30]):
                answer = self._post("/my/address/submit", email=text, **values)
                self.assertIn("email", json.loads(answer.text)["invalid_fields"])
        self.assertEqual(self._count(), before)

    def test_who_signs_up_types_an_address(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("auth_signup.invitation_scope", "b2c")
        parameters.set_param("customer_portal.limit_sign_up", "1000")
        self.stranger.login = "Stranger@Southwind.example"
        before = self._count()
        for text in [*self.wrong, "stranger@southwind.example ", "Buyer"]:
            with self.subTest(text[:30]):
                answer = self._post(
                    "/web/signup",
                    login=text,
                    name="Ann",
                    password="a-Long-secret",
                    confirm_password="a-Long-secret",
                )
                self.assertEqual(answer.status_code, 200)
                self.assertIn("alert-danger", answer.text)
        self.assertEqual(self._count(), before)

    def test_pasted_lists_cost_little(self):
        self._sign_in(self.boss)
        for text in (
            '"a' + " " * 29_000,
            '"a' + " " * 250_000,
            "<" * 29_000,
            "a\n" * 14_000,
            "\n" * 200_000,
            "a@b.de;" * 4_000,
            "a@b.de\n" * 30_000,
            "(" * 200_000,
        ):
            for people in (text, text * 10):
                with self.subTest(people[:9], length=len(people)):
                    self._assert_cheap(self._invite_typed, people)

    def test_registration_costs_little(self):
        for letter in (" ", "(", "\n", "a@", "a.", "é"):
            text = letter * (LARGEST_FORM // 5 // len(letter.encode()) // 3)
            for name in ("email", "message", "company_name", "vat", "phone"):
                with self.subTest(name, letter=letter):
                    self._assert_cheap(self._ask, **{name: text})
                    answer = self._ask(**{name: text * 60})
                    self.assertEqual(answer.status_code, 413)

    def _assert_cheap(self, ask, *args, **kwargs):
        tracemalloc.start()
        try:
            begin = time.process_time()
            answer = ask(*args, **kwargs)
            spent = time.process_time() - begin
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        self.assertIn(answer.status_code, (303, 413, 422))
        self.assertLess(spent, MOST_SECONDS)
        self.assertLess(peak, MOST_BYTES)
