"""Logins as phones write them, and a door that strangers cannot close."""

from odoo import fields
from odoo.exceptions import AccessDenied, ValidationError
from odoo.tests import new_test_user

from ...const import DEVICE_COOKIE
from ...controllers.people import sign_in
from ...models.frame.portal_rate_limit import LIMITS, RESERVE, SLOWED
from ..front_door_case import FrontDoorCommon

# How a phone or a paste writes the login `buyer`.
SPELLINGS = ("Buyer", "BUYER", "buyer ", " buyer", " Buyer ", "buyer\t", "buyer\u00a0")


class TestSpellings(FrontDoorCommon):
    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        self.patch(sign_in, "RESET_SECONDS", 0)
        self.users = self.env["res.users"]
        self._visit()

    def _authenticate(self, login, password):
        """Return the id of who gets in by RPC, or None."""
        credential = {"login": login, "password": password, "type": "password"}
        try:
            return self.users.authenticate(credential, {"interactive": False})["uid"]
        except AccessDenied:
            return None

    def test_a_login_is_found_as_phones_write_it(self):
        for login in SPELLINGS:
            with self.subTest(login):
                answer = self._guess(login, "buyer-secret")
                self.assertEqual(answer.status_code, 303)
                self.assertIn(self.buyer.name, self._get("/my").text)
                self.assertEqual(
                    self._authenticate(login, "buyer-secret"), self.buyer.id
                )
                self._visit()

    def test_a_login_with_capital_letters_is_found_too(self):
        person = self.buyer
        for stored, typed in (
            ("Ann.Archer@Example.com", "ann.archer@example.com"),
            ("BÜRO@example.com", "büro@example.com"),
            ("ΝΊΚΟΣ@example.com", "νίκος@example.com"),
        ):
            person.login = stored
            self.env.flush_all()
            for login in (stored, typed, f" {typed} "):
                with self.subTest(login):
                    found = self._authenticate(login, "buyer-secret")
                    # PostgreSQL may know the small letters of English only.
                    if typed.isascii() or login.strip() == stored:
                        self.assertEqual(found, person.id)
                    else:
                        self.assertIn(found, (person.id, None))

    def test_the_login_as_it_stands_goes_before_others(self):
        twin = new_test_user(
            self.env, login="Buyer", password="twin-secret", groups="base.group_portal"
        )
        for login, password, expected in (
            ("Buyer", "twin-secret", twin),
            ("Buyer ", "twin-secret", twin),
            ("buyer", "buyer-secret", self.buyer),
            ("Buyer", "buyer-secret", None),
            ("buyer", "twin-secret", None),
            # It is nobody's just so, and two people's in other letters.
            ("BUYER", "twin-secret", None),
            ("BUYER", "buyer-secret", None),
        ):
            with self.subTest(login, password=password):
                found = self._authenticate(login, password)
                self.assertEqual(found, expected.id if expected else None)
        twin.active = False
        self.assertEqual(self._authenticate("BUYER", "buyer-secret"), self.buyer.id)

    def test_what_is_no_login_finds_nobody(self):
        for login in ("", " ", "%", "_uyer", "buy", "buyer\0", "b" * 300, "buyer x"):
            with self.subTest(login):
                self.assertIsNone(self._authenticate(login, "buyer-secret"))

    def test_spellings_are_counted_as_one(self):
        for number in range(12):
            self._guess(SPELLINGS[number % len(SPELLINGS)])
        self.assertEqual(self._guess("buyer", "buyer-secret").status_code, 429)
        for number in range(12):
            answer = self._guess(("Nobody", "nobody ", " NOBODY")[number % 3])
        self.assertEqual(answer.status_code, 429)

    def test_a_reset_mail_is_sent_for_every_spelling(self):
        self.env["ir.config_parameter"].set_param(
            "customer_portal.limit_reset_mail", "100"
        )
        email = self.buyer.email
        for login in (*SPELLINGS, email.upper(), f" {email} ", email.capitalize()):
            with self.subTest(login):
                before = self.env["mail.mail"].search_count([("email_to", "=", email)])
                self._post("/web/reset_password", login=login)
                after = self.env["mail.mail"].search_count([("email_to", "=", email)])
                self.assertEqual(after, before + 1)

    def test_a_reset_mail_is_for_one_person_only(self):
        self.stranger.email = self.buyer.email.upper()
        before = self.env["mail.mail"].search_count([])
        self._post("/web/reset_password", login=self.buyer.email.capitalize())
        self.assertEqual(self.env["mail.mail"].search_count([]), before)


class TestManyStrangers(FrontDoorCommon):
    def setUp(self):
        super().setUp()
        self._visit()

    def _fill_up(self, kind="sign_in", times=1):
        """Let strangers at many addresses have used up what all have together."""
        limit = LIMITS[kind]
        self.limits.sudo().search([("kind", "=", kind)]).unlink()
        self.limits.sudo().create(
            {
                "kind": kind,
                "key": "all",
                "start": fields.Datetime.now(),
                "count": limit.overall * times,
            }
        )

    def test_who_belongs_here_gets_in_while_strangers_guess(self):
        self._fill_up()
        for person in (self.buyer, self.stranger):
            with self.subTest(person.login):
                answer = self._guess(person.login, f"{person.login}-secret")
                self.assertEqual(answer.status_code, 303)
                self._visit()

    def test_strangers_are_slowed_down(self):
        self._fill_up()
        statuses = [self._guess(f"nobody{n}").status_code for n in range(7)]
        self.assertEqual(statuses, [200] * SLOWED["sign_in"] + [429] * 2)

    def test_the_reserve_ends_for_strangers_only(self):
        self._visit()
        cookie = self._guess("buyer", "buyer-secret").cookies[DEVICE_COOKIE]
        self._visit()
        self._fill_up(times=RESERVE)
        self.assertEqual(self._guess("buyer", "buyer-secret").status_code, 429)
        self.opener.cookies[DEVICE_COOKIE] = cookie
        self.assertEqual(self._guess("buyer", "buyer-secret").status_code, 303)
        self._visit()
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(
            "customer_portal.staff_networks", "192.0.2.0/24, 127.0.0.0/8"
        )
        self.assertEqual(self._guess("admin", "admin").status_code, 303)

    def test_staff_networks_have_counters_of_their_own(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("customer_portal.staff_networks", "127.0.0.1 ::1")
        statuses = [self._guess("buyer").status_code for _ in range(11)]
        self.assertEqual(statuses, [200] * 10 + [429])
        self.assertEqual(self._guess("stranger", "stranger-secret").status_code, 303)

    def test_networks_are_checked_where_they_are_typed(self):
        settings = self.env["res.config.settings"]
        for text in ("192.0.2.0/24", "2001:db8::/48, 192.0.2.7", "", False):
            with self.subTest(text):
                settings.create({"portal_staff_networks": text})
        for text in ("192.0.2.0/33", "office", "192.0.2.1-192.0.2.9"):
            with self.subTest(text), self.assertRaises(ValidationError):
                settings.create({"portal_staff_networks": text})

    def test_resets_are_open_too(self):
        self.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        self.patch(sign_in, "RESET_SECONDS", 0)
        self._fill_up("reset")
        statuses = [
            self._post("/web/reset_password", login="buyer").status_code
            for _ in range(6)
        ]
        self.assertEqual(statuses, [200] * 5 + [429])
