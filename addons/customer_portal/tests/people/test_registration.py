"""A company asks for access: what a visitor sees, and the links in the mails."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from ...models.frame.portal_rate_limit import LIMITS
from ..access_case import HOSTILE, mix
from ..registration_case import RegistrationCommon

RECEIVED = "/registration/received"
ROUTES = ("/registration", RECEIVED)


class TestRegistrationPages(RegistrationCommon):
    # ------------------------------------------------------------
    # Off and on
    # ------------------------------------------------------------

    def test_off_there_is_nothing(self):
        self.env["ir.config_parameter"].set_param("customer_portal.registration", False)
        for route in ROUTES:
            self.assertEqual(self._get(route).status_code, 404)
        self.assertEqual(self._ask().status_code, 404)
        self.assertFalse(self._get_registrations())
        self.assertNotIn("Request access", self._get("/web/login").text)

    def test_is_off_by_default(self):
        self.env["ir.config_parameter"].search(
            [("key", "=", "customer_portal.registration")]
        ).unlink()
        self.assertFalse(self.registrations._is_open())
        settings = self.env["res.config.settings"].create({"portal_registration": True})
        settings.execute()
        self.assertTrue(self.registrations._is_open())

    def test_on_the_page_for_signing_in_leads_there(self):
        self.assertIn('href="/registration"', self._get("/web/login").text)
        page = self._get("/registration")
        self.assertEqual(page.status_code, 200)
        self.assertIn("prices, and ordering", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    # ------------------------------------------------------------
    # Ask
    # ------------------------------------------------------------

    def test_asking_mails_a_link_and_tells_nobody(self):
        answer = self._ask()
        self.assertEqual(answer.status_code, 303)
        self.assertURLEqual(answer.headers["Location"], RECEIVED)
        page = self._get(RECEIVED)
        self.assertIn("We received your request", page.text)
        self.assertIn("What is blocked in the meantime", page.text)
        registration = self._get_registrations()
        self.assertRecordValues(
            registration,
            [
                {
                    "state": "to_confirm",
                    "company_name": "Eastwind GmbH",
                    "vat": "BE 0403.170.701",
                    "vat_key": "BE0403170701",
                    "country_id": self.country.id,
                    "person_name": "Ann Archer",
                    "email": "ann@eastwind.example",
                    "message": "Two lines.\nWe buy bolts.",
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertFalse(registration.match_ids)
        self.assertFalse(registration.activity_ids)
        mail = self._get_mails()
        self.assertEqual(mail.state, "outgoing")
        self.assertFalse(mail.model)
        # Anybody could have it sent to anybody: it holds nothing that was typed.
        for typed in ("Eastwind", "Archer", "bolts"):
            self.assertNotIn(typed, mail.body_html + mail.subject)

    def test_known_and_unknown_get_the_same(self):
        cases = {
            "unknown": {},
            "known company": {"vat": "BE0477472701", "company_name": "Northwind"},
            "known person": {"email": "buyer@northwind.example"},
            "login of staff": {"email": "registrar@seller.example"},
        }
        answers = {}
        for number, (name, values) in enumerate(cases.items()):
            with self.subTest(name):
                answer = self._ask(request_key=f"{number:032x}", **values)
                answers[name] = (answer.status_code, answer.headers["Location"])
                page = self._get(RECEIVED)
                self.assertEqual(page.status_code, 200)
                mails = self._get_mails(values.get("email", "ann@eastwind.example"))
                self.assertTrue(mails)
        self.assertEqual(len(set(answers.values())), 1)
        self.assertEqual(len(self._get_registrations()), len(cases))

    def test_sending_twice_makes_one(self):
        first, second = self._ask(), self._ask()
        self.assertEqual(second.status_code, first.status_code)
        self.assertEqual(second.headers["Location"], first.headers["Location"])
        self.assertEqual(len(self._get_registrations()), 1)
        self.assertEqual(len(self._get_mails()), 1)

    def test_one_address_gets_few_mails(self):
        most = LIMITS["registration_mail"].account
        for number in range(most + 2):
            answer = self._ask(request_key=f"{number:032x}")
            self.assertURLEqual(answer.headers["Location"], RECEIVED)
        self.assertEqual(len(self._get_mails()), most)

    def test_an_address_of_the_net_is_slowed_down(self):
        self.env["ir.config_parameter"].set_param(
            "customer_portal.limit_registration", "2"
        )
        statuses = [self._ask(email="").status_code for _ in range(3)]
        self.assertEqual(statuses, [422, 422, 429])

    def test_mistakes_are_told_beside_the_fields(self):
        cases = {
            "company_name": ["", "x" * 101],
            "vat": ["", "x", "abcdefgh", "1", "<script>", "9" * 30],
            "country_id": ["", "x", "999999999", "-1"],
            "person_name": ["", "x" * 101],
            "email": ["", "ann", "ann@", "a@b.example, c@d.example", "x@" + "y" * 300],
            "phone": ["call me", "9" * 31],
            "message": ["x" * 1001],
        }
        for name, values in cases.items():
            for value in values:
                with self.subTest(name, value=value[:20]):
                    answer = self._ask(**{name: value})
                    self.assertEqual(answer.status_code, 422)
                    self.assertRegex(
                        answer.text,
                        rf'class="invalid-feedback d-block" id="{name}_help"',
                    )
                    kept = "Ann Archer" if name != "person_name" else "Eastwind GmbH"
                    self.assertIn(kept, answer.text)
        self.assertFalse(self._get_registrations())
        self.assertFalse(self._get_mails())

    def test_hostile_values_break_nothing(self):
        for values in mix([*self._get_form()]):
            with self.subTest(str(values)[:99]):
                answer = self._ask(**{"email": "", **values})
                self.assertEqual(answer.status_code, 422)
                self.assertNotIn("<script>alert(1)</script>", answer.text)
        self.assertEqual(self._post("/registration").status_code, 422)
        for value in HOSTILE:
            answer = self.url_open(
                "/registration/request",
                params={"token": value},
                allow_redirects=False,
                method="GET",
            )
            self.assertIn(answer.status_code, (400, 404))
        self.assertFalse(self._get_registrations())

    def test_vat_number_of_the_country_is_asked_of_odoo(self):
        asked = []

        def check(model, country, vat, partner_name="", validation="error"):
            asked.append((country, vat, validation))
            return "", country.code

        self.patch(type(self.env["res.partner"]), "_run_vat_checks", check)
        self.assertEqual(self._ask().status_code, 422)
        self.assertEqual(asked, [(self.country, "BE0403170701", "setnull")])

    def test_mail_is_in_the_language_of_the_page(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._post("/fr/registration", **self._get_form())
        self.assertEqual(self._get_registrations().lang, "fr_FR")

    # ------------------------------------------------------------
    # The link
    # ------------------------------------------------------------

    def test_looking_at_the_link_changes_nothing(self):
        self._ask()
        page = self._get(self._get_link())
        self.assertEqual(page.status_code, 200)
        self.assertIn("Yes, confirm the address", page.text)
        self.assertEqual(self._get_registrations().state, "to_confirm")

    def test_confirming_shows_it_to_staff(self):
        registration = self._ask_and_confirm()
        self.assertEqual(registration.state, "to_decide")
        # One person has it, who may decide.
        self.assertEqual(registration.activity_ids.user_id, self.manager)
        entry = (
            self.env["portal.activity"].sudo().search([("action", "=", "registered")])
        )
        self.assertEqual(entry.document_name, "Eastwind GmbH")
        self.assertIn("BE 0403.170.701", entry.detail)
        self.assertFalse(entry.partner_id)
        # Once more is the same.
        self._confirm()
        self.assertEqual(
            self.env["portal.activity"]
            .sudo()
            .search_count([("action", "=", "registered")]),
            1,
        )
        page = self._get(self._get_link())
        self.assertIn("We are reviewing your request", page.text)
        self.assertIn("What is blocked in the meantime", page.text)

    def test_wrong_links_are_alike(self):
        self._ask()
        registration = self._get_registrations()
        token = self._get_token(self._get_link())
        last = "A" if token[-1] != "A" else "B"
        other = registration.copy({"email": "eve@eastwind.example"})
        stolen = other.sudo()._make_token()
        other.email = "mallory@eastwind.example"
        cases = {
            "none": "",
            "changed": token[:-6] + last * 6,
            "cut": token[:-20],
            "of another address": stolen,
            "nonsense": "x",
            "long": "x" * 3000,
        }
        for name, wrong in cases.items():
            with self.subTest(name):
                page = self._get(f"/registration/request?token={wrong}")
                self.assertEqual(page.status_code, 404)
                self.assertIn("This link is no longer valid", page.text)
                self.assertNotIn("Eastwind", page.text)
                for path in ("", "/confirm"):
                    answer = self._post(f"/registration/request{path}", token=wrong)
                    self.assertIn(answer.status_code, (303, 404))
        registration.unlink()
        page = self._get(f"/registration/request?token={token}")
        self.assertEqual(page.status_code, 404)
        self.assertEqual(other.state, "to_confirm")

    def test_link_expires(self):
        self._ask()
        link = self._get_link()
        now = fields.Datetime.now()
        with freeze_time(now + timedelta(days=8)):
            # Nobody has confirmed it within 7 days.
            self.assertFalse(self.registrations._find_by_token(self._get_token(link)))
        self._confirm(link)
        with freeze_time(now + timedelta(days=29)):
            self.assertTrue(self.registrations._find_by_token(self._get_token(link)))
        with freeze_time(now + timedelta(days=31)):
            self.assertFalse(self.registrations._find_by_token(self._get_token(link)))

    def test_unconfirmed_ones_are_forgotten(self):
        self._ask()
        waiting = self._get_registrations()
        confirmed = self._create_confirmed()
        self.registrations._gc_unconfirmed()
        self.assertTrue(waiting.exists())
        with freeze_time(fields.Datetime.now() + timedelta(days=8)):
            self.registrations._gc_unconfirmed()
        self.assertEqual((waiting | confirmed).exists(), confirmed)

    def _create_confirmed(self):
        self._ask(request_key="b" * 32)
        confirmed = self._get_registrations()[0]
        self._confirm()
        return confirmed

    def test_pending_request_is_corrected(self):
        registration = self._ask_and_confirm()
        link = self._get_link()
        values = self._get_form(
            token=self._get_token(link), vat="BE0477472701", email="eve@evil.example"
        )
        answer = self._post("/registration/request", **values)
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(registration.vat_key, "BE0477472701")
        # The address was proven, so it stays.
        self.assertEqual(registration.email, "ann@eastwind.example")
        self.assertEqual(registration.state, "to_decide")
        self.assertEqual(registration.partner_id, self.customer)
        self.assertEqual(registration.choice, "join")
        self.assertEqual(len(registration.activity_ids), 1)
        wrong = self._post("/registration/request", **{**values, "vat": ""})
        self.assertEqual(wrong.status_code, 422)
        self.assertIn('id="vat_help"', wrong.text)

    def test_pending_request_is_finished_after_it_was_switched_off(self):
        registration = self._ask_and_confirm()
        self.env["ir.config_parameter"].set_param("customer_portal.registration", False)
        self.assertEqual(self._get(self._get_link()).status_code, 200)
        registration.write({"answer": "No."})
        registration.action_refuse()
        link = self._get_link(self._get_mails()[0])
        self.assertNotIn('href="/registration"', self._get(link).text)
