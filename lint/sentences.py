"""Sentences that a template puts together of parts, which nobody can translate.

Odoo translates a text together with the plain inline tags in it. The term ends at each
tag with a `t-` attribute and at each link, so that what stands beside one is part of a
sentence, in the order of English: "of", "was placed on". The sentence is one term when
it has places for the values, which `fill` of `tools/drawing.py` puts there.
"""

import ast
import re
from dataclasses import dataclass
from itertools import product

from lxml import etree

from bootstrap import places

# What Odoo translates together with the text around it, lists of choices apart.
INLINE = {
    *("abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font"),
    *("i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub"),
    *("sup", "text", "time", "u", "var", "wbr"),
}
FORCED = "o_translate_inline"  # the class that makes a link part of the term
LINE = INLINE | {"a", "t", "field"}  # what stands in a line all the same
UNTRANSLATED = ("style", "script", "title")
OUTPUT = ("t-out", "t-esc", "t-field")

# Labels and marks of their own, wherever they stand: buttons, badges, what is muted.
APART = re.compile(
    r"\b(btn|badge|visually-hidden|d-flex|d-(inline-)?block|small|text-muted)\b"
)
LETTERS = re.compile(r"[^\W\d_]{2,}")
SEPARATOR = re.compile(r"[·–|/=+−]")
# A label and its value, a sentence and the next one, and what is in brackets.
ENDS = re.compile(r"[:.!?…(·–|/][”’)]*$")
BEGINS = re.compile(r"[)\].!?”’]*\s*([·–|/(]|[^\w{]*([A-Z]|$))")
UNITS = ("hours", "days", "years")  # behind a number that is entered

PLACE = re.compile(r"(?<![#{])\{(\w+)\}(?!\})")
CUT = "a sentence cut in pieces at “{}”: make it one term, and fill() its places"
UNFILLED = "nothing fills the place {{{}}} of this sentence"


@dataclass(frozen=True)
class Piece:
    """What a line shows: a text, a value, or the edge of a block."""

    kind: str
    line: int = 0
    text: str = ""


@dataclass(frozen=True)
class Flow:
    """Pieces that follow each other: with which they begin and end."""

    first: frozenset = frozenset()
    last: frozenset = frozenset()
    can_be_empty: bool = True


EDGE = frozenset([Piece("edge")])
BREAK = Flow(EDGE, EDGE, can_be_empty=False)


class Reader:
    """Finds the pieces that can stand beside each other: `pairs`."""

    def __init__(self):
        self.pairs = set()

    def read_block(self, node):
        """Read what begins a line of its own and ends it."""
        self._chain([BREAK, self._read_content(node), BREAK])
        return BREAK

    def _chain(self, flows):
        first, last, can_be_empty = set(), set(), True
        for flow in flows:
            self.pairs.update(product(last, flow.first))
            if can_be_empty:
                first |= flow.first
            last = flow.last | (last if flow.can_be_empty else set())
            can_be_empty = can_be_empty and flow.can_be_empty
        return Flow(frozenset(first), frozenset(last), can_be_empty)

    def _read_content(self, node):
        """Return the flow of the texts and tags in a node."""
        flows, branches = [], []
        text, line = node.text or "", node.sourceline
        for child in node:
            if _is_translated_whole(child):
                text += "".join(child.itertext()) + (child.tail or "")
            elif isinstance(child.tag, str):
                if text.strip() or not _is_next_branch(child):
                    flows += [_choose(branches), _show_text(text, line)]
                    branches = []
                branches.append((child, self._read_node(child)))
                text, line = child.tail or "", child.sourceline
            else:
                text += child.tail or ""
        return self._chain([*flows, _choose(branches), _show_text(text, line)])

    def _read_node(self, node):
        """Return the flow of a node that is not translated with the text around it."""
        if "t-set" in node.attrib:
            self.read_block(node)
            return Flow()
        if node.tag in UNTRANSLATED:
            return BREAK
        if _is_apart(node) or "t-call" in node.attrib:
            return self.read_block(node)
        if _is_value(node):
            value = frozenset([Piece("value", node.sourceline)])
            return Flow(value, value, can_be_empty=False)
        flow = self._read_content(node)
        if "t-foreach" in node.attrib:
            self.pairs.update(product(flow.last, flow.first))
        return flow


