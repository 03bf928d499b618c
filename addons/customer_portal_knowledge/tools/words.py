"""The words of a text, as the search of help keeps and finds them.

A text is a row of *tokens*. Each stands under *terms*: the word as it is written,
folded (`tools/folding.py` of the core), and its stems, which begin with STEM. So an
exact word can count more than another form of it.

- Stems come from Snowball, by the language of the text. A word has two: of the word as
  it is, and of the word without its accents, since people leave them out; the endings
  that a stemmer knows have some. Of Greek stems an iota at the end is cut off, since
  Snowball leaves it on παραγγελίες, and not on παραγγελία.
- Chinese and Japanese have no spaces: each two signs that stand together are a token,
  and the last sign of a row is one.
- Parts that are joined by a sign (AW-3131, e-mail, 8.8) are tokens, and the whole
  without its signs is one too. Words with a joiner in them, as Persian has, are one,
  and its parts.

All of it is linear in the text.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import snowballstemmer

from odoo.addons.customer_portal.tools.folding import fold

STEM = "="
MOST_TOKENS = 16_000  # of a text: PostgreSQL knows no later position
LONGEST_TERM = 60

# The language of a stemmer by the code of a language.
STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}

# Words of questions, which say nothing about their subject; folded.
STOP_WORDS = {
    "en": (
        "a an and are as at be by can could do does for from get have how i if in is it"
        " me my of on or our should so that the their there this to was we what when"
        " where which who why will with would you your"
    ),
    "lt": (
        "ar as ant bei be bet cia del gali galima galiu ir is i jei jeigu ji jie jis jo"
        " ju kad kai kaip kas kodel ko kur kuri kuris man mano mes mums musu na ne nei"
        " ner nuo o per po prie su savo tai taip tas tik to turi turiu uz yra zmones"
    ),
    "cs": (
        "a aby ale ani az bez by byl co do i ja jak jaky jaka jake je jeho jej jejich"
        " jen jestli ji jsem jsou k kam kde kdo kdy kdyz ke ktera ktere ktery ma mam me"
        " mi mit moje muj muze muzu na nad nam nas ne nebo neni o od po pod podle pro"
        " proc pred pri s se si své ta tak to u v vas ve z za ze"
    ),
    "el": (
        "ο η το οι τα του τησ των τον την τουσ τισ ενα μια ενασ και να θα με σε για απο"
        " που πωσ τι ποτε ποιοσ ποια ποιο ειναι εχω εχει εχουμε μπορω μπορει μου μασ"
        " σασ"
        " στο στη στην στον στα στισ στουσ δεν μη αν οταν γιατι η ωσ"
    ),
    "fa": (
        "از به با در را که این ان و یا تا برای چه چی چگونه چطور ایا است هست میشود"
        " میتوانم"
        " کنم من ما خود خودم هم یک چرا کجا کی کدام ها های می شود بود باید کرد کردن"
    ),
    "zh": (
        "怎么 么样 怎样 如何 什么 么是 为什 么时 时候 可以 我的 我们 们的 是否 能不"
        " 不能 哪里 里能 吗 呢 的 了 请问 在哪 想要"
    ),
}
STOP_WORDS = {
    lang: frozenset(fold(words).split()) for lang, words in STOP_WORDS.items()
}

_HAN = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u064b-\u0655\u0670\u0640\u200c\u200d\u00ad"
_TOKEN = re.compile(
    rf"(?P<han>[{_HAN}]+)|(?![{_HAN}])[^\W_](?:(?![{_HAN}_])[\w{_MARKS}])*"
)
_JOINER = re.compile("[\u200c\u200d]+")
_BETWEEN = frozenset("-\u2010\u2011\u2013/._,:'\u2019+&")
_HYPHENS = frozenset("-\u2010\u2011")
_APOSTROPHES = frozenset("'\u2019")
MOST_PARTS = 6  # of a word that is joined by signs


class Token(NamedTuple):
    """A place in a text: [start, end), and what it is found by."""

    start: int
    end: int
    terms: tuple = ()
    stems: tuple = ()


def split_text(text, lang):
    """Return the tokens of a text, in their order.

    :param str lang: a code of Odoo, as lt_LT
    """
    tokens, chain = [], []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        sign = text[chain[-1].end : start] if chain else ""
        if len(sign) != 1 or sign not in _BETWEEN:
            tokens += _join(text, chain)
            chain = []
        if match["han"]:
            tokens += _split_han(match["han"], start)
            continue
        is_rest = sign in _APOSTROPHES and end == start + 1  # customer's
        chain.append(
            Token(start, end)
            if sign and is_rest
            else Token(start, end, *_get_terms(match[0], get_stemmer(lang)))
        )
        if len(chain) == MOST_PARTS:
            tokens += _join(text, chain)
            chain = []
        if len(tokens) > MOST_TOKENS:
            break
    tokens += _join(text, chain)
    return [token for token in tokens if token.terms][:MOST_TOKENS]


def _join(text, chain):
    """Return the parts of a word, the first of which is also found by the whole."""
    if len(chain) < 2:
        return chain
    signs = {text[before.end] for before, _after in pairwise(chain)}
    whole = text[chain[0].start : chain[-1].end]
    if not signs <= _HYPHENS and not any(letter.isdigit() for letter in whole):
        return chain
    joined = "".join(token.terms[0] for token in chain if token.terms)
    first = chain[0]
    terms = (*first.terms, joined[:LONGEST_TERM])
    return [first._replace(terms=terms), *chain[1:]]


def _split_han(run, start):
    return [
        Token(start + place, start + place + len(pair), (fold(pair),))
        for place, pair in (
            (place, run[place : place + 2]) for place in range(len(run))
        )
    ]


def get_end(text, start):
    """Return where a token ends that `split_text` found at a place."""
    match = _TOKEN.match(text, start)
    return min(match.end(), start + 2) if match["han"] else match.end()


def get_stemmer(lang):
    """Return the name of the stemmer of a language, or nothing."""
    return STEMMERS.get((lang or "").partition("_")[0], "")


@lru_cache(maxsize=50_000)
def _get_terms(word, stemmer):
    """Return (what a word is found by, its stems)."""
    plain = fold(word)[:LONGEST_TERM]
    if not plain:
        return (), ()
    parts = [part for part in map(fold, _JOINER.split(word)) if part]
    terms = tuple(dict.fromkeys([plain, *(parts if len(parts) > 1 else ())]))
    if not stemmer or not plain.isalpha():
        return terms, ()
    composed = unicodedata.normalize("NFC", word).lower()
    engine = snowballstemmer.stemmer(stemmer)
    forms = (composed, plain, *(parts if len(parts) > 1 else ()))
    stems = (fold(engine.stemWord(form)) for form in dict.fromkeys(forms))
    if stemmer == "greek":
        stems = (stem.removesuffix("ι") for stem in stems)
    return terms, tuple(dict.fromkeys(STEM + stem for stem in stems if stem))


def is_han(text):
    """Return whether a text is of a script without spaces."""
    return bool(text) and bool(re.fullmatch(f"[{_HAN}]+", text))


def get_vector(blocks, lang):
    """Return a text for PostgreSQL's tsvector: terms with their places and weights.

    :param blocks: list of (text, weight); the places count through all of them
    """
    places, place = {}, 0
    for text, weight in blocks:
        for token in split_text(text, lang):
            place += 1
            if place > MOST_TOKENS:
                break
            for term in (*token.terms, *token.stems):
                places.setdefault(term, []).append(f"{place}{weight}")
    return " ".join(
        f"{quote_term(term)}:{','.join(found[:250])}" for term, found in places.items()
    )


def quote_term(term):
    """Return a term as tsvector and tsquery read it."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
