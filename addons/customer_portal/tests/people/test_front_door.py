"""Who knocks too often waits; who belongs here gets in; nobody learns who does."""

import re
import time
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessDenied

from ...const import DEVICE_COOKIE
from ...controllers.people import sign_in
from ...exceptions import TooManyRequests
from ...models.frame.portal_rate_limit import LIMITS
from ...models.people.res_users_sign_in import ResUsers
from ..common import PortalCommon
from ..front_door_case import FrontDoorCommon

MISSING = 99999999
ALERT = re.compile(r'class="alert alert-\w+"[^>]*>(.*?)</p>', re.DOTALL)


class TestCounters(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.limits = cls.env["portal.rate.limit"]

    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())

    def _hits(self, times, **keys):
        return [self.limits._hit("reset_mail", **keys).allowed for _ in range(times)]

    def test_refuses_from_the_fourth_mail_on(self):
        self.assertEqual(self._hits(5, account="user:1"), [True] * 3 + [False] * 2)
        self.assertEqual(self._hits(1, account="user:2"), [True])

    def test_first_refusal_of_a_window_is_marked(self):
        self._hits(3, account="user:1")
        marks = [
            self.limits._hit("reset_mail", account="user:1").is_first for _ in range(3)
        ]
        self.assertEqual(marks, [True, False, False])

    def test_window_ends(self):
        now = fields.Datetime.now()
        with freeze_time(now):
            self._hits(3, account="user:1")
        for seconds, expected in ((0, 3600), (3599, 1), (3600, 0)):
            with freeze_time(now + timedelta(seconds=seconds)):
                verdict = self.limits._hit("reset_mail", account="user:1")
                self.assertEqual(verdict.seconds, expected)
                self.assertEqual(verdict.allowed, not expected)

    def test_a_refused_address_uses_up_nobody_s_attempts(self):
        most = LIMITS["sign_in"].address
        for _ in range(most):
            self.limits._hit("sign_in", address="address:a")
        for _ in range(20):
            verdict = self.limits._hit("sign_in", address="address:a", account="user:1")
            self.assertFalse(verdict.allowed)
        verdict = self.limits._hit("sign_in", address="address:b", account="user:1")
        self.assertTrue(verdict.allowed)

    def test_setting_changes_the_limit(self):
        parameters = self.env["ir.config_parameter"]
        for text, expected in (("2", 2), ("0", 3), ("-1", 3), ("x", 3), ("9" * 9, 3)):
            with self.subTest(text):
                parameters.set_param("customer_portal.limit_reset_mail", text)
                limit = self.limits._get_limit("reset_mail")
                self.assertEqual(limit.account, expected)
        parameters.set_param("customer_portal.limit_sign_in", "20")
        self.assertEqual(self.limits._get_limit("sign_in"), (900, 20, 100, 4000))

    def test_settings_page_writes_it(self):
        settings = self.env["res.config.settings"].create({"portal_limit_upload": 7})
        settings.execute()
        self.assertEqual(self.limits._get_limit("upload").account, 7)

    def test_addresses_of_one_household_are_one(self):
        keys = {
            self.limits._get_address_key(address)
            for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")
        }
        self.assertEqual(len(keys), 1)
        self.assertEqual(
            self.limits._get_address_key("::ffff:192.0.2.1"),
            self.limits._get_address_key("192.0.2.1"),
        )
        self.assertNotEqual(
            self.limits._get_address_key("192.0.2.1"),
            self.limits._get_address_key("192.0.2.2"),
        )

    def test_table_holds_no_logins_of_strangers(self):
        key = self.limits._get_login_key(" Ann@Example.com")
        self.assertNotIn("ann", key)
        self.assertEqual(key, self.limits._get_login_key("ann@example.com"))

    def test_old_rows_are_forgotten(self):
        self._hits(1, account="user:1")
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.limits._gc_counters()
        self.assertFalse(self.limits.search([("key", "=", "user:1")]))

    def test_customers_do_not_read_it(self):
        self.assertFalse(self.limits.with_user(self.buyer).has_access("read"))


