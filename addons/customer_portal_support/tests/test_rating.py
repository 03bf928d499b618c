"""Rating a ticket: by one click in mail and page, once a person, never by staff."""

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.customer_portal.tests.common import PortalHttpCommon

from .mail_case import TicketMailCase

SOLVED = "2026-03-02 11:00:00"


@tagged("post_install", "-at_install")
class TestRating(TicketMailCase, PortalHttpCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self._ask(
            participant_ids=self.reader.partner_id.ids, user_id=self.agent.id
        )
        self._answer(self.ticket, "2026-03-02 10:00:00")
        self.ticket._move_to("solved")
        self.rating = self.ticket._make_rating(self.buyer.partner_id)
        self.path = f"/my/tickets/rating/{self.rating.access_token}"

    def _read_rating(self):
        self.env.invalidate_all()
        return int(self.rating.rating), self.rating.feedback, self.rating.consumed

    def test_link_of_the_mail_changes_nothing_until_it_is_sent(self):
        """Programs open the links of mails before people do."""
        self._sign_in(None)
        for grade in (5, 3, 1):
            page = self._get(f"{self.path}?grade={grade}")
            self.assertEqual(page.status_code, 200)
        self.assertEqual(self._read_rating(), (0, False, False))

    def test_one_click_sends_the_grade_of_the_link(self):
        self._sign_in(None)
        page = html.fromstring(self._get(f"{self.path}?grade=3").text)
        [form] = page.xpath("//form[.//textarea[@name='comment']]")
        self.assertEqual(form.xpath(".//input[@name='grade'][@checked]/@value"), ["3"])
        answer = self._post(form.get("action"), grade="3", comment="Slow\nbut good")
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self._read_rating(), (3, "Slow\nbut good", True))
        self.assertEqual(self.rating.rated_partner_id, self.agent.partner_id)
        shown = self._get(answer.headers["Location"])
        self.assertIn("We have kept your rating", shown.text)

    def test_link_speaks_the_language_of_the_mail(self):
        self.env["res.lang"]._activate_lang("fa_IR")
        self.buyer.partner_id.lang = "fa_IR"
        self._sign_in(None)
        page = html.fromstring(self._get(self.path).text)
        self.assertEqual(
            page.xpath("//body//@dir | /html/@dir | /html/@lang")[:2],
            page.xpath("/html/@lang | /html/@dir")[:2],
        )
        self.assertIn("fa", page.get("lang"))

    def test_rating_is_changed_until_the_ticket_is_closed(self):
        self._sign_in(None)
        self._post(self.path, grade="1")
        self._post(self.path, grade="5", comment="After all")
        self.assertEqual(self._read_rating(), (5, "After all", True))
        self.ticket._move_to("closed")
        answer = self._post(self.path, grade="1")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self._read_rating(), (5, "After all", True))
        page = self._get(self.path)
        self.assertIn("After all", page.text)
        self.assertNotIn("<form", page.text.split("cp_card")[1])

    def test_first_rating_is_taken_after_closing_for_a_while(self):
        self.ticket._move_to("closed")
        self.ticket.closed_on = "2020-01-01 10:00:00"
        self._sign_in(None)
        self.assertEqual(self._post(self.path, grade="5").status_code, 422)
        self.ticket.closed_on = self.env.cr.now()
        self.assertEqual(self._post(self.path, grade="5").status_code, 303)

    def test_what_is_not_solved_is_not_rated(self):
        self.ticket._move_to("in_progress")
        self._sign_in(None)
        self.assertIn("We still work on it", self._get(self.path).text)
        self.assertEqual(self._post(self.path, grade="5").status_code, 422)
        self.assertFalse(self.rating.consumed)

    def test_odd_grades_and_tokens_are_refused(self):
        self._sign_in(None)
        for grade in ("", "0", "2", "4", "10", "-1", "5.0", "x"):
            with self.subTest(grade):
                self.assertEqual(self._post(self.path, grade=grade).status_code, 422)
        for token in ("x", "0" * 32, "é", "1" * 4000):
            with self.subTest(token[:9]):
                path = f"/my/tickets/rating/{token}"
                self.assertEqual(self._get(path).status_code, 404)
                self.assertEqual(self._post(path, grade="5").status_code, 404)
        self.assertFalse(self.rating.consumed)

    def test_nobody_else_uses_the_link(self):
        admin = self.env.ref("base.user_admin")
        for user in (self.stranger, self.reader, self.agent, admin):
            with self.subTest(user.login):
                self.authenticate(user.login, self._get_password(user))
                self.assertEqual(self._get(self.path).status_code, 404)
                self.assertEqual(self._post(self.path, grade="5").status_code, 404)
        self.assertFalse(self.rating.consumed)

    def _get_password(self, user):
        if user in self.agent | self.env.ref("base.user_admin"):
            # sudo: a password for the test
            user.sudo().password = "a-long-secret-of-staff"
            return "a-long-secret-of-staff"
        return f"{user.login}-secret"

    def test_link_of_who_has_left_is_dead(self):
        self.buyer.partner_id.parent_id = self.other_customer
        self._sign_in(None)
        self.assertEqual(self._get(self.path).status_code, 404)
        self.assertEqual(self._post(self.path, grade="5").status_code, 404)

    def test_staff_rate_nothing_also_where_they_are_the_contact(self):
        ticket = self._ask(partner_id=self.agent.partner_id.id)
        ticket._move_to("solved")
        self.assertFalse(ticket._can_rate(self.agent.partner_id))
        self.assertIsNone(ticket._prepare_rating_values(self.agent))

    def test_unknown_sender_rates_with_the_link(self):
        ticket = self._ask(partner_id=False, email_from="n@new.example", channel="mail")
        with freeze_time(SOLVED):
            _done, mail = self._count_mails(ticket._move_to, "solved")
        link = html.fromstring(mail.body_html).xpath(
            "//a[contains(@href, '/my/tickets/rating/')]/@href"
        )[0]
        ticket.solved_on = self.env.cr.now()
        path = link.split("?")[0].removeprefix(ticket.get_base_url())
        self._sign_in(None)
        self.assertEqual(self._post(path, grade="5").status_code, 303)
        self.assertEqual(ticket.rating_last_value, 5)

    # ------------------------------------------------------------
    # The page
    # ------------------------------------------------------------

    def test_page_asks_who_took_part_and_each_grade_sends(self):
        for user in (self.buyer, self.reader):
            with self.subTest(user.login):
                self._sign_in(user)
                page = self._get(f"/my/tickets/{self.ticket.id}")
                tree = html.fromstring(page.text)
                [form] = tree.xpath("//form[contains(@action, '/rating')]")
                grades = form.xpath(".//button[@name='grade']/@value")
                self.assertEqual(grades, ["5", "3", "1"])
                answer = self._post(form.get("action"), grade="3", comment="")
                self.assertIn("notice=ticket_rated", answer.headers["Location"])
                page = self._get(answer.headers["Location"])
                self.assertIn("Your rating", page.text)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.rating_count, 2, "one for each person")

    def test_colleague_who_only_sees_it_does_not_rate(self):
        everybody = self._create_portal_user("everybody", self.customer)
        self._sign_in(everybody)
        page = self._get(f"/my/tickets/{self.ticket.id}")
        self.assertNotIn("/rating", page.text)
        answer = self._post(f"/my/tickets/{self.ticket.id}/rating", grade="5")
        self.assertEqual(answer.status_code, 403)
        self.assertEqual(self.ticket.rating_count, 0)

    def test_page_and_mail_are_one_rating(self):
        self._sign_in(self.buyer)
        self._post(f"/my/tickets/{self.ticket.id}/rating", grade="1")
        self.assertEqual(self._read_rating(), (1, False, True))
        self._post(self.path, grade="5")
        self.assertEqual(self.ticket.rating_count, 1)
        self.assertEqual(self._read_rating()[0], 5)

    # ------------------------------------------------------------
    # What follows, and core's ways
    # ------------------------------------------------------------

    def test_rating_reopens_nothing_and_is_shown_to_staff_alone(self):
        before = self.ticket.message_ids
        mails = self.env["mail.mail"].search_count([])
        self.ticket._rate(self.buyer.partner_id, 1, "Never again")
        self.assertEqual(self.ticket.customer_status, "solved")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        note = self.ticket.message_ids - before
        self.assertIn("Never again", note.body)
        seen = self.env["mail.message"].with_user(self.buyer)
        self.assertFalse(seen.search([("id", "=", note.id)]))
        self.assertEqual(self.ticket.rating_last_value, 1)
        self.assertEqual(self.ticket.rating_last_feedback, "Never again")

    def test_same_rating_again_is_noted_once(self):
        self.ticket._rate(self.buyer.partner_id, 5, "")
        before = len(self.ticket.message_ids)
        self.ticket._rate(self.buyer.partner_id, 5, "")
        self.assertEqual(len(self.ticket.message_ids), before)

    def test_core_s_pages_lead_to_ours(self):
        self._sign_in(None)
        token = self.rating.access_token
        for answer in (
            self._get(f"/rate/{token}/5"),
            self._get(f"/rate/{token}/4"),
            self._get(f"/rate/{token}/submit_feedback"),
            self._post(f"/rate/{token}/submit_feedback", rate="5", feedback="x"),
        ):
            self.assertEqual(answer.status_code, 303)
            self.assertIn(self.path, answer.headers["Location"])
        self.assertFalse(self.rating.consumed)
        with self.assertRaises(UserError):
            self.ticket.rating_apply(5, rating=self.rating)