def _is_translated_whole(node):
    """Return whether Odoo translates a node together with the text around it."""
    if not isinstance(node.tag, str):
        return False
    if FORCED in node.get("class", "").split():
        return True
    return (
        node.tag in INLINE
        and not any(key.startswith("t-") for key in node.attrib)
        and not _is_apart(node)
        and all(map(_is_translated_whole, node))
    )


def _is_apart(node):
    """Return whether a node is no part of a line, or a mark of its own in it."""
    parent = node.getparent()
    return (
        node.tag not in LINE
        or bool(APART.search(node.get("class", "")))
        or (node.tag in ("a", "span") and "d-flex" in parent.get("class", ""))
    )


def _is_value(node):
    is_shown = node.tag == "field" and not len(node)
    return is_shown or any(name in node.attrib for name in OUTPUT)


def _is_next_branch(node):
    return "t-elif" in node.attrib or "t-else" in node.attrib


def _choose(branches):
    """Return the flow of nodes of which one is shown: `(node, flow)`."""
    flows = [flow for _node, flow in branches]
    is_surely_shown = branches and (
        "t-else" in branches[-1][0].attrib
        or not {"t-if", "t-foreach"} & set(branches[0][0].attrib)
    )
    return Flow(
        frozenset().union(*(flow.first for flow in flows)),
        frozenset().union(*(flow.last for flow in flows)),
        not is_surely_shown or any(flow.can_be_empty for flow in flows),
    )


def _show_text(text, line):
    text = " ".join(text.split())
    if LETTERS.search(text):
        piece = frozenset([Piece("text", line, text)])
        return Flow(piece, piece, can_be_empty=False)
    return BREAK if SEPARATOR.search(text) else Flow()


def is_cut(left, right):
    """Return whether two pieces beside each other are parts of one sentence."""
    kinds = {left.kind, right.kind}
    if "edge" in kinds or kinds == {"value"}:
        return False
    if left.kind == "text" and ENDS.search(left.text):
        return False
    if right.kind == "text":
        return right.text not in UNITS and not BEGINS.match(right.text)
    return True


def find_cut(root):
    """Return `{(line, message)}` of what stands in pieces."""
    reader = Reader()
    for node in root.iter("template", "field"):
        if node.tag == "template" or node.get("type") in ("xml", "html"):
            reader.read_block(node)
    return {
        (piece.line, CUT.format(piece.text))
        for pair in reader.pairs
        if is_cut(*pair)
        for piece in pair
        if piece.text
    }


def find_unfilled(root):
    """Return `{(line, message)}` of the places that no call of `fill` names."""
    found = set()
    for node in root.iter("{*}*"):
        named = set(PLACE.findall(_get_term(node))) if "t-set" in node.attrib else ()
        if named:
            filled = _find_filled(node.get("t-set"), node.getroottree())
            found |= {
                (node.sourceline, UNFILLED.format(name)) for name in named - filled
            }
    return found


def _get_term(node):
    """Return the texts of a node, and the attributes of its links."""
    return etree.tostring(node, encoding="unicode", with_tail=False)


def _find_filled(name, tree):
    """Return the names of the places that are filled in a sentence of a file."""
    filled = set()
    for value in tree.xpath("//@*[contains(., 'fill(')]"):
        for call in ast.walk(ast.parse(value.strip(), mode="eval")):
            is_fill = (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Name)
                and call.func.id == "fill"
            )
            if is_fill and name in {
                inner.id for inner in ast.walk(call.args[0]) if hasattr(inner, "id")
            }:
                filled |= {keyword.arg for keyword in call.keywords}
    return filled


def find(source):
    """Return `(line, message)` of the sentences of a file that are not whole."""
    root = etree.fromstring(source)
    return sorted(find_cut(root) | find_unfilled(root))


def check():
    """Return what is cut or not filled, as `path:line: message`."""
    return [
        f"{path.relative_to(places.ROOT)}:{line}: {message}"
        for path in sorted(places.ADDONS.rglob("*.xml"))
        if not {"static", "demo"} & set(path.parts)
        for line, message in find(path.read_bytes())
    ]