class TestSignIn(FrontDoorCommon):
    def test_ten_guesses_are_checked(self):
        self._visit()
        checks = self._count_checks()
        start = time.monotonic()
        answers = [self._guess("buyer") for _ in range(12)]
        spent = time.monotonic() - start
        self.assertEqual([a.status_code for a in answers], [200] * 10 + [429] * 2)
        self.assertEqual(len(checks), 10)
        self.assertIn("Please wait a moment", answers[-1].text)
        self.assertIn("/web/reset_password", answers[-1].text)
        wait = int(answers[-1].headers["Retry-After"])
        self.assertLessEqual(wait, 900)
        self.assertGreaterEqual(wait, 900 - 1 - spent)
        # The right password waits too, or it would tell that it was right.
        self.assertEqual(self._guess("buyer", "buyer-secret").status_code, 429)
        # Others are not concerned.
        self.assertEqual(self._guess("stranger", "stranger-secret").status_code, 303)

    def test_success_forgets_the_failures(self):
        self._visit()
        for _round in range(2):
            for _ in range(9):
                self.assertEqual(self._guess("buyer").status_code, 200)
            self.assertEqual(self._guess("buyer", "buyer-secret").status_code, 303)
            self._visit()

    def test_known_device_gets_in_while_others_guess(self):
        self._visit()
        cookie = self._guess("buyer", "buyer-secret").cookies[DEVICE_COOKIE]
        self._visit()
        for _ in range(12):
            self._guess("buyer")
        self.assertEqual(self._guess("buyer", "buyer-secret").status_code, 429)
        self.opener.cookies[DEVICE_COOKIE] = cookie
        self.assertEqual(self._guess("buyer", "buyer-secret").status_code, 303)
        # It is no pass: it has a limit of its own, and is for one person.
        self._visit()
        self.opener.cookies[DEVICE_COOKIE] = cookie
        answers = [self._guess("buyer") for _ in range(11)]
        self.assertEqual(answers[-1].status_code, 429)

    def test_device_of_another_person_or_of_nobody_is_unknown(self):
        users = self.env["res.users"]
        text = self.buyer._make_device()
        uid, nonce, issued, signature = text.split("-")
        cases = {
            "another person": (self.stranger, text),
            "another nonce": (self.buyer, f"{uid}-00-{issued}-{signature}"),
            "another date": (
                self.buyer,
                f"{uid}-{nonce}-{int(issued) + 1}-{signature}",
            ),
            "nonsense": (self.buyer, "é-²-x-1"),
            "empty": (self.buyer, ""),
        }
        for name, (person, cookie) in cases.items():
            with self.subTest(name), MockCookies(cookie):
                self.assertIsNone(users._read_device(person))
        with MockCookies(text):
            self.assertEqual(users._read_device(self.buyer), f"{uid}-{nonce}")
            with freeze_time(fields.Datetime.now() + timedelta(days=200)):
                self.assertIsNone(users._read_device(self.buyer))

    def test_unknown_login_gets_the_same_words_and_work(self):
        self._visit()
        checks = []
        spend = ResUsers._spend_time_of_check

        def count(user, password):
            checks.append(password)
            return spend(user, password)

        self.patch(ResUsers, "_spend_time_of_check", count)
        known, unknown = self._guess("buyer"), self._guess("nobody")
        self.assertEqual(checks, ["wrong"])
        alerts = [ALERT.search(page.text)[1] for page in (known, unknown)]
        self.assertEqual(*alerts)
        statuses = [self._guess("nobody").status_code for _ in range(11)]
        self.assertEqual(statuses, [200] * 9 + [429] * 2)

    def test_person_without_a_password_looks_the_same(self):
        self.env.cr.execute(
            "UPDATE res_users SET password = NULL WHERE id = %s", [self.buyer.id]
        )
        self._visit()
        with patch.object(ResUsers, "_spend_time_of_check") as spend:
            self._guess("buyer")
        spend.assert_called_once()

    def test_session_and_rpc_count_on_the_same_account(self):
        checks = self._count_checks()
        users = self.env["res.users"]
        credential = {"login": "buyer", "password": "wrong", "type": "password"}
        self._guess_by_rpc("buyer", 5)
        for _ in range(5):
            with suppress(AccessDenied):
                users._check_uid_passwd(self.buyer.id, "wrong")
        self.assertEqual(len(checks), 10)
        for call in (
            lambda: users.authenticate(credential, {"interactive": False}),
            lambda: users._check_uid_passwd(self.buyer.id, "wrong"),
            lambda: users.with_user(self.buyer).change_password("wrong", "new-secret"),
        ):
            with self.assertRaises(TooManyRequests):
                call()
        self._visit()
        answer = self.url_open(
            "/web/session/authenticate",
            json={
                "params": {
                    "db": self.env.cr.dbname,
                    "login": "buyer",
                    "password": "buyer-secret",
                }
            },
        )
        self.assertEqual(answer.status_code, 429)
        self.assertIn("try again in", answer.json()["error"]["data"]["message"])

    def test_ids_that_are_no_numbers_name_nobody(self):
        users = self.env["res.users"]
        for uid in (str(self.buyer.id), float(self.buyer.id), True, [1], None, 2**40):
            with self.subTest(repr(uid)), self.assertRaises(AccessDenied):
                users._check_uid_passwd(uid, "buyer-secret")

    def test_odd_forms_are_wrong_passwords(self):
        self._visit()
        for values in (
            {},
            {"login": "buyer"},
            {"password": "x"},
            {"login": "buyer", "password": "x", "type": "totp"},
            {"login": "buyer", "password": "x", "type": "odd"},
            {"login": "buyer", "password": "x" * 5000},
            {"login": "x" * 5000, "password": "x"},
        ):
            with self.subTest(str(values)[:60]):
                answer = self.url_open(
                    "/web/login",
                    data={"csrf_token": self._token(), **values},
                    allow_redirects=False,
                )
                self.assertEqual(answer.status_code, 200)
                self.assertIn("alert-danger", answer.text)

    def test_person_is_told_once(self):
        self._guess_by_rpc("buyer", 12)
        self._guess_by_rpc("nobody", 12)
        for _ in range(2):
            self.env["res.users"]._tell_of_refused_sign_ins()
        mails = self.env["mail.mail"].search(
            [("subject", "like", "Someone tried to sign in")]
        )
        self.assertEqual(mails.recipient_ids, self.buyer.partner_id)
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.body_html.count("<a "), 1)
        self.assertIn("/web/reset_password?", mails.body_html)

    def test_refusal_is_in_the_list_of_activities(self):
        self._guess_by_rpc("buyer", 13)
        entries = self.env["portal.activity"].search(
            [("action", "=", "sign_in_failed"), ("user_id", "=", self.buyer.id)]
        )
        self.assertEqual(entries.mapped("partner_id"), self.customer)
        self.assertEqual(len(entries), 1)

    def test_wrong_keys_are_refused_by_address(self):
        address = self.limits._get_address_key("127.0.0.1")
        for failures, status in ((49, 401), (2, 429)):
            for _ in range(failures):
                self.limits._hit("api_key", address=address)
            answer = self.url_open(
                "/json/2/res.partner/read",
                json={"ids": [1]},
                headers={"Authorization": "Bearer " + "0" * 40},
            )
            self.assertEqual(answer.status_code, status)
        self.assertIn("Retry-After", answer.headers)

    def test_cookies_are_not_for_other_sites(self):
        self._visit()
        answer = self._guess("buyer", "buyer-secret")
        cookies = answer.raw.headers.getlist("Set-Cookie")
        self.assertTrue(cookies)
        for cookie in cookies:
            with self.subTest(cookie.split("=")[0]):
                self.assertIn("SameSite=Lax", cookie)
                self.assertNotIn("Secure", cookie)
        [device] = [cookie for cookie in cookies if cookie.startswith(DEVICE_COOKIE)]
        self.assertIn("HttpOnly", device)


