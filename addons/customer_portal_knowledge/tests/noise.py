"""Noise for the corpus of the search: many records that answer no question.

Each has a name that is made up of the letters of its language, as products have, a
number, and words of the corpus, as frequent as they are there, without an order. So
whatever is asked, hundreds of other texts have some of the words.
"""

import random

from odoo.tools import SQL

from ..tools.words import get_vector, split_text

SEED = 17
LETTERS_OF_NAME, WORDS_OF_TEXT = 6, 15  # as short as a line of an order


def make_noise(language, count):
    """Return [(name, text)] of words of a `Language`; the same each time.

    What has no spaces is cut in pieces of two signs.
    """
    rng = random.Random(SEED)
    texts = [f"{title} {text}" for title, text in language.articles.values()]
    words = " ".join(texts).split()
    run = "".join(words)
    if len(words) < 20 * len(texts):
        words = [run[place : place + 2] for place in range(0, len(run), 2)]
    letters = [sign for sign in run if sign.isalpha()]
    noise = []
    for number in range(count):
        name = "".join(rng.choices(letters, k=LETTERS_OF_NAME)).capitalize()
        text = " ".join(rng.choices(words, k=WORDS_OF_TEXT))
        noise.append((f"{name} {number:04}", text))
    return noise


def add_noise(env, model, lang, noise):
    """Copy a published article for each, with title and text; past the ORM."""
    columns = [
        name
        for name, field in model._fields.items()
        if field.store and field.column_type and name not in ("id", "slug", "lang")
    ]
    names = SQL(", ").join(map(SQL.identifier, columns))
    env.flush_all()
    rows = SQL(", ").join(
        SQL(
            "(%s, %s, %s, %s::tsvector, %s::tsvector, %s::int[])",
            f"noise-{lang}-{number}".lower().replace("_", "-"),
            title,
            text,
            get_vector([(title, "A")], lang),
            get_vector([(title, "A"), (text, "D")], lang),
            [token.start for token in split_text(text, lang)],
        )
        for number, (title, text) in enumerate(noise)
    )
    env.cr.execute(
        SQL(
            """
            WITH noise (slug, name, text, title, words, starts) AS (
                VALUES %(rows)s),
            article AS (
                INSERT INTO portal_help_article (slug, lang, %(names)s)
                SELECT noise.new_slug, %(lang)s, %(names)s
                  FROM portal_help_article model,
                       (SELECT slug AS new_slug FROM noise) noise
                 WHERE model.id = %(model)s
             RETURNING id, slug),
            version AS (
                INSERT INTO portal_help_version
                       (article_id, lang, is_source, is_current, number, name, body,
                        date)
                SELECT article.id, %(lang)s, TRUE, TRUE, 1, noise.name,
                       '<p>' || noise.text || '</p>', now()
                  FROM article JOIN noise USING (slug)
             RETURNING id, article_id)
            INSERT INTO portal_help_entry
                   (version_id, article_id, lang, is_source, text, title, words,
                    starts)
            SELECT version.id, article.id, %(lang)s, TRUE, noise.text, noise.title,
                   noise.words, noise.starts
              FROM version
              JOIN article ON article.id = version.article_id
              JOIN noise USING (slug)
            """,
            rows=rows,
            names=names,
            model=model.id,
            lang=lang,
        )
    )
    env["portal.help.word"]._add(lang, [part for row in noise for part in row])
    env.invalidate_all()
