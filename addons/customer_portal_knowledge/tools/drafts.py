"""Articles of other systems and of files, as plain drafts; nothing is stored here."""

import json
import re
from dataclasses import dataclass, field

from lxml import etree, html
from markdown_it import MarkdownIt

from ..const import LARGEST_BODY, LONGEST_SUMMARY, LONGEST_TITLE
from .body import DROPPED

MARKDOWN = (".md", ".markdown")
HTML = (".html", ".htm")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
MOST_DRAFTS = 5000
_HEAD = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"\A\s*#[ \t]+([^\n]+)\n?")
# Raw HTML in Markdown is text: what it says is shown, and does nothing.
_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
FRESHDESK_PUBLISHED = 2


@dataclass
class Draft:
    """What an import makes an article of."""

    key: str  # by which another import finds it again
    path: str = ""  # of its file
    name: str = ""
    summary: str = ""
    body: str = ""  # HTML, not cleaned yet
    trail: list = field(default_factory=list)  # names of categories, from the top
    tags: list = field(default_factory=list)
    lang: str = ""
    kind: str = "article"
    slug: str = ""
    series: str = ""
    pages: str = ""  # that it explains
    sequence: int = 0
    is_published: bool = True
    errors: list = field(default_factory=list)  # codes

    def check(self):
        """Note what keeps it from becoming an article."""
        if not self.name:
            self.errors.append("no_title")
        if len(self.name) > LONGEST_TITLE:
            self.errors.append("long_title")
        if len(self.body) > LARGEST_BODY:
            self.errors.append("long_body")
        elif not self.body.strip():
            self.errors.append("no_text")
        self.summary = self.summary[:LONGEST_SUMMARY]
        return self


def read_drafts(files):
    """Return the drafts of a package, in the order of their paths.

    :param dict files: {path: bytes}, of `package.unpack`
    :return: (drafts, paths that nothing was made of)
    """
    drafts, others = [], []
    for path in sorted(files):
        ending = path[path.rfind(".") :].lower() if "." in path else ""
        if ending in MARKDOWN:
            drafts.append(_read_markdown(path, files[path]))
        elif ending in HTML:
            drafts.append(_read_html(path, files[path]))
        elif ending == ".json":
            drafts += _read_json(path, files[path])
        elif ending not in PICTURES:
            others.append(path)
    return [draft.check() for draft in drafts], others


# ------------------------------------------------------------
# Files
# ------------------------------------------------------------


def _decode(content):
    """Return the text of a file, or None if it is none."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _read_markdown(path, content):
    draft = Draft(key=f"file:{path}", path=path, trail=_get_folders(path))
    text = _decode(content)
    if text is None:
        draft.errors.append("no_text_file")
        return draft
    if len(text) > LARGEST_BODY:
        draft.errors.append("long_body")
        return draft
    if head := _HEAD.match(text):
        lines = (line.partition(":") for line in head[1].splitlines())
        _take_head(draft, {name.strip(): value for name, _colon, value in lines})
        text = text[head.end() :]
    if title := _TITLE.match(text):
        draft.name = draft.name or title[1].strip("# \t\r")
        text = text[title.end() :]
    draft.body = _markdown.render(text)
    return draft


def _read_html(path, content):
    draft = Draft(key=f"file:{path}", path=path, trail=_get_folders(path))
    text = _decode(content)
    if text is None:
        draft.errors.append("no_text_file")
        return draft
    if len(text) > LARGEST_BODY:
        draft.errors.append("long_body")
        return draft
    try:
        page = html.document_fromstring(text or "<p></p>")
    except (etree.LxmlError, ValueError):
        draft.errors.append("no_text_file")
        return draft
    values = {
        meta.get("name"): meta.get("content", "")
        for meta in page.iter("meta")
        if meta.get("name")
    }
    _take_head(draft, {"summary": values.get("description", ""), **values})
    title = page.find(".//title")
    heading = page.find(".//h1")
    if not draft.name and heading is not None:
        draft.name = " ".join(heading.text_content().split())
    if not draft.name and title is not None:
        draft.name = " ".join(title.text_content().split())
    if heading is not None and " ".join(heading.text_content().split()) == draft.name:
        heading.drop_tree()
    body = page.find("body")
    draft.body = _get_inner(body if body is not None else page)
    return draft


def _get_inner(element):
    for below in list(element.iterdescendants()):
        if not isinstance(below.tag, str) or below.tag in DROPPED:
            below.drop_tree()
    parts = [element.text or ""]
    parts += [
        etree.tostring(child, encoding="unicode", method="html") for child in element
    ]
    return "".join(parts)


def _get_folders(path):
    """Return the names of the categories that folders mean."""
    names = [part.replace("_", " ").replace("-", " ") for part in path.split("/")[:-1]]
    return [
        re.sub(r"^\d+[ .]*", "", name).strip().capitalize() or name for name in names
    ]


def _take_head(draft, values):
    """Take what the head of a file says of the article."""
    values = {name.lower(): _clean(value) for name, value in values.items() if name}
    draft.name = values.get("title", "") or draft.name
    draft.summary = values.get("summary", "")
    draft.slug = values.get("slug", "")
    draft.lang = values.get("lang", "")
    draft.series = values.get("series", "")
    draft.pages = values.get("pages", "")
    if category := values.get("category"):
        draft.trail = _split(category, "/")
    draft.tags = _split(values.get("tags", ""), ",")
    if values.get("kind") in ("article", "answer"):
        draft.kind = values["kind"]
    if values.get("order", "").isdecimal():
        draft.sequence = int(values["order"][:6])
    draft.is_published = values.get("draft", "").lower() not in ("1", "true", "yes")


def _clean(value):
    """Return one line of text of whatever a file holds."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return " ".join(str(value)[:2000].replace("\0", "").split()).strip("\"'")