class MockCookies:
    """A request with the cookie of a device, and nothing else."""

    def __init__(self, value):
        self.cookies = {DEVICE_COOKIE: value}
        self.patch = patch(
            "odoo.addons.customer_portal.models.people.res_users_sign_in.request", self
        )

    def __enter__(self):
        self.patch.start()
        return self

    def __exit__(self, *_error):
        self.patch.stop()


class TestReset(FrontDoorCommon):
    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        self.patch(sign_in, "RESET_SECONDS", 0)
        self._visit()

    def _ask(self, login):
        return self.url_open(
            "/web/reset_password",
            data={"csrf_token": self._token(), "login": login},
            allow_redirects=False,
        )

    def _count_mails(self):
        return self.env["mail.mail"].search_count([("email_to", "=", self.buyer.email)])

    def test_forty_requests_are_three_mails(self):
        pages = [self._ask("buyer") for _ in range(40)]
        self.assertEqual({page.status_code for page in pages}, {200})
        self.assertEqual(self._count_mails(), 3)

    def test_same_words_for_known_and_unknown(self):
        words = [
            ALERT.search(page.text)[1]
            for page in (self._ask("buyer"), self._ask("nobody@example.com"))
        ]
        self.assertEqual(*words)
        self.assertEqual(self._count_mails(), 1)

    def test_e_mail_is_a_login_too(self):
        self._ask(self.buyer.email)
        self.assertEqual(self._count_mails(), 1)

    def test_link_in_the_mail_sets_a_password_also_while_others_guess(self):
        for _ in range(12):
            self._guess("buyer")
        self._ask("buyer")
        mail = self.env["mail.mail"].search([("email_to", "=", self.buyer.email)])
        link = re.search(r'href="[^"]*(/web/reset_password\?[^"]+)"', mail.body_html)[1]
        page = self.url_open(link.replace("&amp;", "&"))
        token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
        answer = self.url_open(
            "/web/reset_password",
            data={
                "csrf_token": self._token(),
                "token": token,
                "login": "buyer",
                "name": self.buyer.name,
                "password": "another-secret",
                "confirm_password": "another-secret",
            },
        )
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self._guess("buyer", "another-secret").status_code, 303)

    def test_an_address_does_not_say_who_is_a_customer(self):
        places = []
        for email in (self.buyer.email, "nobody@example.com"):
            for path in ("/web/reset_password", "/web/signup"):
                answer = self._get(f"{path}?signup_email={email}")
                places.append(
                    (answer.status_code, answer.headers["Location"].split("?")[0])
                )
        self.assertEqual(len(set(places)), 1)
        self.assertIn("/web/login", places[0][1])

    def test_one_address_asks_for_sixty(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("customer_portal.limit_reset", "2")
        statuses = [self._ask(f"nobody{n}").status_code for n in range(3)]
        self.assertEqual(statuses, [200, 200, 429])
