"""Articles in the one search of the portal."""

import json
from urllib.parse import urlencode

from odoo.tests import tagged

from .help_case import HelpCase


@tagged("post_install", "-at_install")
class TestFound(HelpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameters = cls.env["ir.config_parameter"]
        parameters.set_param("customer_portal.limit_search", "1000000")
        cls.zebra = cls._create_article("Settling zebras", cls.paying)
        tag = cls.env["res.partner.category"].create({"name": "Gold"})
        cls.customer.category_id = tag
        cls.gold = cls._create_article(
            "Golden zebras",
            cls.paying,
            audience="tags",
            partner_category_ids=tag.ids,
            body="<p>They are <b>striped</b>.</p>",
        )

    def ask(self, question, path="/my/search"):
        return self._get(f"{path}?{urlencode({'q': question})}").text

    def test_articles_are_found_with_records(self):
        self._sign_in(self.buyer)
        text = self.ask("zebra striped")
        self.assertIn(self.gold._get_url(), text)
        self.assertIn("<mark>striped</mark>", text)
        self.assertIn(self.zebra._get_url(), self.ask("settling zebra"))
        # A mistake is looked for where nothing else is found.
        self.assertIn(self.zebra._get_url(), self.ask("setlting"))
        self.assertNotIn("/help/", self.ask("setlting 0815").split("cp_content")[-1])

    def test_only_what_one_sees_is_found_and_suggested(self):
        for person, expected in ((self.buyer, True), (self.stranger, False)):
            self._sign_in(person)
            for path in ("/my/search", "/my/search/suggestions"):
                with self.subTest(person.login, path=path):
                    text = self.ask("golden zebras", path)
                    self.assertEqual(self.gold._get_url() in text, expected)
            found = json.loads(self.ask("zebras", "/my/search/suggestions"))
            self.assertIn(self.zebra._get_url(), json.dumps(found))
