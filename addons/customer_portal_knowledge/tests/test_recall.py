"""What people ask in six languages finds the right article among the first five.

Beside the corpus there are 2,000 other records, in each language a sixth of them.
"""

import logging

from odoo.tests import tagged

from .corpus_case import LANGS, read_corpus
from .help_case import HelpCase
from .noise import add_noise, make_noise

_logger = logging.getLogger(__name__)

NOISE_OF_LANGUAGE = 334


@tagged("post_install", "-at_install")
class TestRecall(HelpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.languages = {name: read_corpus(name) for name in LANGS}
        cls.keys = {}
        for name, code in LANGS.items():
            cls.env["res.lang"]._activate_lang(code)
            texts = cls.languages[name].articles
            articles = cls.env["portal.help.article"].with_context(
                tracking_disable=True, mail_create_nolog=True
            )
            made = articles.create(
                [
                    {
                        "name": title,
                        "body": f"<p>{text}</p>",
                        "category_id": cls.paying.id,
                        "lang": code,
                    }
                    for title, text in texts.values()
                ]
            )
            made.action_publish()
            cls.keys |= dict(zip(made.ids, texts, strict=True))
            noise = make_noise(cls.languages[name], NOISE_OF_LANGUAGE)
            add_noise(cls.env, made[0], code, noise)
        cls.visited = cls.env["portal.help.article"].with_user(cls.visitor)

    def ask(self, name, questions):
        """Return (share that is found, share that finds nothing, what was missed)."""
        found, nothing, missed = 0, 0, []
        for question, key in questions:
            rows = self.visited._find_by_words(question, LANGS[name], limit=5).rows
            names = [self.keys.get(row["id"], "") for row in rows]
            if key in names:
                found += 1
            else:
                missed.append((question, key, names))
            nothing += not rows
        return found / len(questions), nothing / len(questions), missed

    def test_noise(self):
        """It is found, and by visitors: else it would be none."""
        for name, code in LANGS.items():
            title, _text = make_noise(self.languages[name], NOISE_OF_LANGUAGE)[0]
            with self.subTest(language=name):
                rows = self.visited._find_by_words(title, code, limit=5).rows
                self.assertIn(title, [row["name"] for row in rows])
        counted = self.visited._read_group([], [], ["__count"])
        self.assertGreaterEqual(counted[0][0], 2000 + 6 * 60)

    def test_corpus(self):
        for name, language in self.languages.items():
            with self.subTest(language=name):
                self.assertGreaterEqual(len(language.articles), 60)
                self.assertGreaterEqual(len(language.questions), 20)
                self.assertGreaterEqual(len(language.mistyped), 20)

    def test_recall(self):
        for name, language in self.languages.items():
            for kind, questions, least in (
                ("as it is", language.questions, 0.9),
                ("mistyped", language.mistyped, 0.8),
            ):
                with self.subTest(language=name, kind=kind):
                    share, nothing, missed = self.ask(name, questions)
                    _logger.info(
                        "%s %s: recall@5 %.2f, no result %.2f, missed %s",
                        name,
                        kind,
                        share,
                        nothing,
                        missed,
                    )
                    self.assertGreaterEqual(share, least, missed)
