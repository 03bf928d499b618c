"""What in a text may be about somebody: found, and taken out."""

import re
from functools import partial

from lxml import html

from odoo.addons.customer_portal_knowledge.tools.body import draw_inner

# Each is bounded, so that no text makes one of them slow.
_PATTERNS = {
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
    "link": re.compile(
        r"https?://[^\s<>\"]{0,500}(?:token|hash|key|sign|session)[^\s<>\"]{0,500}",
        re.IGNORECASE,
    ),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b"),
    "card": re.compile(r"(?<![\w.])\d(?:[ -]?\d){12,18}(?![\w])"),
    "phone": re.compile(r"(?<![\w.])(?:\+|00?)\d(?:[ ()/.-]{0,2}\d){5,14}(?!\w)"),
    "address": re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"),
    "number": re.compile(r"(?<![\w.,])\d{6,24}(?![\w])"),
}
_CHECKED = ("iban", "card")
KINDS = ("email", "link", "iban", "card", "phone", "address", "number", "name")


def find_in_text(text, words):
    """Return [(kind, text)] of what may be private in a plain text.

    :param dict words: {text: kind} of what the records know
    """
    pattern = _make_pattern(words)
    return [(kind, part) for kind, _start, _end, part in _find(text, pattern, words)]


def find_in_body(body, words):
    """Return the same of HTML, addresses of links and pictures too, once each."""
    pattern = _make_pattern(words)
    found = (
        (kind, part)
        for text in _iter_texts(_read(body))
        for kind, _start, _end, part in _find(text, pattern, words)
    )
    return list(dict.fromkeys(found))


def blank_text(text, words, labels):
    """Return a plain text with a label in place of what may be private.

    :param dict labels: {kind: text in the place of it}
    """
    return _blank(text, _make_pattern(words), words, labels)


def blank_body(body, words, labels):
    """Return the same of HTML; an address with something private in it is left out."""
    root = _read(body)
    blank = partial(_blank, pattern=_make_pattern(words), words=words, labels=labels)
    for element in root.iter():
        element.text, element.tail = blank(element.text), blank(element.tail)
        for name, value in element.items():
            if blank(value) != value:
                del element.attrib[name]
    return draw_inner(root)


def _read(body):
    return html.fragment_fromstring(str(body or ""), create_parent="div")


def _iter_texts(root):
    for element in root.iter():
        yield element.text or ""
        yield element.tail or ""
        yield from element.values()


def _make_pattern(words):
    """Return the pattern of known words, the longest first, or None."""
    known = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{known})(?!\w)", re.IGNORECASE) if known else None


def _find(text, pattern, words):
    """Return [(kind, start, end, text)] of a text, in order, none within another."""
    kinds = {word.casefold(): kind for word, kind in words.items()}
    spans = []
    if pattern:
        spans += [
            (kinds.get(match[0].casefold(), "name"), *match.span(), match[0])
            for match in pattern.finditer(text)
        ]
    for kind, kind_pattern in _PATTERNS.items():
        spans += [
            (kind, *match.span(), match[0])
            for match in kind_pattern.finditer(text)
            if kind not in _CHECKED or _CHECKS[kind](match[0])
        ]
    # The widest that begins first: a mail address, not the name in it.
    spans.sort(key=lambda span: (span[1], -span[2]))
    apart, reached = [], 0
    for span in spans:
        if span[1] >= reached:
            apart.append(span)
            reached = span[2]
    return apart


def _blank(text, pattern, words, labels):
    if not text:
        return text
    parts, reached = [], 0
    for kind, start, end, _part in _find(text, pattern, words):
        parts += [text[reached:start], labels[kind]]
        reached = end
    return "".join([*parts, text[reached:]])


def _is_iban(text):
    text = re.sub(r"\s", "", text)
    digits = "".join(str(int(sign, 36)) for sign in text[4:] + text[:4])
    return int(digits) % 97 == 1


def _is_card(text):
    digits = [int(sign) for sign in text if sign.isdecimal()][::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


_CHECKS = {"iban": _is_iban, "card": _is_card}
