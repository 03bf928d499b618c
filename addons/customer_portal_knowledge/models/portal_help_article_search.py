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

MOST_RANKED = 100  # candidates, by the words that they have
MOST_FOUND = 50
# Of the best result, how much of the question another one has to answer.
LEAST_SHARE = 0.4
# How much a word counts, once more in a title, and as the very word; whole numbers,
# which are quickly added.
WORD_COUNTS, TITLE_COUNTS, EXACT_COUNTS = 4, 4, 1
MANY = 300  # hits, above which it is quicker to read all that one sees
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
        # Compiling a plan takes longer than any search; off until the transaction ends.
        rows = self.env.execute_query(
            SQL(
                """
                SET LOCAL jit = off;
                WITH hit AS MATERIALIZED (%(hits)s),
                has AS MATERIALIZED (SELECT id, %(sums)s FROM hit GROUP BY id),
                seen AS MATERIALIZED (%(seen)s),
                total AS MATERIALIZED (SELECT %(totals)s FROM seen),
                best AS MATERIALIZED (
                    SELECT id, %(worth)s AS worth, %(share)s AS share
                      FROM seen, total
                  ORDER BY worth DESC, id LIMIT %(ranked)s)
                SELECT ARRAY[%(counts)s], result.article_id
                  FROM total
             LEFT JOIN (
                    SELECT entry.article_id, best.worth, best.share,
                           max(best.share) OVER () AS most,
                           ts_rank(entry.words, %(query)s::tsquery, 1) AS density
                      FROM best JOIN portal_help_entry entry ON entry.id = best.id
                  ) result ON result.share >= result.most * %(least)s
              ORDER BY result.worth + result.density DESC, result.article_id
                 LIMIT %(limit)s
                """,
                hits=self._get_hits(groups, lang),
                seen=self._get_seen(found, lang),
                query=" | ".join(group.query for group in groups),
                ranked=MOST_RANKED,
                least=LEAST_SHARE,
                limit=MOST_FOUND,
                **self._get_sums(len(groups)),
            )
        )
        return [id for _counts, id in rows if id], rows[0][0]

    @api.model
    def _get_hits(self, groups, lang):
        """Return the entries that have a word, in its title, and as the very word.

        Each is asked of its index alone. A tsquery that PostgreSQL does not know when
        it plans is one that it takes for rare; else it may look into the words of every
        article, since it does not reckon what it costs to unpack them.
        """
        hits = (
            SQL(
                """
                SELECT id, %s AS place, %s AS weight FROM portal_help_entry
                 WHERE %s @@ (SELECT %s::tsquery) AND (lang = %s OR is_source)
                """,
                place,
                weight,
                SQL.identifier(column),
                query,
                lang,
            )
            for place, group in enumerate(groups)
            for column, query, weight in (
                ("words", group.query, WORD_COUNTS),
                ("title", group.query, TITLE_COUNTS),
                ("words", group.exact_query, EXACT_COUNTS),
            )
        )
        return SQL(" UNION ALL ").join(hits)

    @api.model
    def _get_seen(self, found, lang):
        """Return those of the hits that somebody reads: in the own language, if any.

        Few are looked up one by one, many are looked up in all that one sees.

        :param found: query of the articles that one sees
        """
        read = SQL(
            """
            SELECT entry.id FROM portal_help_entry entry
              JOIN (%(found)s) found ON found.id = entry.article_id
             WHERE (entry.lang = %(lang)s OR NOT EXISTS (
                    SELECT FROM portal_help_entry own
                     WHERE own.article_id = entry.article_id
                       AND own.lang = %(lang)s))
            """,
            found=found.select(),
            lang=lang,
        )
        return SQL(
            """
            SELECT has.* FROM has
             WHERE CASE WHEN (SELECT count(*) > %(many)s FROM has)
                        THEN has.id IN (%(read)s)
                        ELSE EXISTS (%(read)s AND entry.id = has.id) END
            """,
            many=MANY,
            read=read,
        )

    @api.model
    def _get_sums(self, number):
        """Return parts of SQL: what each of so many words counts, and all together."""
        sums, totals, worth, share, counts = [], [], [], [], []
        for place in range(number):
            weight, value, count = (
                SQL.identifier(f"{name}{place}") for name in ("weight", "value", "df")
            )
            sums.append(
                SQL("sum(weight) FILTER (WHERE place = %s) AS %s", place, weight)
            )
            totals.append(
                SQL(
                    """
                    count(%(weight)s) AS %(count)s,
                    ln(1 + (SELECT count(*) FROM portal_help_entry)::float
                           / greatest(count(%(weight)s), 1)) AS %(value)s
                    """,
                    weight=weight,
                    count=count,
                    value=value,
                )
            )
            worth.append(
                SQL("coalesce(%s * %s / %s, 0)", weight, value, float(WORD_COUNTS))
            )
            share.append(SQL("CASE WHEN %s > 0 THEN %s ELSE 0 END", weight, value))
            counts.append(count)
        return {
            "sums": SQL(", ").join(sums),
            "totals": SQL(", ").join(totals),
            "worth": SQL(" + ").join(worth),
            "share": SQL(" + ").join(share),
            "counts": SQL(", ").join(counts),
        }

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
                SELECT entry.article_id, entry.lang, entry.text, entry.starts,
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
        """Mark a row; the places count through title and text, from 1."""
        places = sorted(set(entry["places"]))
        titled = [token.start for token in split_text(row["name"], entry["lang"])]
        size, starts = len(titled), entry["starts"] or ()
        row["title"] = mark_words(
            row["name"], [titled[at - 1] for at in places if at <= size]
        )
        row["excerpt"] = cut_excerpt(
            entry["text"],
            [starts[at - size - 1] for at in places if size < at <= size + len(starts)],
        )
