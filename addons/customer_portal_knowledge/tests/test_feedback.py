"""Was this helpful: counted once, told to the owner, answered when it is mended."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .help_case import HelpCase


@tagged("post_install", "-at_install")
class TestHelpFeedback(HelpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls._create_article("Pay by card", cls.paying)
        cls.url = f"{cls.article._get_url()}/feedback"

    def _send(self, headers=None, **values):
        return self.url_open(
            self.url, data=values, headers=headers or {}, allow_redirects=False
        )

    def _get_feedback(self):
        self.env.invalidate_all()
        return self.env["portal.help.feedback"].search(
            [("article_id", "=", self.article.id)]
        )

    def test_visitor_is_counted_once_without_a_cookie(self):
        self._sign_in(None)
        self.opener.cookies.clear()
        for helpful in ("yes", "no", "no"):
            answer = self._send(helpful=helpful)
            self.assertEqual(answer.status_code, 303)
            self.assertNotIn("Set-Cookie", answer.headers)
        [feedback] = self._get_feedback()
        self.assertFalse(feedback.is_helpful)
        self.assertNotIn("127.0.0.1", feedback.reader)
        self._send({"User-Agent": "Another browser"}, helpful="yes")
        self.assertEqual(len(self._get_feedback()), 2)
        self.assertEqual(
            (self.article.helpful_count, self.article.unhelpful_count), (1, 1)
        )

    def test_looking_changes_nothing(self):
        self._sign_in(None)
        answer = self._get(f"{self.url}?helpful=yes")
        self.assertIn(answer.status_code, (404, 405))
        self.assertFalse(self._get_feedback())

    def test_other_sites_cannot_answer_for_a_visitor(self):
        self._sign_in(None)
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
        ):
            with self.subTest(headers):
                self.assertEqual(self._send(headers, helpful="yes").status_code, 400)
        self.assertFalse(self._get_feedback())

    def test_wrong_answers_change_nothing(self):
        self._sign_in(None)
        long = {"helpful": "no", "comment": "x" * 3000}
        for values in ({"x": "1"}, {"helpful": "x"}, long):
            with self.subTest(str(values)[:50]):
                self.assertEqual(self._send(**values).status_code, 422)
        self.assertFalse(self._get_feedback())

    def test_comment_reaches_the_owner_and_mending_the_reader(self):
        author = self._create_staff(
            "help_author", "customer_portal_knowledge.group_help_author"
        )
        self.article.user_id = author
        self._sign_in(self.buyer)
        answer = self._post(self.url, helpful="no", comment="Step 3 is missing")
        page = self._get(answer.headers["Location"]).text
        self.assertIn("Your comment is with the author.", page)
        self.assertEqual(self.article.activity_ids.user_id, author)
        [feedback] = self._get_feedback()
        self.assertEqual(feedback.user_id, self.buyer)
        self.assertEqual(feedback.comment, "Step 3 is missing")
        due = self.env["portal.help.article"].search([("is_due", "=", True)])
        self.assertIn(self.article, due)
        feedback.with_user(author).action_mend()
        notice = self.env["portal.notice"].search([("user_id", "=", self.buyer.id)])
        self.assertIn("Pay by card", notice.title)
        self.assertEqual(notice._get_local_url(), self.article._get_url())
        self.assertFalse(self.article.activity_ids)
        self.assertEqual(feedback.state, "mended")

    def test_who_may_not_read_it_any_more_is_not_told(self):
        self._sign_in(self.buyer)
        self._post(self.url, helpful="no", comment="Step 3 is missing")
        self.article.audience = "staff"
        self._get_feedback().action_mend()
        self.assertFalse(
            self.env["portal.notice"].search([("user_id", "=", self.buyer.id)])
        )

    def test_comments_are_staff_s(self):
        self._sign_in(self.buyer)
        self._post(self.url, helpful="yes", comment="Fine")
        feedback = self._get_feedback()
        for user in (self.buyer, self.visitor):
            with self.assertRaises(AccessError):
                feedback.with_user(user).read(["comment"])
            with self.assertRaises(AccessError):
                feedback.with_user(user).action_close()

    def test_deleted_person_leaves_a_figure(self):
        self._sign_in(self.buyer)
        self._post(self.url, helpful="yes", comment="I am Jo")
        self.buyer.sudo()._forget_portal_person()
        [feedback] = self._get_feedback()
        self.assertFalse(feedback.user_id or feedback.comment)
        self.assertTrue(feedback.is_helpful)

    def test_flood_is_slowed(self):
        self.env["ir.config_parameter"].set_param(
            "customer_portal.limit_help_feedback", "2"
        )
        self._sign_in(None)
        codes = [self._send(helpful="yes").status_code for _time in range(8)]
        self.assertEqual(codes[0], 303)
        self.assertEqual(codes[-1], 429)
