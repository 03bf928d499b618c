"""The search of help: words of people, over the articles that they see."""

import json
from urllib.parse import urlencode

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .help_case import HelpCase


@tagged("post_install", "-at_install")
class TestSearch(HelpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pay = cls._create_article(
            "Settling zebras at once",
            cls.paying,
            body=(
                "<p>Tick the zebras, then choose a way.</p><h2>By bank ostrich</h2>"
                "<p>A long way leads there. " + "Words stand between. " * 20 + "</p>"
                "<p>At its end is a <b>walrus</b> &lt;and&gt; a seal.</p>"
            ),
        )
        cls.back = cls._create_article(
            "Giving walruses back", cls.paying, body="<p>Ask for an ibex first.</p>"
        )
        cls.secret = cls._create_article(
            "Zebras for owners", cls.paying, audience="signed_in"
        )

    def find(self, text, user=None, lang="en_US", **options):
        articles = self.env["portal.help.article"].with_user(user or self.visitor)
        return articles._find_by_words(text, lang, **options)

    def find_names(self, text, *args, **options):
        return [row["name"] for row in self.find(text, *args, **options).rows]

    def ask(self, question, path="/help/search"):
        return self._get(f"{path}?{urlencode({'q': question})}")

    # ------------------------------------------------------------
    # What is found
    # ------------------------------------------------------------

    def test_other_forms_and_beginnings_are_found(self):
        for text in ("zebra", "ZEBRAS", "how to settle a zebra", "settl", "zeb"):
            with self.subTest(text):
                self.assertEqual(self.find_names(text), [self.pay.name])

    def test_title_comes_before_text(self):
        self.assertEqual(self.find_names("walrus"), [self.back.name, self.pay.name])

    def test_mistakes_are_mended_and_told(self):
        found = self.find("ostrcih")
        self.assertEqual([row["name"] for row in found.rows], [self.pay.name])
        self.assertEqual(found.mended, {"ostrcih": "ostrich"})
        self.assertEqual(self.find_names("zebrawalrus")[0], self.back.name)
        self.assertEqual(self.find("qqqqqqqq"), ([], {}))

    def test_excerpt_marks_words_and_is_escaped(self):
        (row,) = self.find("seal").rows
        self.assertIn("a <mark>walrus</mark>", self.find("walruses").rows[1]["excerpt"])
        self.assertIn("&lt;and&gt; a <mark>seal</mark>", row["excerpt"])
        self.assertEqual(row["title"], self.pay.name)

    def test_only_what_one_sees_is_found(self):
        self.assertEqual(self.find_names("zebras"), [self.pay.name])
        self.assertCountEqual(
            self.find_names("zebras", self.buyer), [self.pay.name, self.secret.name]
        )
        self.assertEqual(self.find_names("owners zebras"), [self.pay.name])
        # A word of a hidden article alone is no word at all.
        self.assertEqual(self.find("ownerz"), ([], {}))

    def test_own_language_comes_before_the_original(self):
        self.env["res.lang"]._activate_lang("lt_LT")
        translation = self.env["portal.help.translation"].create(
            {
                "article_id": self.pay.id,
                "lang": "lt_LT",
                "name": "Zebrų apmokėjimas",
                "body": "<p>Pažymėkite zebrus.</p>",
            }
        )
        translation.action_publish()
        found = self.find_names("zebro apmoketi", lang="lt_LT")
        self.assertEqual(found, ["Zebrų apmokėjimas"])
        # What they read is Lithuanian: the words of the original find nothing there.
        self.assertEqual(self.find_names("ostrich", lang="lt_LT"), [])
        self.assertEqual(self.find_names("ibex", lang="lt_LT"), [self.back.name])
        translation.unlink()
        self.assertEqual(self.find_names("ostrich", lang="lt_LT"), [self.pay.name])

    # ------------------------------------------------------------
    # The index
    # ------------------------------------------------------------

    def test_index_follows_publishing(self):
        self.back.name = "Giving lemurs back"
        self.assertEqual(self.find_names("lemurs"), [])
        self.back.action_publish()
        self.assertEqual(self.find_names("lemurs"), [self.back.name])
        self.assertEqual(
            self.find_names("giving walruses"), [self.back.name, self.pay.name]
        )
        self.back.action_archive_article()
        self.assertEqual(self.find_names("lemurs"), [])
        self.back.action_publish()
        self.assertEqual(self.find_names("lemurs"), [self.back.name])
        self.back.sudo().unlink()
        self.assertEqual(self.find_names("lemurs"), [])

    def test_rebuilding_finds_the_same(self):
        entries = self.env["portal.help.entry"]
        before = self.find("walrus zebra ostrcih")
        self.env.cr.execute("DELETE FROM portal_help_word")
        self.env.cr.execute("UPDATE portal_help_entry SET words = NULL, title = NULL")
        self.assertEqual(self.find_names("walrus"), [])
        count = entries._rebuild()
        self.assertEqual(count, entries.search_count([]))
        self.assertEqual(self.find("walrus zebra ostrcih"), before)

    def test_index_is_mended_every_day(self):
        self.env.cr.execute("DELETE FROM portal_help_entry")
        entries = self.env["portal.help.entry"]
        self.env.invalidate_all()
        entries._mend()
        self.assertEqual(self.find_names("ostrich"), [self.pay.name])
        words = self.env["portal.help.word"]
        self.pay.sudo().unlink()
        self.assertTrue(words.search_count([("word", "=", "ostrich")]))
        entries._mend()
        self.assertFalse(words.search_count([("word", "=", "ostrich")]))
        self.assertTrue(words.search_count([("word", "=", "ibex")]))

    # ------------------------------------------------------------
    # What editors teach it
    # ------------------------------------------------------------

    def test_synonyms_find_each_other(self):
        synonym = self.env["portal.help.synonym"].create(
            {"phrases": "striped horse\nzebra"}
        )
        self.assertEqual(self.find_names("striped horses"), [self.pay.name])
        synonym.active = False
        self.assertEqual(self.find_names("striped horses"), [])
        synonym.write({"active": True, "phrases": "zebra\nibex", "is_one_way": True})
        self.assertCountEqual(
            self.find_names("zebras"), [self.pay.name, self.back.name]
        )
        self.assertEqual(self.find_names("ibex"), [self.back.name])
        for phrases in ("alone", "", "one two three four five\nsix"):
            with self.subTest(phrases), self.assertRaises(ValidationError):
                synonym.phrases = phrases

    def test_pinned_results_come_first_for_who_sees_them(self):
        self.env["portal.help.pin"].create(
            {
                "phrases": "walrus\nhow to feed a gnu",
                "article_ids": [Command.set((self.pay | self.secret).ids)],
            }
        )
        self.assertEqual(self.find_names("WALRUSES"), [self.pay.name, self.back.name])
        self.assertEqual(self.find_names("feed a GNU"), [self.pay.name])
        self.assertEqual(
            self.find_names("feed a GNU", self.buyer), [self.pay.name, self.secret.name]
        )

    def test_preview_shows_what_somebody_else_finds(self):
        editor = self._create_staff(
            "help_previewer", "customer_portal_knowledge.group_help_editor"
        )
        previews = self.env["portal.help.preview"].with_user(editor)
        preview = previews.create({"question": "zebra", "lang": "en_US"})
        self.assertIn("Settling", preview.result)
        self.assertNotIn("for owners", preview.result)
        preview.user_id = self.buyer
        self.assertIn("for owners", preview.result)
        author = self._create_staff(
            "help_preview_author", "customer_portal_knowledge.group_help_author"
        )
        with self.assertRaises(AccessError):
            previews.with_user(author).create({"question": "zebra", "lang": "en_US"})

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    def test_page_of_a_visitor_may_be_kept(self):
        answer = self.ask("zebra <b>")
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("Set-Cookie", answer.headers)
        self.assertTrue(answer.headers["Cache-Control"].startswith("public"))
        self.assertEqual(answer.headers["X-Robots-Tag"], "noindex")
        self.assertIn("Settling <mark>zebras</mark> at once", answer.text)
        self.assertIn("zebra &lt;b&gt;", answer.text)
        self.assertNotIn(self.secret.name, answer.text)
        self.assertIn('action="/help/search"', self._get("/help").text)

    def test_page_says_when_nothing_is_found(self):
        answer = self.ask("qqqqqqqq")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Nothing found", answer.text)
        self.assertNotIn("Nothing found", self.ask(" ").text)

    def test_people_find_what_is_theirs(self):
        self._sign_in(self.buyer)
        answer = self.ask("zebra")
        self.assertIn("Zebras", answer.text)
        self.assertIn("for owners", answer.text)
        self.assertIn("no-store", answer.headers["Cache-Control"])

    def test_suggestions_are_titles_that_one_sees(self):
        rows = json.loads(self.ask("zebr", "/help/suggest").text)
        self.assertEqual(
            rows, [{"title": self.pay.name, "url": self.pay._get_url(), "lang": None}]
        )
        self.assertEqual(json.loads(self.ask("", "/help/suggest").text), [])
