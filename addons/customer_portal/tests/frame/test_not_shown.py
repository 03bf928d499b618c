"""A page that cannot be shown: the seller's page says so, in the frame."""

from urllib.parse import urlencode

from lxml import html

from odoo.tools import mute_logger

from ..common import PortalHttpCommon

WORDS = "We could not find this page or document, or it is not yours to see."


class TestNotShown(PortalHttpCommon):
    def test_missing_foreign_and_unknown_are_one_page(self):
        foreign = self._create_posted_invoice(100, partner=self.other_customer)
        self._sign_in(self.buyer)
        bodies = set()
        for path in (
            f"/my/invoices/{foreign.id}",
            "/my/invoices/99999999",
            "/my/invoices/99999999999999999999",
            "/my/orders/99999999",
            "/my/payments/99999999",
            "/my/nonsense",
        ):
            with self.subTest(path):
                answer = self._get(path)
                self.assertEqual(answer.status_code, 404)
                page = html.fromstring(answer.text)
                [content] = page.xpath("//div[@name='not_shown']")
                bodies.add(" ".join(content.text_content().split()))
                self.assertTrue(page.xpath("//nav//a[@href='/my']"), "the frame")
        self.assertEqual(len(bodies), 1)
        self.assertIn(WORDS, bodies.pop())

    def test_who_waits_for_an_invitation_gets_an_answer(self):
        self.buyer.sudo().portal_membership_ids.write({"state": "invited"})
        self._sign_in(self.buyer)
        for path in ("/my/invoices/99999999", "/my/nonsense"):
            self.assertEqual(self._get(path).status_code, 404)

    def test_visitor_signs_in_first_and_comes_back(self):
        invoice = self._create_posted_invoice(100)
        self._sign_in(None)
        for number in (invoice.id, 99999999):
            for query in ("", "?access_token=wrong"):
                answer = self._get(f"/my/invoices/{number}{query}")
                self.assertEqual(answer.status_code, 303)
                place = urlencode({"redirect": f"/my/invoices/{number}"})
                self.assertURLEqual(answer.headers["Location"], f"/web/login?{place}")

    def test_unknown_address_does_not_show_an_ended_session(self):
        self._sign_in(self.buyer)
        self.buyer.sudo().write({"password": "another long password"})
        answer = self._get("/my/nonsense")
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn(self.customer.name, answer.text)
        self.assertIn(WORDS, answer.text)

    def test_bad_form_says_what_to_do(self):
        self._sign_in(self.buyer)
        with mute_logger("odoo.http"):
            answer = self.url_open("/my/notifications", data={"csrf_token": "wrong"})
        self.assertEqual(answer.status_code, 400)
        self.assertIn("go back, load it again", answer.text)

    def test_sign_in_is_complete_without_scripts(self):
        self._sign_in(None)
        page = html.fromstring(self._get("/web/login").text)
        [form] = page.xpath("//form[contains(@class, 'oe_login_form')]")
        self.assertNotIn("d-none", form.get("class"))
        [heading] = page.xpath("//h1")
        self.assertIn("Sign in to ", heading.text_content())
        [help_text] = page.xpath("//p[@name='door_help']")
        self.assertIn("administrator", help_text.text_content())
