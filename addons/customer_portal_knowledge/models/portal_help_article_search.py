"""The search of help: a question in, articles that one sees out, the best first.

An article has the words of a question, or some of them. Each word counts as much as it
is rare among what the reader sees, twice as much in a title, and somewhat more where it
is the very word.

Which articles there are is one query of `_search` in the own rights; all that is
counted, and all that is found, is counted and found in that.
"""

from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.excerpt import cut_excerpt, mark_words
from ..tools.wanted import get_distance, get_phrase_key, read_question
from ..tools.words import STEM, split_text

MOST_RANKED = 500  # candidates, by the words that they have
MOST_FOUND = 50
# Of the best result, how much of the question another one has to answer.
LEAST_SHARE = 0.4
# How much a title, and the very word, count beside a word.
TITLE_COUNTS, EXACT_COUNTS = 1.0, 0.25
LONG_WORD = 8  # letters, from which on two mistakes are looked for
TELLING_WORD = 6  # and below which the first letter is taken for right
MOST_GUESSES = 6


class Found(NamedTuple):
    """What a search found.

    :param list rows: of `_find_rows`, with `excerpt` and `title`
    :param dict mended: {word as it was typed: what was looked for in its place}
    """

    rows: list
    mended: dict


class PortalHelpArticle(models.Model):
    _inherit = "portal.help.article"

    @api.model
    def _find_by_words(self, text, lang, limit=10, domain=Domain.TRUE):
        """Return what a question finds among the articles that one sees.

        :param str text: as it was typed
        :param str lang: of the reader
        :param domain: which articles alone are looked through
        """
        domain &= self._get_shown_domain()
        ids, groups, mended = self._find_ids_by_words(text, lang, domain)
        pinned = self._get_pinned(text, lang)
        # Of the pinned ones, those that one sees; the others take nobody's place.
        ids = list(dict.fromkeys([*pinned, *ids[:limit]]))
        titles = {
            row["id"]: row
            for row in self._find_rows(Domain("id", "in", ids) & domain, lang)
        }
        rows = [titles[id] for id in ids if id in titles][:limit]
        self._mark_rows(rows, groups)
        return Found(rows, mended if rows else {})

    @api.model
    def _find_ids_by_words(self, text, lang, domain, mends=True):
        """Return (ids from the best on, groups that were looked for, what was mended).

        :param bool mends: whether mistakes in typing are looked for
        """
        langs = self._get_searched_langs(lang)
        # sudo: what editors taught the search; it decides nothing about rights
        synonyms_sudo = self.env["portal.help.synonym"].sudo()
        groups = read_question(text, langs, synonyms_sudo._get_synonyms(lang))
        if not groups:
            return [], [], {}
        ids, counts = self._score(groups, lang, domain)
        if 0 not in counts or not mends:
            return ids, groups, {}
        groups, mended = self._mend_question(groups, counts, langs)
        if mended:
            ids, counts = self._score(groups, lang, domain)
        helped = {
            group.typed: mended[group.typed]
            for group, count in zip(groups, counts, strict=True)
            if count and mended.get(group.typed, group.typed) != group.typed
        }
        return ids, groups, helped

    @api.model
    def _get_searched_langs(self, lang):
        """Return the languages of what a reader may find, the own one first."""
        codes = (code for code, _name in self.env["res.lang"].get_installed())
        return list(dict.fromkeys([lang, *codes]))

    @api.model
    def _get_pinned(self, text, lang):
        """Return the ids of what editors put first; they may be of anybody."""
        # sudo: as for synonyms; whether one sees them is asked when they are read
        pins = self.env["portal.help.pin"].sudo()._get_pins(lang)
        return pins.get(frozenset(get_phrase_key(text, lang)), ()) if pins else ()

    @api.model
    def _score(self, groups, lang, domain):
        """Return (ids from the best on, how many articles have each group)."""
        found = self._search(domain)
        if found.is_empty():
            return [], [0] * len(groups)
        self._flush_pages()
        # Each word is asked of its index alone. Else PostgreSQL may look into the words
        # of every article: it does not reckon what it costs to unpack them. Until the
        # end of the transaction it reads by indexes where it can, and compiles nothing.
        parts, sums, counts = [], [], []
        for place, group in enumerate(groups):
            found_any, has, df = (
                SQL.identifier(f"{name}{place}") for name in ("any", "has", "df")
            )
            parts.append(
                SQL(
                    """
                    %(any)s AS MATERIALIZED (
                        SELECT id FROM portal_help_entry
                         WHERE words @@ %(query)s::tsquery),
                    %(has)s AS MATERIALIZED (
                        SELECT id FROM %(any)s WHERE id IN (SELECT id FROM seen)),
                    %(df)s AS MATERIALIZED (
                        SELECT count(*) AS number,
                               ln(1 + (SELECT count(*) FROM seen)::float
                                      / greatest(count(*), 1)) AS worth
                          FROM %(has)s)
                    """,
                    any=found_any,
                    has=has,
                    df=df,
                    query=group.query,
                )
            )
            sums.append(
                SQL(
                    """
                    SELECT id, worth, worth AS share FROM %(has)s, %(df)s
                     UNION ALL
                    SELECT entry.id, worth * %(title)s, 0
                      FROM portal_help_entry entry, %(df)s
                     WHERE entry.title @@ %(query)s::tsquery
                     UNION ALL
                    SELECT entry.id, worth * %(exact)s, 0
                      FROM portal_help_entry entry, %(df)s
                     WHERE entry.words @@ %(exact_query)s::tsquery
                    """,
                    has=has,
                    df=df,
                    title=TITLE_COUNTS,
                    exact=EXACT_COUNTS,
                    query=group.query,
                    exact_query=group.exact_query,
                )
            )
            counts.append(SQL("(SELECT number FROM %s)", df))
        rows = self.env.execute_query(
            SQL(
                """
                SET LOCAL jit = off;
                SET LOCAL enable_seqscan = off;
                WITH seen AS MATERIALIZED (
                    SELECT entry.id FROM portal_help_entry entry
                      JOIN (%(found)s) found ON found.id = entry.article_id
                     WHERE entry.lang = %(lang)s
                        OR entry.is_source AND NOT EXISTS (
                            SELECT FROM portal_help_entry own
                             WHERE own.article_id = entry.article_id
                               AND own.lang = %(lang)s)),
                %(parts)s,
                best AS (
                    SELECT id, sum(worth) AS worth, sum(share) AS share
                      FROM (%(sums)s) hit
                  GROUP BY id
                    HAVING sum(share) > 0
                  ORDER BY sum(worth) DESC LIMIT %(ranked)s)
                SELECT ARRAY[%(counts)s] AS counts, result.article_id
                  FROM (SELECT 1) one
             LEFT JOIN (
                    SELECT entry.article_id, best.worth, best.share,
                           max(best.share) OVER () AS most,
                           ts_rank(entry.words, %(query)s::tsquery, 1) AS density
                      FROM best JOIN portal_help_entry entry ON entry.id = best.id
                  ) result ON result.share >= result.most * %(least)s
              ORDER BY result.worth + result.density DESC, result.article_id
                 LIMIT %(limit)s
                """,
                found=found.select(),
                lang=lang,
                parts=SQL(", ").join(parts),
                sums=SQL(" UNION ALL ").join(sums),
                counts=SQL(", ").join(counts),
                query=" | ".join(group.query for group in groups),
                ranked=MOST_RANKED,
                least=LEAST_SHARE,
                limit=MOST_FOUND,
            )
        )
        return [id for _counts, id in rows if id], rows[0][0]

    # ------------------------------------------------------------
    # Mistakes in typing
    # ------------------------------------------------------------

    @api.model
    def _mend_question(self, groups, counts, langs):
        """Return (groups, {typed: mended}): words that nothing has, as they are meant.

        A mistake in a letter comes first, then two words that were written as one, then
        other endings.
        """
        # sudo: words of all articles; one is shown if an article that one sees has it
        words_sudo = self.env["portal.help.word"].sudo()
        mended, better = {}, []
        for group, count in zip(groups, counts, strict=True):
            if count or not group.can_be_mistyped:
                better.append(group)
                continue
            terms = self._guess(words_sudo, group, langs)
            if terms:
                shown = [term for term in terms if not term.startswith(STEM)]
                mended[group.typed] = shown[0] if shown else group.typed
                group = group._replace(exact=tuple(terms), prefix="")
            better.append(group)
        return better, mended

    @api.model
    def _guess(self, words, group, langs):
        """Return the terms that a word may stand for, the nearest first."""
        typed = group.typed
        is_long = len(typed) >= LONG_WORD
        sources = [typed, *(stem for stem in group.loose if len(stem) > 4)]
        near = words._find_near(sources, langs, is_long)
        distances = {
            word: min(
                get_distance(source, word)
                for source in sources
                if source.startswith(STEM) == word.startswith(STEM)
            )
            for word in near
        }
        close = sorted(
            (distance, word.startswith(STEM), abs(len(word) - len(typed)), word)
            for word, distance in distances.items()
            if distance <= (2 if is_long else 1)
            and (len(typed) >= TELLING_WORD or word.removeprefix(STEM)[0] == typed[0])
        )
        if close:
            nearest = close[0][0]
            return [word for distance, *_rest, word in close if distance == nearest][
                :MOST_GUESSES
            ]
        splits = [(typed[:at], typed[at:]) for at in range(3, len(typed) - 2)]
        parts = {part for pair in splits for part in pair}
        known = words._find_known(parts | {STEM + part for part in parts}, langs)
        for pair in splits:
            terms = [
                term for part in pair for term in (part, STEM + part) if term in known
            ]
            if {term.removeprefix(STEM) for term in terms}.issuperset(pair):
                return terms
        start = typed[: max(4, round(len(typed) * 0.7))]
        if len(typed) <= len(start):
            return []
        beginning = words._find_beginning(start, langs)
        return sorted(beginning, key=lambda word: get_distance(typed, word))[
            :MOST_GUESSES
        ]

    # ------------------------------------------------------------
    # How it is shown
    # ------------------------------------------------------------

    @api.model
    def _mark_rows(self, rows, groups):
        """Add excerpt and title with the words marked to rows that one sees."""
        if not rows:
            return
        terms = [term for group in groups for term in group.terms]
        prefixes = [group.prefix + "%" for group in groups if group.prefix]
        found = self.env.execute_query_dict(
            SQL(
                """
                SELECT entry.article_id, entry.lang, entry.text,
                       ARRAY(SELECT unnest(word.positions)
                               FROM unnest(entry.words) word
                              WHERE word.lexeme = ANY(%(terms)s::text[])
                                 OR word.lexeme LIKE ANY(%(prefixes)s::text[])
                       ) AS places
                  FROM portal_help_entry entry
                 WHERE (entry.article_id, entry.lang) IN %(shown)s
                """,
                terms=terms,
                prefixes=prefixes,
                shown=tuple((row["id"], row["lang"]) for row in rows),
            )
        )
        entries = {entry["article_id"]: entry for entry in found}
        for row in rows:
            entry = entries.get(row["id"])
            row["title"] = row["name"]
            row["excerpt"] = row["summary"] or ""
            if entry:
                self._mark_row(row, entry)

    @staticmethod
    def _mark_row(row, entry):
        """Mark a row; the places count through title and text."""
        lang, places = entry["lang"], entry["places"]
        size = len(split_text(row["name"], lang))
        row["title"] = mark_words(
            row["name"], lang, [at for at in places if at <= size]
        )
        row["excerpt"] = cut_excerpt(
            entry["text"], lang, [at - size for at in places if at > size]
        )
