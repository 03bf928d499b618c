"""What somebody looks for, as a list of groups: an article has a group, or has it not.

A group is a word of the question with all that may stand for it: its stems in each
language of the articles, what it is the beginning of, the word joined with its
neighbour, synonyms. All of it is text for PostgreSQL's tsquery.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from odoo.addons.customer_portal.tools.folding import fold

from .words import STOP_WORDS, get_stemmer, is_han, quote_term, split_text

LONGEST_QUESTION = 200  # characters
MOST_GROUPS = 12
SHORTEST_PREFIX = 3  # letters; a Chinese sign is one already
LONGEST_SYNONYM = 4  # words

# Chinese words of questions, which are cut out before it is split in pairs.
_HAN_STOP = re.compile(
    "为什么|什么时候|怎么样|怎么办|能不能|可不可以|怎么|怎样|如何|什么|可以|是否|请问"
    "|哪里|在哪|我们的|我们|我的|你们|想要|[吗呢了的我]"
)
_QUOTED = re.compile(r"'((?:[^']|'')+)'")


class Group(NamedTuple):
    """A word that is looked for.

    :param str typed: the word, folded
    :param tuple exact: terms that are the very word
    :param tuple loose: its stems
    :param str prefix: what a word may begin with
    :param tuple others: tsqueries of what means the same
    """

    typed: str
    exact: tuple
    loose: tuple = ()
    prefix: str = ""
    others: tuple = ()

    @property
    def exact_query(self):
        """Return the tsquery of the very word."""
        return " | ".join(map(quote_term, self.exact))

    @property
    def query(self):
        """Return the tsquery of all that stands for the word."""
        parts = [*map(quote_term, self.exact), *map(quote_term, self.loose)]
        if self.prefix:
            parts.append(quote_term(self.prefix) + ":*")
        return " | ".join([*parts, *self.others])

    @property
    def terms(self):
        """Return all terms that are marked where they are found."""
        others = [
            term.replace("''", "'")
            for query in self.others
            for term in _QUOTED.findall(query)
        ]
        return [*self.exact, *self.loose, *others]

    @property
    def can_be_mistyped(self):
        """Return whether letters may be wrong in it; numbers are not guessed."""
        return len(self.typed) > 3 and self.typed.isalpha() and not is_han(self.typed)


def read_question(text, langs, synonyms=None):
    """Return the groups of a question.

    :param list langs: codes, that of the reader first
    :param dict synonyms: {key of `get_key`: tsqueries}
    """
    text = text[:LONGEST_QUESTION]
    asked = _HAN_STOP.sub(" ", text)
    tokens = _split(asked if asked.strip() else text, langs[0])
    stop_words = STOP_WORDS.get(langs[0].partition("_")[0], frozenset())
    telling = [token for token in tokens if token.terms[0] not in stop_words]
    tokens = (telling or tokens)[:MOST_GROUPS]
    stems = [
        _get_stems(text if asked.isspace() else asked, token, langs) for token in tokens
    ]
    means = _find_synonyms(tokens, synonyms or {})
    joined = _join_neighbours(tokens)
    return [
        Group(
            token.terms[0],
            (*token.terms, *joined[place]),
            stems[place],
            _get_prefix(token) if place == len(tokens) - 1 else "",
            tuple(sorted(means[place])),
        )
        for place, token in enumerate(tokens)
    ]


def _split(text, lang):
    """Return the tokens of a question; of Chinese words the pairs alone."""
    tokens = split_text(text, lang)
    rests = {
        after
        for before, after in pairwise(tokens)
        if after.start < before.end and after.end == after.start + 1
    }
    unique = {token.terms: token for token in reversed(tokens) if token not in rests}
    return sorted(unique.values(), key=lambda token: token.start)


def _get_stems(text, token, langs):
    """Return the stems of a word in all languages."""
    word = text[token.start : token.end]
    found = list(token.stems)
    for stemmer in {get_stemmer(lang): lang for lang in langs[1:]}.values():
        for other in split_text(word, stemmer):
            found += other.stems
    return tuple(dict.fromkeys(found))


def _get_prefix(token):
    term = token.terms[-1]
    return term if len(term) >= SHORTEST_PREFIX or is_han(term) else ""


def _join_neighbours(tokens):
    """Return for each word the words that it makes with its neighbours."""
    joined = [()] * len(tokens)
    for place, (before, after) in enumerate(pairwise(tokens)):
        first, second = before.terms[0], after.terms[0]
        if before.end < after.start and not is_han(first + second):
            joined[place] += (first + second,)
            joined[place + 1] += (first + second,)
    return joined


def get_key(tokens):
    """Return the words of a phrase as synonyms and pinned results compare them."""
    return tuple(token.stems[-1] if token.stems else token.terms[0] for token in tokens)


def get_phrase_key(text, lang):
    """Return the same of a text, without the words of questions."""
    tokens = _split(text[:LONGEST_QUESTION], lang)
    stop_words = STOP_WORDS.get(lang.partition("_")[0], frozenset())
    telling = [token for token in tokens if token.terms[0] not in stop_words]
    return get_key(telling or tokens)


def get_phrase_query(text, lang):
    """Return the tsquery of a phrase: all of its words."""
    parts = [
        " | ".join(map(quote_term, (*token.terms, *token.stems)))
        for token in _split(text, lang)
    ]
    return "(" + " & ".join(f"({part})" for part in parts) + ")" if parts else ""


def _find_synonyms(tokens, synonyms):
    """Return for each word the tsqueries of what means the same."""
    means = [set() for _token in tokens]
    for start in range(len(tokens) if synonyms else 0):
        for end in range(start + 1, min(start + LONGEST_SYNONYM, len(tokens)) + 1):
            found = synonyms.get(get_key(tokens[start:end]), ())
            for place in range(start, end):
                means[place].update(found)
    return means


# ------------------------------------------------------------
# Mistakes in typing
# ------------------------------------------------------------


def get_near(word, twice=False):
    """Return a word, and what is left of it without one of its letters, or two.

    Two words are a mistake apart when they have one of these in common: a letter that
    is wrong, missing, too many, or has changed its place.
    """
    near = {word[:place] + word[place + 1 :] for place in range(len(word))}
    if twice:
        near |= {
            less[:place] + less[place + 1 :]
            for less in near
            for place in range(len(less))
        }
    return near | {word}


def get_distance(first, second):
    """Return how many mistakes make one word of the other; neighbours may swap."""
    before, last = [], list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        line = [row]
        for column, other in enumerate(second, 1):
            cost = min(
                last[column] + 1,
                line[-1] + 1,
                last[column - 1] + (letter != other),
            )
            swapped = (
                row > 1
                and column > 1
                and letter == second[column - 2]
                and first[row - 2] == other
            )
            line.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, last = last, line
    return last[-1]


def fold_question(text):
    """Return a question as it is counted and compared."""
    return " ".join(fold(text).split())[:LONGEST_QUESTION]
