from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.wanted import get_near
from ..tools.words import STEM, split_text

SHORTEST_WORD, LONGEST_WORD = 4, 24  # letters of words in which mistakes are mended


class PortalHelpWord(models.Model):
    """The words of all articles in a language, to find what was mistyped.

    `near` has a word without one of its letters, each in turn. It is in the index of
    arrays, so the words that are a mistake away are found without reading the others,
    and in any alphabet; PostgreSQL's trigrams leave out what its locale does not know.
    """

    _name = "portal.help.word"
    _description = "Word in the index of help"
    _log_access = False

    lang = fields.Char(required=True)
    word = fields.Char(required=True)

    _word_unique = models.UniqueIndex("(lang, word text_pattern_ops)")

    def init(self):
        """Extend: add the column of mistakes."""
        result = super().init()
        self.env.cr.execute(
            SQL(
                """
                ALTER TABLE portal_help_word ADD COLUMN IF NOT EXISTS near text[];
                CREATE INDEX IF NOT EXISTS portal_help_word_near_index
                    ON portal_help_word USING gin (near) WITH (fastupdate = off)
                """
            )
        )
        return result

    @api.model
    def _add(self, lang, texts):
        """Add the words of texts; in sudo."""
        found = {
            term
            for text in texts
            for token in split_text(text, lang)
            for term in (*token.terms, *token.stems)
            if self._is_mendable(term)
        }
        if not found:
            return
        known = self.env.execute_query(
            SQL(
                "SELECT word FROM portal_help_word WHERE lang = %s AND word IN %s",
                lang,
                tuple(found),
            )
        )
        rows = [
            SQL("(%s, %s, %s)", lang, word, sorted(self._get_near(word)))
            for word in sorted(found - {word for (word,) in known})
        ]
        if rows:
            values = SQL(", ").join(rows)
            self.env.cr.execute(
                SQL(
                    "INSERT INTO portal_help_word (lang, word, near) VALUES %s"
                    " ON CONFLICT DO NOTHING",
                    values,
                )
            )

    @staticmethod
    def _is_mendable(term):
        word = term.removeprefix(STEM)
        return SHORTEST_WORD <= len(word) <= LONGEST_WORD and word.isalpha()

    @staticmethod
    def _get_near(term, twice=False):
        """Return what a word and one that is a mistake away have in common."""
        sign = STEM if term.startswith(STEM) else ""
        return [sign + near for near in get_near(term.removeprefix(STEM), twice)]

    @api.model
    def _find_near(self, terms, langs, twice):
        """Return the words that are a mistake away from terms, or two."""
        near = sorted({part for term in terms for part in self._get_near(term, twice)})
        # Not known when it is planned, so that it is asked of its index.
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT word FROM portal_help_word"
                " WHERE near && (SELECT %s::text[]) AND lang IN %s LIMIT 500",
                near,
                tuple(langs),
            )
        )
        return [word for (word,) in rows]

    @api.model
    def _find_beginning(self, start, langs):
        """Return words that begin with the same letters."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT word FROM portal_help_word"
                " WHERE word LIKE %s AND lang IN %s LIMIT 200",
                start + "%",
                tuple(langs),
            )
        )
        return [word for (word,) in rows]

    @api.model
    def _find_known(self, words, langs):
        """Return which of these words there are."""
        if not words:
            return set()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT word FROM portal_help_word"
                " WHERE word IN %s AND lang IN %s",
                tuple(words),
                tuple(langs),
            )
        )
        return {word for (word,) in rows}

    @api.model
    def _forget(self):
        """Forget the words that no entry has any more; for the scheduled action."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM portal_help_word word
                 WHERE NOT EXISTS (
                    SELECT FROM portal_help_entry entry
                     WHERE entry.lang = word.lang
                       AND entry.words @@ quote_literal(word.word)::tsquery)
                """
            )
        )
