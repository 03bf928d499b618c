"""The own details, the language of the pages, and where somebody is signed in."""

from lxml import html

from ..common import PortalHttpCommon


class TestProfile(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")

    def _form(self, **changes):
        return {
            "name": "Ann Buyer",
            "phone": "+370 600 12345",
            "lang": "en_US",
            "tz": "Europe/Vilnius",
            **changes,
        }

    def test_saves_and_logs_what_changed(self):
        self._sign_in(self.buyer)
        answer = self._post("/my/profile", **self._form())
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(
            (self.buyer.name, self.buyer.phone, self.buyer.tz),
            ("Ann Buyer", "+370 600 12345", "Europe/Vilnius"),
        )
        entry = self.env["portal.activity"].search([("action", "=", "profile_changed")])
        self.assertEqual(entry.detail, "Name, Phone, Time zone")
        self._post("/my/profile", **self._form())
        self.assertEqual(entry.search_count([("action", "=", "profile_changed")]), 1)

    def test_mistakes_keep_what_was_typed(self):
        self._sign_in(self.buyer)
        before = self.buyer.name
        for change in (
            {"name": ""},
            {"phone": "no number"},
            {"lang": "xx_XX"},
            {"lang": "de_DE"},  # not active
            {"tz": "Mars/Olympus"},
        ):
            with self.subTest(change):
                answer = self._post("/my/profile", **self._form(**change))
                self.assertEqual(answer.status_code, 422)
                self.assertIn("is-invalid", answer.text)
        self.assertIn("Mars/Olympus", answer.text)
        self.env.invalidate_all()
        self.assertEqual(self.buyer.name, before)

    def test_language_acts_at_once(self):
        self._sign_in(self.buyer)
        answer = self._post("/my/profile", **self._form(lang="fr_FR"))
        answer = self.url_open(answer.headers["Location"])
        self.assertTrue(answer.url.endswith("/fr/my/profile?notice=profile_changed"))
        self.assertIn('lang="fr-FR"', answer.text)
        self.env.invalidate_all()
        self.assertEqual(self.buyer.partner_id.lang, "fr_FR")

    def test_page_is_read_in_the_direction_of_its_language(self):
        self.env["res.lang"]._activate_lang("fa_IR")
        self._sign_in(self.buyer)
        for lang, direction in (("fr_FR", "ltr"), ("fa_IR", "rtl")):
            with self.subTest(lang):
                self.buyer.lang = lang
                page = html.fromstring(self.url_open("/my").text)
                self.assertEqual(page.get("dir"), direction)
                # Odoo's style sheet makes the body one from left to right.
                [content] = page.iterfind(".//div[@id='wrapwrap']")
                self.assertEqual(content.get("dir"), direction)

    def test_language_of_the_person_goes_before_an_old_cookie(self):
        self.buyer.lang = "fr_FR"
        self._sign_in(self.buyer)
        self.opener.cookies["frontend_lang"] = "en_US"
        self.assertIn('lang="fr-FR"', self.url_open("/my").text)
        # Core's way to choose another one, for this session.
        self.assertIn('lang="en-US"', self.url_open("/en/my").text)
        self.assertIn('lang="en-US"', self.url_open("/my").text)
        self.assertIn('lang="fr-FR"', self.url_open("/fr/my").text)

    def test_language_of_the_person_goes_before_that_of_the_browser(self):
        self._sign_in(self.buyer)
        for visit in (1, 2):
            with self.subTest(visit=visit):
                page = self.url_open("/my", headers={"Accept-Language": "fr-FR"})
                self.assertIn('lang="en-US"', page.text)

    def test_language_changed_elsewhere_reaches_an_open_session(self):
        self._sign_in(self.buyer)
        self.assertIn('lang="en-US"', self.url_open("/my").text)
        self.buyer.lang = "fr_FR"
        self.assertIn('lang="fr-FR"', self.url_open("/my").text)
        # As staff write it, who look at the contact.
        self.buyer.partner_id.lang = "en_US"
        self.assertIn('lang="en-US"', self.url_open("/my").text)

    def test_address_of_the_sign_in_stays(self):
        self._sign_in(self.buyer)
        self._post("/my/profile", **self._form(email="evil@evil.example"))
        form = {
            "partner_id": self.buyer.partner_id.id,
            "address_type": "billing",
            "name": "Ann",
            "phone": "+3212345",
            "street": "Street 1",
            "city": "Ghent",
            "zip": "9000",
            "country_id": self.env.ref("base.be").id,
            "required_fields": "",
        }
        answer = self._post("/my/address/submit", **form, email="evil@evil.example")
        self.assertEqual(answer.json()["invalid_fields"], ["email"])
        answer = self._post("/my/address/submit", **form, email=self.buyer.email)
        self.assertIn("redirectUrl", answer.text)
        self.env.invalidate_all()
        self.assertEqual(self.buyer.partner_id.city, "Ghent")
        self.assertEqual(self.buyer.email, "buyer@northwind.example")

    def test_name_of_a_customer_without_a_company_stays_on_documents(self):
        self.stranger.partner_id.parent_id = False
        self._create_posted_invoice(10.0, partner=self.stranger.partner_id)
        name = self.stranger.name
        self._sign_in(self.stranger)
        self.assertIn(
            "Invoices and orders carry this name", self._get("/my/profile").text
        )
        self._post("/my/profile", **self._form(name="Somebody Else"))
        self.env.invalidate_all()
        self.assertEqual(self.stranger.name, name)
        self.assertEqual(self.stranger.tz, "Europe/Vilnius")


class TestSessions(PortalHttpCommon):
    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)
        self._get("/my")

    def _create_session(self, user, name="far"):
        log = (
            self.env["res.device.log"]
            .sudo()
            .create(
                {
                    "session_identifier": (name + "x" * 42)[:42],
                    "platform": "linux",
                    "browser": name,
                    "ip_address": "192.0.2.7",
                    "country": "Lithuania",
                    "user_id": user.id,
                    "first_activity": "2026-01-01 08:00:00",
                    "last_activity": "2026-01-02 08:00:00",
                    "revoked": False,
                }
            )
        )
        self.env.flush_all()
        return log

    def test_shows_one_s_own_with_place(self):
        self._create_session(self.buyer)
        self._create_session(self.stranger, "foreign")
        here = self._create_session(self.buyer, "here")
        here.session_identifier = self.session.sid[:42]
        self.env.flush_all()
        text = self._get("/my/security/sessions").text
        self.assertIn("Linux Far", text)
        self.assertIn("192.0.2.7", text)
        self.assertEqual(text.count("This one"), 1)
        self.assertNotIn(f"sessions/{here.id}/end", text)
        self.assertNotIn("Foreign", text)

    def test_ends_one_with_the_password(self):
        log = self._create_session(self.buyer)
        path = f"/my/security/sessions/{log.id}/end"
        for password in ("", "wrong"):
            self.assertEqual(self._post(path, password=password).status_code, 422)
        self.assertFalse(log.revoked)
        answer = self._post(path, password="buyer-secret")
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        self.assertTrue(log.revoked)
        self.assertEqual(self._get("/my").status_code, 200)

    def test_ends_none_of_others(self):
        foreign = self._create_session(self.stranger)
        path = f"/my/security/sessions/{foreign.id}/end"
        missing = "/my/security/sessions/99999999/end"
        answers = [
            self._post(each, password="buyer-secret") for each in (path, missing)
        ]
        self.assertEqual(
            *((answer.status_code, answer.headers["Location"]) for answer in answers)
        )
        self.env.invalidate_all()
        self.assertFalse(foreign.revoked)

    def test_signs_out_everywhere_else(self):
        log = self._create_session(self.buyer)
        device = self.opener.cookies.get("portal_device")
        self._post("/my/security/sessions/end", password="buyer-secret")
        self.env.invalidate_all()
        self.assertTrue(log.revoked)
        self.assertEqual(self.buyer.sudo().portal_device_epoch, 1)
        self.assertEqual(self._get("/my").status_code, 200)
        self.assertNotEqual(self.opener.cookies.get("portal_device"), device)
        entry = self.env["portal.activity"].search([("action", "=", "sessions_ended")])
        self.assertEqual(entry.user_id, self.buyer)

    def test_sign_in_counts_once_for_several_customers(self):
        self.env["portal.activity"]._log(
            "sign_in", self.customer | self.other_customer, user=self.buyer
        )
        self.env["portal.activity"]._log("sign_in", self.branch, user=self.colleague)
        self.assertEqual(
            [action for _date, action in self.buyer._get_portal_sign_ins()], ["sign_in"]
        )
