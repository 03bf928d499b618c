"""Articles in the one search of the portal."""

import json
import re
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

    def test_what_help_showed_is_recorded_and_what_was_opened(self):
        logs = self.env["portal.search.log"].sudo()
        logs.search([]).unlink()
        url = self.zebra._get_url()
        for person in (self.buyer, None):
            self._sign_in(person)
            text = self.ask("settling zebra", "/help/search")
            seal = re.search(r'data-seal="([^"]+)"', text)[1]
            for opened in ("", url, url):
                answer = self._post("/search/log", seal=seal, opened=opened)
                self.assertEqual(answer.status_code, 204)
                self.assertFalse(answer.headers.get("Set-Cookie") and not person)
            log = logs.search([], order="id desc", limit=1)
            with self.subTest(person and person.login):
                self.assertEqual((log.place, log.opened_count), ("help", 1))
                self.assertEqual(log.opened_ids.res_id, self.zebra.id)
                self.assertEqual(log.user_id, person or log.user_id.browse())
        self.assertEqual(logs.search_count([]), 2)
        self._sign_in(self.buyer)
        text = self.ask("wombats", "/help/search")
        self._post("/search/log", seal=re.search(r'data-seal="([^"]+)"', text)[1])
        self.assertEqual(logs.search([], order="id desc", limit=1).found_count, 0)
