"""What all mails of the portal have in common: language, headers, moments."""

import ast

from odoo import fields

from ...tools.moment import format_moment
from ..people_case import PeopleCommon

# Odoo's code of a language, and its tag by BCP 47.
TAGS = {
    "en_US": "en-US",
    "lt_LT": "lt-LT",
    "zh_CN": "zh-CN",
    "fa_IR": "fa-IR",
    "es_419": "es-419",
    "sr@latin": "sr-Latn",
    "sr@Cyrl": "sr-Cyrl",
    "ca_ES@valencia": "ca-ES-valencia",
    "eo": "eo",
    "": "en",
    False: "en",
}
# (language, zone, the moment 2026-12-31 23:07:57 in UTC as it is written)
MOMENTS = (
    ("en_US", "Europe/Vilnius", "January 1, 2027, 1:07 AM (Europe/Vilnius)"),
    ("en_US", "America/New_York", "December 31, 2026, 6:07 PM (America/New_York)"),
    ("en_US", "UTC", "December 31, 2026, 11:07 PM (UTC)"),
    ("fr_FR", "Europe/Paris", "1 janvier 2027, 00:07 (Europe/Paris)"),
)


class TestMails(PeopleCommon):
    def _get_mail(self):
        [answer] = self._invite("ann@new.example")
        return answer["membership"].mail_id

    def test_languages_have_their_tag(self):
        langs = self.env["res.lang"]
        self.assertEqual({code: langs._get_portal_tag(code) for code in TAGS}, TAGS)

    def test_mail_says_its_language(self):
        body = self._get_mail().body_html
        self.assertIn('lang="en-US"', body)
        self.assertNotIn("en_US", body)

    def test_mail_says_that_no_person_wrote_it(self):
        self.env["res.users"]._queue_reset_mail(self.buyer)
        template = self.env.ref("customer_portal.mail_template_pay_link")
        move = self._create_posted_invoice(10.0)
        reset = self.env["mail.mail"].search([], limit=1, order="id desc")
        link = self.env["mail.mail"].browse(template.send_mail(move.id))
        for mail in (self._get_mail(), reset, link):
            with self.subTest(mail.subject):
                headers = ast.literal_eval(mail.headers)
                self.assertEqual(headers["Auto-Submitted"], "auto-generated")

    def test_mails_of_others_are_left_alone(self):
        template = self.env["mail.template"].create(
            {
                "name": "Of the seller",
                "model_id": self.env.ref("base.model_res_partner").id,
                "subject": "Hello",
                "email_to": "a@b.example",
            }
        )
        mail = self.env["mail.mail"].browse(template.send_mail(self.customer.id))
        self.assertFalse(mail.headers)

    def test_moments_have_a_zone_and_no_seconds(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        moment = fields.Datetime.to_datetime("2026-12-31 23:07:57")
        for lang, zone, text in MOMENTS:
            with self.subTest(text):
                env = self.env(context={"lang": lang})
                written = format_moment(env, moment, zone)
                self.assertEqual(" ".join(written.split()), text)

    def test_invitation_holds_until_a_moment_of_the_inviter(self):
        self.boss.tz = "Europe/Vilnius"
        [answer] = self._invite("ann@new.example")
        text = answer["membership"]._get_expiry_text()
        self.assertTrue(text.endswith("(Europe/Vilnius)"), text)
        self.assertIn(text, answer["membership"].mail_id.body_html)
