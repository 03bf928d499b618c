"""The text of an article, made harmless before it is kept.

It starts with Odoo's cleaner, which leaves no scripts and forms, and goes on: nothing
of another site is loaded by reading, no inline style reaches past the text, and no link
runs anything.
"""

import re
from urllib.parse import urlsplit

from lxml import etree, html
from markupsafe import Markup

from odoo.tools.mail import html_sanitize

# What is kept; of other tags the content stays.
TAGS = frozenset(
    (
        "a",
        "abbr",
        "b",
        "bdi",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
        "var",
    )
)
# Gone with all that is in them.
DROPPED = frozenset(
    (
        "applet",
        "audio",
        "base",
        "button",
        "canvas",
        "embed",
        "form",
        "frame",
        "frameset",
        "head",
        "iframe",
        "input",
        "link",
        "math",
        "meta",
        "noscript",
        "object",
        "param",
        "script",
        "select",
        "source",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "track",
        "video",
    )
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "type"},
    "col": {"span"},
    "details": {"open"},
}
EVERYWHERE = {"dir", "lang", "id"}
# Classes of the editor that mean something on our pages.
CLASSES = re.compile(r"(?:alert(?:-\w+)?|table(?:-\w+)?|text-(?:start|center|end))")
LINK_SCHEMES = {"http", "https", "mailto", "tel"}
PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+")
PICTURE_DATA = re.compile(r"base64,[A-Za-z0-9+/=]{100,}")
IDENTITY = re.compile(r"[A-Za-z][\w-]{0,79}")
DIRECTIONS = {"ltr", "rtl", "auto"}
NUMBER = re.compile(r"\d{1,5}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
_NO_TAG = re.compile(r"<(?=[^<>]*(?:<|\Z))")
DEEPEST = 60  # tags inside of each other; an honest text has a dozen


def clean_body(text):
    """Return the HTML of an article as it may be kept and shown.

    Headings begin at the second level: the first is the title's.
    """
    text = _drop_comments(str(text or "").replace("\0", ""))
    if not text.strip():
        return Markup("")
    # Signs that begin no tag cost Odoo's cleaner their number squared.
    text = _NO_TAG.sub("&lt;", text)
    cleaned = html_sanitize(
        text, sanitize_attributes=False, sanitize_style=True, strip_style=True
    )
    root = html.fragment_fromstring(str(cleaned), create_parent="div")
    _clean_below(root)
    content = draw_inner(root).strip()
    # nosemgrep: markup-of-data (what is left is harmless, which is what this file does)
    return Markup(content)  # noqa: S704  # nosec B704  # cleaned, see above


def draw_inner(element):
    """Return the HTML inside of an element that was put around it."""
    text = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return text[text.index(">") + 1 : text.rindex("</")]


def _drop_comments(text):
    """Return HTML without comments, in one pass whatever is in it."""
    first, *parts = text.split("<!--")
    # What has no end of its own is within a comment up to the next end.
    return "".join([first, *(part.partition("-->")[2] for part in parts)])


def get_plain_text(body):
    """Return the words of a body, one line for each block."""
    text = str(body or "")
    if not text.strip():
        return ""
    root = html.fragment_fromstring(text, create_parent="div")
    for element in root.iter(
        "p",
        "li",
        "tr",
        "br",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "div",
        "pre",
        "blockquote",
        "dt",
        "dd",
        "summary",
    ):
        element.tail = "\n" + (element.tail or "")
    lines = (" ".join(line.split()) for line in root.text_content().splitlines())
    return "\n".join(filter(None, lines))


def get_blocks(body):
    """Return [(words of a block, whether it is a heading)] of a body."""
    text = " ".join(str(body or "").split())  # a line of the editor ends no block
    lines = get_plain_text(text).splitlines()
    if not lines:
        return []
    root = html.fragment_fromstring(text, create_parent="div")
    headings = {
        " ".join(element.text_content().split())
        for element in root.iter("h2", "h3", "h4", "h5", "h6")
    }
    return [(line, line in headings) for line in lines]


def _clean_below(root):
    for element in list(root.iterdescendants()):
        is_comment = not isinstance(element.tag, str)
        if is_comment or element.tag in DROPPED:
            element.drop_tree()
        elif element.tag not in TAGS or _get_depth(element) > DEEPEST:
            element.drop_tag()
        elif element.tag == "img" and not _is_own_picture(element.get("src") or ""):
            _replace_picture(element)
        else:
            _clean_attributes(element)


def _get_depth(element):
    return sum(1 for _above in element.iterancestors())


def _clean_attributes(element):
    if element.tag == "h1":
        element.tag = "h2"
    allowed = EVERYWHERE | ATTRIBUTES.get(element.tag, set())
    for name, value in dict(element.attrib).items():
        if name == "class":
            _clean_classes(element, value)
        elif name not in allowed or not _is_harmless(element.tag, name, value):
            del element.attrib[name]
    if element.tag == "a" and urlsplit(element.get("href") or "").scheme:
        element.set("rel", "noopener noreferrer")
    if element.tag == "img":
        element.set("loading", "lazy")
        element.set("alt", element.get("alt") or "")


def _clean_classes(element, value):
    kept = [word for word in value.split() if CLASSES.fullmatch(word)]
    if element.tag == "table" and "table" not in kept:
        kept.append("table")
    if kept:
        element.set("class", " ".join(kept))
    else:
        del element.attrib["class"]


def _is_harmless(tag, name, value):
    if name == "href":
        return _is_link(value)
    if name == "id":
        return bool(IDENTITY.fullmatch(value))
    if name == "dir":
        return value in DIRECTIONS
    if name == "lang":
        return bool(LANGUAGE.fullmatch(value))
    if name in ("width", "height", "colspan", "rowspan", "start", "span"):
        return bool(NUMBER.fullmatch(value))
    return tag == "img" or len(value) < 500


def _is_link(value):
    """Return whether a link leads to a page, and runs nothing."""
    value = re.sub(r"[\x00-\x20\x7f-\xa0]", "", value)
    try:
        scheme = urlsplit(value).scheme.lower()
    except ValueError:
        return False
    if not value or value.startswith(("//", "\\", "/\\")):
        return False
    return not scheme or scheme in LINK_SCHEMES


def _is_own_picture(source):
    """Return whether reading the picture asks nobody but this site."""
    if PICTURE.fullmatch(source):
        return True
    return bool(re.match(r"/(?:web/image|help)/[^\\]+$", source))


def _replace_picture(element):
    """Put a link in place of a picture of another site; drop what is none."""
    source = element.get("src") or ""
    if not source.startswith(("http://", "https://")) or not _is_link(source):
        element.drop_tree()
        return
    link = html.Element("a", href=source, rel="noopener noreferrer")
    link.text = element.get("alt") or source
    link.tail = element.tail
    element.getparent().replace(element, link)
