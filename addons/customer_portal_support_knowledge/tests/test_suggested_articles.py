"""Articles that may answer a question while its ticket is written."""

from lxml import html

from odoo.addons.customer_portal_knowledge.tests.help_case import HelpMixin
from odoo.addons.customer_portal_support.tests.test_suggestions import SuggestionsCase


class TestSuggestedArticles(HelpMixin, SuggestionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shelf = cls._create_category("Machines")
        cls.article = cls._create_article(
            "Calibrate the zebrameter",
            shelf,
            audience="signed_in",
            body="<p>Turn the <b>left</b> wheel.</p>",
        )
        cls.secret = cls._create_article("Zebrameter, inside", shelf, audience="staff")

    def test_article_is_suggested_and_read_in_place(self):
        self._sign_in(self.buyer)
        answer = self._get("/my/tickets/new/suggestions?q=our zebrameter is wrong")
        page = html.fromstring(answer.text)
        [row] = page.xpath("//details[.//bdi[contains(., 'Calibrate')]]")
        self.assertEqual(row.get("data-url"), self.article._get_url())
        self.assertNotIn("inside", answer.text)
        [text] = html.fromstring(self._get(row.get("data-part")).text).xpath(
            "//*[contains(@class, 'cp_read_here')]"
        )
        self.assertIn("Turn the left wheel.", text.text_content())

    def test_what_was_read_is_noted(self):
        self._sign_in(self.buyer)
        _titles, seal = self._suggest("our zebrameter is wrong")
        self._tell(seal, opened=self.article._get_url())
        log = self.logs.search([], order="id desc", limit=1)
        self.assertEqual(
            (log.place, log.opened_ids.res_id), ("ticket", self.article.id)
        )
