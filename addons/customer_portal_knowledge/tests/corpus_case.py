"""The corpus of the search: articles in six languages, and what people ask.

A file of `corpus/` has a line `= key | title` and a text for each article, a line
`? question | key` for each question, and `~ question | key` for one that was mistyped.
The questions were written before the engine was tried; none is changed to please it.
"""

from pathlib import Path
from typing import NamedTuple

CORPUS = Path(__file__).parent / "corpus"
LANGS = {
    "lt": "lt_LT",
    "fa": "fa_IR",
    "zh": "zh_CN",
    "cs": "cs_CZ",
    "el": "el_GR",
    "en": "en_US",
}


class Language(NamedTuple):
    articles: dict  # {key: (title, text)}
    questions: list  # (question, key)
    mistyped: list


def read_corpus(name):
    """Return what a file of the corpus says."""
    language = Language({}, [], [])
    title, key = "", ""
    for line in (CORPUS / f"{name}.txt").read_text().splitlines():
        sign, text = line[:2], line[2:]
        value, _bar, last = text.partition(" | ")
        if sign == "= ":
            key, title = value, last
        elif sign == "? ":
            language.questions.append((value, last))
        elif sign == "~ ":
            language.mistyped.append((value, last))
        else:
            language.articles[key] = (title, line)
    return language
