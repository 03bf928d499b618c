"""Forms of the docs: links, quotes, tables, decisions, the changelog.

A `find_*` function returns what is wrong with a text; an empty list is right.
"""

import ast
import re
import textwrap

FENCED = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?:\[`([\w./]+)`)?\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FIRST_COMMENT = re.compile(r"(?:#|//|<!--) ([\w./-]+\.\w+)(?: -->)?")
ELLIPSIS = re.compile(r"\s*(?:(?:#|//|<!--) )?(?:\.\.\.|…)(?: -->)?\s*")

SECTIONS = ("Why", "What it costs", "Not taken")
VERSION = re.compile(r"(19\.0\.\d+\.\d+\.\d+) \((unreleased|20\d\d-\d\d-\d\d)\)")
AUDIENCES = ("For customers", "For operators", "For developers", "Security")


def get_slugs(text):
    """Return the anchors of the headings of a page."""
    slugs = []
    for heading in HEADING.findall(FENCED.sub("", text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slugs.append(re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-"))
    return slugs


def find_dead_links(text, page):
    """Return the links of a page that lead nowhere, or to another file than they say.

    :param Path page: where the page is, or would be
    """
    dead = []
    for said, link, picture in LINK.findall(FENCED.sub("", text)):
        link = link or picture
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name) if name else page
        if name and not (target.exists() and name.endswith(said)):
            dead.append(link)
        elif anchor:
            slugs = get_slugs(target.read_text() if name else text)
            dead += [] if anchor in slugs else [link]
    return dead


def find_wrong_quotes(text, folders):
    """Return the fenced blocks that are no quotes of files.

    The first line is a comment with the name of the file, and the others stand in it.
    They may be indented otherwise, and a line of three dots leaves out some lines.

    :param folders: where the files are, the first one that has it
    """
    wrong = []
    for block in FENCED.findall(text):
        first, _, rest = block.partition("\n")
        named = FIRST_COMMENT.fullmatch(first.strip())
        name = named.group(1) if named else first
        paths = [folder / name for folder in folders if (folder / name).is_file()]
        if not named or not paths:
            wrong.append(f"{name}: no file has this name")
        elif not stands_in(rest, paths[0].read_text()):
            wrong.append(f"{name}: it says otherwise")
    return wrong


def stands_in(quote, text):
    """Return whether all pieces of a quote stand in a text, in this order."""
    lines = text.splitlines()
    pieces = [[]]
    for line in textwrap.dedent(quote).splitlines():
        if ELLIPSIS.fullmatch(line):
            pieces.append([])
        else:
            pieces[-1].append(line)
    pieces = [outdent(piece) for piece in pieces]
    pieces = [piece for piece in pieces if piece]
    for piece in pieces:
        ends = range(len(piece), len(lines) + 1)
        found = (end for end in ends if outdent(lines[end - len(piece) : end]) == piece)
        end = next(found, None)
        if end is None:
            return False
        lines = lines[end:]
    return bool(pieces)


def outdent(lines):
    """Return lines without their common indentation, and empty ones around."""
    return textwrap.dedent("\n".join(lines)).strip("\n").splitlines()


def find_odd_form(text):
    """Return what a decision has otherwise than the others."""
    lines = text.splitlines()
    headings = [line[3:] for line in lines if line.startswith("## ")]
    said = "\n".join(lines[5:]).partition("\n## ")[0].strip()
    wanted = {
        "a title without a number": re.match(r"# [^\d\W]", lines[0]),
        "tags in lower case": re.fullmatch(r"Tags: [a-z-]+(, [a-z-]+)*", lines[2]),
        "a date": re.fullmatch(r"20\d\d-\d\d-\d\d", lines[3]),
        "a paragraph": said and not said.startswith("## "),
        "Why, What it costs, perhaps Not taken": headings
        in (list(SECTIONS[:2]), list(SECTIONS)),
    }
    return [name for name, is_so in wanted.items() if not is_so]


def find_wrong_rows(index, texts):
    """Return the rows in which an index of decisions differs from the pages.

    :param dict texts: the text of each page by its name
    """
    rows = [tuple(row) for row in read_table(index, "")]
    right = []
    for name, text in sorted(texts.items()):
        title, _, tags, date = text.splitlines()[:4]
        link = f"[{title.removeprefix('# ')}]({name})"
        right.append((name[:4], link, tags.removeprefix("Tags: "), date))
    written = [row for row in rows if "](" in row[1]]
    numbers = [row[0] for row in rows]
    wrong = [row for row in written if row not in right]
    wrong += [row for row in right if row not in written]
    if numbers != [f"{number:04}" for number in range(1, len(rows) + 1)]:
        wrong.append(("the numbers have a gap, or another order", *numbers))
    return wrong


def find_odd_entries(text):
    """Return the lines of a changelog that have another form than the others."""
    odd = []
    versions = []
    for line in text.partition("\n## ")[2].splitlines():
        if not versions or line.startswith("## "):
            heading = VERSION.fullmatch(line.removeprefix("## "))
            if not heading or (versions and heading.group(2) == "unreleased"):
                odd.append(line)
            versions.append(heading and tuple(map(int, heading.group(1).split("."))))
        elif line.startswith("#"):
            odd += [] if line.removeprefix("### ") in AUDIENCES else [line]
        elif line and not line.startswith("- "):
            odd.append(line)
    if None not in versions and versions != sorted(versions, reverse=True):
        odd.append(f"the newest version comes first, not {versions}")
    return odd


def read_manifests(folder):
    """Return {technical name: manifest} of the addons of a folder."""
    return {
        path.parent.name: ast.literal_eval(path.read_text())
        for path in sorted(folder.glob("*/__manifest__.py"))
    }


def read_table(text, first):
    """Return the rows of the table whose head begins with a word, as lists of cells."""
    rows, inside = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == first:
            inside = True
        elif inside and not set(line) <= set("|-: "):
            rows.append(cells)
    return rows
