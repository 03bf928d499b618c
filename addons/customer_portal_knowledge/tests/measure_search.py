"""How long the search of help takes beside Odoo's `ilike` and bare SQL, and its recall.

No test of the suite: `bin/test -s` with this file prints the table of
docs/performance.md. Articles are of 500 words out of 30,000 that are made of syllables,
some of which are much more frequent than others, as in a language.
"""

import random
import sys
import time
from itertools import accumulate
from statistics import median

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .help_case import HelpMixin
from .test_recall import TestRecall

SIZES = (1000, 5000)
WORDS_OF_ARTICLE, VOCABULARY = 500, 30_000
ROUNDS = 15
SYLLABLES = [first + last for first in "bdfgklmnprstvz" for last in "aeiou"]


def say(text):
    sys.stdout.write(f"{text}\n")


def make_words(rng):
    words = set()
    while len(words) < VOCABULARY:
        words.add("".join(rng.choices(SYLLABLES, k=rng.randint(2, 5))))
    return sorted(words, key=lambda _word: rng.random())


@tagged("post_install", "-at_install", "-standard")
class MeasureRecall(TestRecall):
    def test_report(self):
        for name, language in self.languages.items():
            for kind in ("questions", "mistyped"):
                questions = getattr(language, kind)
                share, nothing, missed = self.ask(name, questions)
                say(
                    f"| {name} | {kind} | {len(questions)} | {share:.2f} |"
                    f" {nothing:.2f} |"
                )
                say(missed)


@tagged("post_install", "-at_install", "-standard")
class MeasureSearch(HelpMixin, TransactionCase):
    def test_measure(self):
        rng = random.Random(17)
        words = make_words(rng)
        weights = list(accumulate(1 / (rank + 8) for rank in range(VOCABULARY)))
        self.env.user.group_ids |= self.env.ref(
            "customer_portal_knowledge.group_help_editor"
        )
        category = self._create_category("Measured")
        model = self._create_article("Measured", category)
        made = 0
        for size in SIZES:
            texts = [
                rng.choices(words, cum_weights=weights, k=WORDS_OF_ARTICLE)
                for _article in range(size - made)
            ]
            self.add_articles(model, texts, made)
            made = size
            start = time.perf_counter()
            self.env.cr.execute(
                "DROP INDEX portal_help_word_near_index, portal_help_entry_words_index"
            )
            self.env["portal.help.entry"]._mend()
            self.env["portal.help.word"].init()
            self.env["portal.help.entry"].init()
            self.env.cr.execute("ANALYZE portal_help_entry")
            say(f"\n{size} articles, indexed in {time.perf_counter() - start:.1f} s")
            self.env.cr.execute(
                "SELECT pg_total_relation_size('portal_help_entry') / 1048576,"
                " pg_total_relation_size('portal_help_word') / 1048576"
            )
            say(f"MiB of entries and of words: {self.env.cr.fetchone()}")
            self.print_table(words)

    def add_articles(self, model, texts, first):
        """Copy an article, each with a text of its own, past the ORM."""
        columns = [
            name
            for name, field in model._fields.items()
            if field.store and field.column_type and name not in ("id", "slug")
        ]
        names = SQL(", ").join(map(SQL.identifier, columns))
        for number, text in enumerate(texts, first):
            self.env.cr.execute(
                SQL(
                    "INSERT INTO portal_help_article (slug, %s)"
                    " SELECT %s, %s FROM portal_help_article WHERE id = %s"
                    " RETURNING id",
                    names,
                    f"measured-{number}",
                    names,
                    model.id,
                )
            )
            (article_id,) = self.env.cr.fetchone()
            self.env.cr.execute(
                SQL(
                    "INSERT INTO portal_help_version (article_id, lang, is_source,"
                    " is_current, number, name, body, date)"
                    " VALUES (%s, 'en_US', TRUE, TRUE, 1, %s, %s, now())",
                    article_id,
                    " ".join(text[:5]),
                    f"<p>{' '.join(text[5:])}</p>",
                )
            )
        self.env.cr.execute("ANALYZE portal_help_article, portal_help_version")
        self.env.invalidate_all()

    def print_table(self, words):
        common, medium, rare = words[2], words[300], words[20_000]
        typed = medium[:2] + medium[3] + medium[2] + medium[4:]
        questions = {
            "rare": rare,
            "medium": medium,
            "common": common,
            "two words": f"{medium} {words[301]}",
            "five words": " ".join([common, words[1], words[50], medium, rare]),
            "prefix": words[302][:4],
            "mistyped": typed,
        }
        visitor = self.env.ref("base.public_user")
        articles = self.env["portal.help.article"].with_user(visitor)
        say("| question | articles | ms | p95 | ilike ms | bare SQL ms |")
        every = []
        for name, question in questions.items():
            found = self.measure(lambda q=question: articles._find_by_words(q, "en_US"))
            every += found
            count = self.env["portal.help.version"].search_count(
                [("is_current", "=", True), ("body", "ilike", question)]
            )
            like = self.measure(lambda q=question: self.search_by_ilike(q), 3)
            bare = self.measure(lambda q=question: self.search_by_sql(q), 5)
            say(
                f"| {name} | {count} | {median(found):.1f} |"
                f" {sorted(found)[int(len(found) * 0.95)]:.1f} |"
                f" {median(like):.0f} | {median(bare):.2f} |"
            )
        say(f"p95 of all: {sorted(every)[int(len(every) * 0.95)]:.1f} ms")

    @staticmethod
    def measure(action, rounds=ROUNDS):
        """Return milliseconds of each round, after one to warm up."""
        action()
        times = []
        for _round in range(rounds):
            start = time.perf_counter()
            action()
            times.append((time.perf_counter() - start) * 1000)
        return times

    def search_by_ilike(self, question):
        versions = self.env["portal.help.version"]
        domain = [("is_current", "=", True), ("body", "ilike", question)]
        self.env.invalidate_all()
        versions.search_count(domain)
        versions.search(domain, limit=20).mapped("name")

    def search_by_sql(self, question):
        query = " & ".join(f"'{word}'" for word in question.split())
        self.env.cr.execute(
            SQL(
                "SELECT article_id FROM portal_help_entry"
                " WHERE words @@ %(query)s::tsquery"
                " ORDER BY ts_rank(words, %(query)s::tsquery) DESC LIMIT 20",
                query=query,
            )
        )
        self.env.cr.fetchall()
