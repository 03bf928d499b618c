"""The names in the docs, and whether there is something of that name.

A name is what stands in backticks and looks like a file, a method, a model, an address
or a word. It may be the project's or Odoo's; `find_missing` returns those of neither.
"""

import ast
import builtins
import re
import subprocess
import unittest
from collections import defaultdict
from functools import cached_property

from bootstrap import places

CODE = {"", ".py", ".xml", ".js", ".scss", ".csv", ".conf", ".yaml", ".toml", ".txt"}
# Words of others, in no code of ours or Odoo's.
FOREIGN = {
    "http_proxy",
    "https_proxy",
    "client_max_body_size",  # of nginx
    "Strict-Transport-Security",
}
OF_NO_USE = re.compile(r"/(tests|static/lib|static/tests)/")  # of Odoo, and much
OF_A_MACHINE = r"(/etc/|/var/|usr/|\.run/|<data_dir>/).*"  # made or put there
UNREAD = ("tests/test_docs.py", "tests/doc_names.py")  # they hold wrong names

FENCED = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
# In commands too, which stand in no backticks.
OUR_PATH = re.compile(
    r"(?<![\w./<-])((?:addons|benchmarks|bin|bootstrap|docker|lint|tests)/[\w./-]*\w)(?![\w./*<-])"
)
PRIVATE_CALL = re.compile(r"(?<!\w)(_\w+)\(")
TEMPLATE = re.compile(r"(?:t-call|inherit_id)=\"([\w.]+)\"")
HOLE = re.compile(r"<[^<>]*>")

MEMBER = re.compile(
    r"^(?:    )?(?:def (\w+)|class (\w+)|(\w+)(?:: .+)? = )", re.MULTILINE
)
OWNER = re.compile(
    r"^class (\w+)|^    _(?:name|inherit) = (\[[^\]]*\]|[\"'][\w.]+[\"'])", re.MULTILINE
)


class Source:
    """The files below a folder: what they are called, define and say."""

    def __init__(self, root, files):
        """Take the names of files, relative to the folder."""
        self.root = root
        self.files = "\n".join(sorted(files))

    def _read(self, suffixes):
        return [
            (self.root / name).read_text(errors="replace")
            for name in self.files.split("\n")
            if (self.root / name).suffix in suffixes and name not in UNREAD
        ]

    @cached_property
    def text(self):
        """All the code, to look for words."""
        return "\n".join(self._read(CODE))

    @cached_property
    def modules(self):
        """The texts of the files of Python."""
        return self._read({".py"})

    @cached_property
    def owners(self):
        """For each module, the models and classes that it defines or extends."""
        return [
            set(re.findall(r"[\w.]+", " ".join(map("".join, OWNER.findall(text)))))
            for text in self.modules
        ]

    @cached_property
    def members(self):
        """{model or class: names in its files}; None has all of them."""
        members = defaultdict(set)
        for text, owners in zip(self.modules, self.owners, strict=True):
            for owner in (None, *owners):
                members[owner].update(map("".join, MEMBER.findall(text)))
        return members

    @cached_property
    def relatives(self):
        """{model or class: those that its files name beside it, such as mixins}."""
        relatives = defaultdict(set)
        for owners in self.owners:
            for owner in owners:
                relatives[owner] |= owners
        return relatives

    @cached_property
    def routes(self):
        """The addresses of all routes, as lists of their parts; a hole is `<>`."""
        addresses = {
            constant.value
            for text in self.modules
            if "route(" in text
            for call in ast.walk(ast.parse(text))
            if isinstance(call, ast.Call)
            and getattr(call.func, "attr", getattr(call.func, "id", "")) == "route"
            for constant in ast.walk(call)
            if isinstance(constant, ast.Constant) and str(constant.value)[:1] == "/"
        }
        return [split_address(address) for address in sorted(addresses)]

    def has_word(self, word):
        """Return whether the code has a word, which may have dots."""
        return word in self.text and bool(
            re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", self.text)
        )


