"""Html fields as plain text."""

import re

import lxml.html

from odoo.tools import is_html_empty

_BLOCKS = {
    "address", "article", "blockquote", "dd", "div", "dl", "dt",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "li", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
_SPACE = re.compile(r"[ \t\r\n\f]+")


def plain_text(html):
    """Return the text of an Html field, a line for each block and each break.

    List items begin with a bullet, cells of a row are parted by spaces; marks
    such as bold leave no trace.
    """
    if is_html_empty(html):
        return ""
    root = lxml.html.fragment_fromstring(str(html), create_parent="div")
    for node in root.iter():
        node.text = _SPACE.sub(" ", node.text or "")
        node.tail = _SPACE.sub(" ", node.tail or "")
        _mark(node)
    lines = (line.strip(" ") for line in root.text_content().split("\n"))
    return "\n".join(line for line in lines if line)


def _mark(node):
    """Write the breaks that the tag of `node` means into the text around it."""
    if node.tag == "br":
        node.tail = "\n" + node.tail
    elif node.tag in ("td", "th"):
        node.tail = "  " + node.tail
    elif node.tag in _BLOCKS:
        node.text = "\n" + ("• " if node.tag == "li" else "") + node.text
        node.tail = "\n" + node.tail
