"""What a mail to somebody who does not know the sender says of the sender."""

import re

from ...exceptions import TooManyRequests
from ...tools.mailed_name import LONGEST_MAILED, clean_mailed_name
from ..people_case import PeopleCommon

# (typed, in the mail)
NAMES = (
    ("Ann Archer", "Ann Archer"),
    ("O'Brien-Šimkus", "O'Brien-Šimkus"),
    ("Müller & Söhne GmbH", "Müller & Söhne GmbH"),
    ("Νίκος Παπαδόπουλος", "Νίκος Παπαδόπουλος"),
    ("شرکت نمونه", "شرکت نمونه"),
    ("北风有限公司", "北风有限公司"),
    ("St. John", "St. John"),
    ("Bolts (North)", "Bolts (North)"),
    ("evil.example", "evil. example"),
    ("www.evil.example", "www. evil. example"),
    ("https://evil.example/login?x=1", "https evil. example login x 1"),
    ("Visit evil.example/a now", "Visit evil. example a now"),
    ("evil\uff0eexample", "evil. example"),
    ("evil\u3002example", "evil example"),
    ("mailto:a@evil.example", "mailto a evil. example"),
    ("<a href='x'>Ann</a>", "a href 'x' Ann a"),
    ("Ann\u202enna", "Ann nna"),
    ("Ann\nSubject: x", "Ann Subject x"),
    ("", ""),
    (None, ""),
    (False, ""),
)
SENTENCE = (
    "Your account is blocked, call 0900 1234567 or see evil.example/pay at once!!! "
)
LINK = re.compile(r"[\w-]\.[a-z]{2,}|https?:|www\.\w|@", re.IGNORECASE)


class TestMailedNames(PeopleCommon):
    def test_names_lead_nowhere(self):
        for typed, mailed in NAMES:
            with self.subTest(typed):
                self.assertEqual(clean_mailed_name(typed), mailed)

    def test_names_are_cut(self):
        for typed in (SENTENCE * 5, "a" * 10_000, "\ufdfa" * 500):
            with self.subTest(typed[:9]):
                self.assertLessEqual(len(clean_mailed_name(typed)), LONGEST_MAILED)

    def test_invitation_says_nothing_in_the_sender_s_words(self):
        self.boss.name = "Win at https://evil.example/win " + SENTENCE
        self.customer.name = "evil.example"
        role = self.buyer_role.copy(
            {"name": "see evil.example", "partner_id": self.customer.id}
        )
        [answer] = self._invite(
            "ann@new.example", name="visit www.evil.example", role=role
        )
        mail = answer["membership"].mail_id
        self.assertNotIn("evil", mail.subject)
        self.assertNotIn("blocked", mail.subject)
        self.assertNotIn("evil.example", mail.body_html)
        self.assertNotIn("visit www", mail.body_html)
        self.assertIn("“evil. example”", mail.body_html)
        self.assertNotIn("at once", mail.body_html)
        self.assertFalse(LINK.search(clean_mailed_name(self.boss.name)))

    def test_a_customer_s_people_invite_so_many_together(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("customer_portal.limit_invitation_customer", "3")
        self.enterContext(self.enter_registry_test_mode())
        limits = self.env["portal.rate.limit"].sudo()
        limits.search([("kind", "=", "invitation_customer")]).unlink()
        self._invite("a@new.example", "b@new.example")
        with self.assertRaises(TooManyRequests):
            self._invite("c@new.example", "d@new.example")
        # Staff are not counted.
        staff = self.memberships.with_user(self.env.ref("base.user_admin"))
        people = [self._person("e@new.example")]
        [answer] = staff.sudo()._invite(
            self.customer, people, inviter=self.env.ref("base.user_admin")
        )
        self.assertTrue(answer["membership"])