class Tree:
    """What is there: the project's, then Odoo's."""

    def __init__(self, project, odoo):
        """Take both sources."""
        self.sources = (project, odoo)
        self.project = project

    def has_file(self, path):
        """Return whether a file or folder ends so; `<word>` and `*` are any."""
        literals = re.split(r"<[^<>]*>|\*", path.rstrip("/"))
        pattern = r"[^/\n]*".join(map(re.escape, literals))
        end = "/" if path.endswith("/") else "(?:/|$)"
        pattern = re.compile(rf"^(?:.*/)?{pattern}{end}", re.MULTILINE)
        return any(pattern.search(source.files) for source in self.sources)

    def has_member(self, name, owner=None):
        """Return whether a model or class, or else any, has a method or a field."""
        owners = {owner}
        for source in self.sources:
            owners |= source.relatives.get(owner, set())
        return any(
            name in source.members.get(one, ())
            for source in self.sources
            for one in owners
        )

    def is_owner(self, name):
        """Return whether something is a model or a class, and no variable."""
        return any(name in source.members for source in self.sources)

    def has_call(self, owner, name):
        """Return whether there is a function or a method of an owner, or of any."""
        if owner and self.is_owner(owner):
            return self.has_member(name, owner)
        return (
            self.has_member(name)
            or hasattr(builtins, name)
            or hasattr(unittest.TestCase, name)
            or (not owner and not name.startswith("_") and self.has_word(name))
        )

    def has_dotted(self, name):
        """Return whether there is a model, a member of one, or a literal."""
        owner, _, member = name.rpartition(".")
        return (
            self.is_owner(name)
            or (self.is_owner(owner) and self.has_member(member, owner))
            or any(source.has_word(name) for source in self.sources)
        )

    def has_word(self, word):
        """Return whether a word stands in the code, or is made there of `first_`."""
        return (
            word in FOREIGN
            or any(source.has_word(word) for source in self.sources)
            or any(
                re.search(rf"\b{word[: cut.end()]}[\"'{{]", self.project.text)
                and self.project.has_word(word[cut.end() :])
                for cut in re.finditer(r"(?<=\w)_", word)
            )
        )

    def has_beginning(self, beginning):
        """Return whether a method or a field begins so."""
        return any(
            name.startswith(beginning)
            for source in self.sources
            for name in source.members[None]
        )

    def has_anchor(self, tag, name):
        """Return whether a template has a named place."""
        found = re.compile(rf"<{tag}(?: [\w.:-]+=\"[^\"]*\")*? name=\"{name}\"")
        return any(found.search(source.text) for source in self.sources)

    def has_template(self, name):
        """Return whether there is a template, of whatever addon."""
        found = re.compile(rf"<template id=\"(?:\w+\.)?{name.split('.')[-1]}\"")
        return any(found.search(source.text) for source in self.sources)

    def has_address(self, address):
        """Return whether a route has an address; `/accept` is the end of one."""
        routes = [route for source in self.sources for route in source.routes]
        parts = split_address(address)
        longer = [route for route in routes if route[0] == parts[0]]
        if longer:
            return any(
                len(route) == len(parts) and all(map(is_same_part, route, parts))
                for route in longer
            )
        return parts in [route[-len(parts) :] for route in routes]


def split_address(address):
    """Return the parts of an address between its slashes."""
    return HOLE.sub("<>", address).strip("/").split("/")


def is_same_part(of_route, of_page):
    """Return whether a page may write a part of a route so."""
    return of_route in ("<>", of_page)


# How a name looks, and what is asked for the groups of it; the first one that fits.
KINDS = [
    (re.compile(pattern), question)
    for pattern, question in (
        (OF_A_MACHINE, lambda tree, *_: True),
        (r".*<(div|t) name=\"(\w+)\".*", Tree.has_anchor),
        (r"(?:([\w.]+)\.)?(\w+)\(.*\)", Tree.has_call),
        (r"\?\w+=(\w+)", Tree.has_word),
        (r"(/[\w<>./-]*)", Tree.has_address),
        (
            r"([\w<>*./-]+\.(?:py|xml|js|scss|md|csv|txt|in|toml|ya?ml|conf|html|png))",
            Tree.has_file,
        ),
        (r"(\.?[\w<>*-]+(?:/[\w.<>*-]+)*/[\w.<>*-]*)", Tree.has_file),
        (r"([a-z]\w*(?:\.\w+)+)", Tree.has_dotted),
        (r"(\w*_)", Tree.has_beginning),
        (r"([\w-]+)", lambda tree, word: tree.has_word(word) or tree.has_file(word)),
    )
]


def find_missing(text, tree):
    """Return the names of a page that neither the project nor Odoo has; each once."""
    spans = [" ".join(span.split()) for span in SPAN.findall(FENCED.sub("", text))]
    missing = [span for span in dict.fromkeys(spans) if not is_there(span, tree)]
    missing += [path for path in OUR_PATH.findall(text) if not tree.has_file(path)]
    for block in FENCED.findall(text):
        missing += [n for n in TEMPLATE.findall(block) if not tree.has_template(n)]
    return list(dict.fromkeys(missing))


def is_there(span, tree):
    """Return whether what looks like a name is one; other texts may be anything."""
    if not all(map(tree.has_member, PRIVATE_CALL.findall(span))):
        return False
    for pattern, question in KINDS:
        if found := pattern.fullmatch(span):
            return bool(question(tree, *found.groups()))
    return True


def read_project():
    """Return the source of the project: what git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=places.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    files = [name for name in listed if name and (places.ROOT / name).is_file()]
    return Source(places.ROOT, files)


def read_odoo(root, addons):
    """Return the source of Odoo: its core, and some addons with what they need."""
    folders, waiting = {}, {"base", *addons}
    while waiting:
        name = waiting.pop()
        for parent in (root / "odoo" / "addons", root / "addons"):
            manifest = parent / name / "__manifest__.py"
            if name not in folders and manifest.exists():
                folders[name] = parent / name
                waiting |= {*ast.literal_eval(manifest.read_text()).get("depends", [])}
    core = [path for path in (root / "odoo").iterdir() if path.name != "addons"]
    files = [path for path in core if path.suffix == ".py"]
    for folder in (*core, *folders.values()):
        files += [path for path in folder.rglob("*") if path.suffix in CODE]
    paths = [file.relative_to(root).as_posix() for file in files if file.is_file()]
    return Source(root, [path for path in paths if not OF_NO_USE.search(path)])