def _split(text, sign):
    return [part.strip()[:100] for part in text.split(sign) if part.strip()][:20]


# ------------------------------------------------------------
# Exports of other systems
# ------------------------------------------------------------


def _read_json(path, content):
    text = _decode(content)
    try:
        data = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict) and isinstance(data.get("articles"), list):
        return _read_zendesk(path, data)
    categories = data if isinstance(data, list) else [data]
    drafts = _read_freshdesk(path, categories)
    if drafts or (isinstance(data, list) and not data):
        return drafts
    return [Draft(key=f"file:{path}", path=path, name=path, errors=["unknown_json"])]


def _by_id(rows):
    return {_clean(row.get("id")): row for row in _get_dicts(rows)}


def _get_dicts(rows):
    return (
        [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )


def _read_zendesk(path, data):
    """Return the drafts of what Zendesk's API gives: articles, sections, categories."""
    sections, categories = _by_id(data.get("sections")), _by_id(data.get("categories"))
    drafts = []
    for row in _get_dicts(data["articles"])[: MOST_DRAFTS + 1]:
        trail, section_id, seen = [], _clean(row.get("section_id")), set()
        while section_id in sections and section_id not in seen:
            seen.add(section_id)
            section = sections[section_id]
            trail.insert(0, _clean(section.get("name")))
            category = categories.get(_clean(section.get("category_id")))
            section_id = _clean(section.get("parent_section_id"))
            if section_id not in sections and category:
                trail.insert(0, _clean(category.get("name")))
        labels = row.get("label_names")
        drafts.append(
            Draft(
                key=f"zendesk:{_clean(row.get('id')) or path + str(len(drafts))}",
                path=path,
                name=_clean(row.get("title")) or _clean(row.get("name")),
                body=row.get("body") if isinstance(row.get("body"), str) else "",
                trail=list(filter(None, trail)),
                tags=_get_words(labels),
                lang=_clean(row.get("locale")),
                sequence=row["position"] if _is_place(row.get("position")) else 0,
                is_published=row.get("draft") is not True,
            )
        )
    return drafts


def _read_freshdesk(path, rows):
    """Return the drafts of Freshdesk's export: categories, folders, articles."""
    drafts = []
    for row in _get_dicts(rows):
        category = row.get("category") if isinstance(row.get("category"), dict) else row
        folders = category.get("folders", category.get("all_folders"))
        for entry in _get_dicts(folders):
            is_packed = isinstance(entry.get("folder"), dict)
            folder = entry["folder"] if is_packed else entry
            for place, found in enumerate(_get_dicts(folder.get("articles"))):
                is_packed = isinstance(found.get("article"), dict)
                article = found["article"] if is_packed else found
                drafts.append(_make_freshdesk(path, category, folder, article, place))
    return drafts


def _make_freshdesk(path, category, folder, article, place):
    text = article.get("description", article.get("desc_un_html"))
    trail = [_clean(category.get("name")), _clean(folder.get("name"))]
    key = _clean(article.get("id")) or f"{path}:{'/'.join(trail)}:{place}"
    return Draft(
        key=f"freshdesk:{key}",
        path=path,
        name=_clean(article.get("title")),
        body=text if isinstance(text, str) else "",
        trail=list(filter(None, trail)),
        tags=_get_words(article.get("tags")),
        sequence=place + 1,
        is_published=article.get("status", FRESHDESK_PUBLISHED) == FRESHDESK_PUBLISHED,
    )


def _get_words(values):
    """Return the names of tags, which stand as texts or as rows with a name."""
    if not isinstance(values, list):
        return []
    names = [
        _clean(value.get("name")) if isinstance(value, dict) else _clean(value)
        for value in values
    ]
    return [name[:100] for name in names if name][:20]


def _is_place(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**6
