"""The docs name what is there, and count right; no server is needed."""

import importlib.util
import re
from pathlib import Path

import doc_forms
import doc_names
import pytest
from lxml import etree

from bootstrap import places

ROOT = places.ROOT
DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"
EXAMPLE = ROOT / "tests" / "addons" / "customer_portal_example"
# They say how it is. Decisions and the changelog say how it was on their day.
OF_TODAY = [
    *sorted(DOCS.glob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    ROOT / "docker" / "README.md",
]
PAGES = [*OF_TODAY, ROOT / "CHANGELOG.md", *sorted(DECISIONS.glob("*.md"))]
MANIFESTS = doc_forms.read_manifests(places.ADDONS)
NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
)
# Apps of Odoo that the docs speak of, beside those that ours need.
SPOKEN_OF = ("website", "payment_demo", "base_vat", "website_sale")


def name_page(path):
    """Return the name of a page in the project, as the name of a test."""
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="session")
def tree():
    folders = importlib.util.find_spec("odoo").submodule_search_locations
    needed = {name for manifest in MANIFESTS.values() for name in manifest["depends"]}
    odoo = doc_names.read_odoo(Path(folders[0]).parent, {*needed, *SPOKEN_OF})
    return doc_names.Tree(doc_names.read_project(), odoo)


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_links_lead_somewhere(page):
    assert doc_forms.find_dead_links(page.read_text(), page) == []


@pytest.mark.parametrize("page", OF_TODAY, ids=name_page)
def test_names_are_there(page, tree):
    assert doc_names.find_missing(page.read_text(), tree) == []


def test_quotes_are_those_of_the_files():
    text = (DOCS / "seams.md").read_text()
    assert doc_forms.find_wrong_quotes(text, [EXAMPLE, ROOT]) == []


class TestCounts:
    """What README and architecture.md say of the addons is what their manifests say."""

    readme = (ROOT / "README.md").read_text()

    def test_addons_depend_on_what_readme_says(self):
        said = {
            row[0].strip("`"): (sorted(row[1].split(", ")), row[2])
            for row in doc_forms.read_table(self.readme, "addon")
        }
        assert said == {
            name: (
                sorted(manifest["depends"]),
                ", ".join(manifest.get("external_dependencies", {}).get("python", [])),
            )
            for name, manifest in MANIFESTS.items()
        }

    def test_as_many_install_themselves_as_readme_says(self):
        number = re.search(r"The last (\w+) install themselves", self.readme).group(1)
        rows = doc_forms.read_table(self.readme, "addon")
        named = [row[0].strip("`") for row in rows][-NUMBERS.index(number) :]
        automatic = {name for name in MANIFESTS if MANIFESTS[name].get("auto_install")}
        assert set(named) == automatic

    def test_diagram_has_what_addons_depend_on(self):
        text = (DOCS / "architecture.md").read_text()
        drawn = set(
            re.findall(r"^ +(customer_portal\w*) --> (\w+)$", text, re.MULTILINE)
        )
        assert drawn == {
            (name, needed)
            for name in MANIFESTS
            for needed in MANIFESTS[name]["depends"]
        }

    def test_wings_stand_in_their_order(self):
        text = (DOCS / "architecture.md").read_text()
        said = [row[0] for row in doc_forms.read_table(text, "wing")]
        models = places.ADDONS / "customer_portal" / "models"
        code = (models / "__init__.py").read_text()
        assert said == re.findall(r"^from \. import (\w+)", code, re.MULTILINE)
        assert sorted(said) == sorted(
            path.parent.name for path in models.glob("*/__init__.py")
        )

    def test_architecture_is_read_in_ten_minutes(self):
        assert len((DOCS / "architecture.md").read_text().split()) <= 1300

    def test_roles_allow_what_access_says(self):
        table = doc_forms.read_table((DOCS / "access.md").read_text(), "permission")
        head = [
            "Administrator",
            "Buyer",
            "Approver",
            "Accounts payable",
            "Viewer",
            "Member",
        ]
        said = {
            (role, row[0].strip("`")): scope
            for row in table
            for role, scope in zip(head, row[2:], strict=True)
            if scope
        }
        data = places.ADDONS / "customer_portal" / "data" / "portal_role_data.xml"
        lines = etree.parse(data).findall(".//record[@model='portal.role.line']")
        names = {
            role.get("id"): role.findtext("field[@name='name']")
            for role in etree.parse(data).findall(".//record[@model='portal.role']")
        }
        assert said == {
            (
                names[line.find("field[@name='role_id']").get("ref")],
                line.find("field[@name='permission_id']")
                .get("ref")
                .removeprefix("permission_"),
            ): line.findtext("field[@name='scope']")
            for line in lines
        }

    def test_every_command_is_explained(self):
        text = (DOCS / "operations.md").read_text()
        commands = [f"bin/{path.name}" for path in sorted((ROOT / "bin").iterdir())]
        assert [name for name in commands if name not in text] == []

    def test_readme_leads_to_every_page(self):
        pages = [f"docs/{page.name}" for page in sorted(DOCS.glob("*.md"))]
        assert [page for page in pages if f"]({page})" not in self.readme] == []


class TestDecisions:
    """They have one form, and an index that is complete."""

    pages = [
        page for page in sorted(DECISIONS.glob("*.md")) if page.name != "README.md"
    ]

    @pytest.mark.parametrize("page", pages, ids=name_page)
    def test_has_the_form(self, page):
        assert doc_forms.find_odd_form(page.read_text()) == []

    def test_index_is_complete_and_in_order(self):
        index = (DECISIONS / "README.md").read_text()
        texts = {page.name: page.read_text() for page in self.pages}
        assert doc_forms.find_wrong_rows(index, texts) == []


class TestChangelog:
    """It follows the versions of the manifest, with one line for each entry."""

    text = (ROOT / "CHANGELOG.md").read_text()

    def test_has_the_form(self):
        assert doc_forms.find_odd_entries(self.text) == []

    def test_knows_the_versions(self):
        addon = places.ADDONS / "customer_portal"
        versions = {path.name for path in (addon / "migrations").iterdir()}
        versions.add(MANIFESTS["customer_portal"]["version"])
        assert versions <= {*re.findall(r"^## (\S+) \(", self.text, re.MULTILINE)}


class TestDescriptions:
    """What Odoo's list of apps shows is there, and stays what it is when cleaned."""

    @pytest.mark.parametrize("addon", MANIFESTS)
    def test_pictures_are_there(self, addon):
        folder = places.ADDONS / addon / "static" / "description"
        html = etree.HTML((folder / "index.html").read_text())
        sources = html.xpath("//img/@src")
        assert [name for name in sources if not (folder / name).is_file()] == []
        assert html.xpath("//script | //link | //style | //img[not(@alt)]") == []

    @pytest.mark.parametrize("addon", MANIFESTS)
    def test_icon_is_there(self, addon):
        usual = f"/{addon}/static/description/icon.png"
        icon = MANIFESTS[addon].get("icon", usual)
        assert (places.ADDONS / icon.lstrip("/")).is_file()


# From here on: the checks find what they are there for.

PAGE = DOCS / "planted.md"  # is never written


@pytest.mark.parametrize(
    "text",
    [
        "[a page](nowhere.md)",
        "[a part](glossary.md#no-such-part)",
        "[here](#no-such-part)",
        '<img src="images/nothing.png" alt="">',
        "![a picture](images/nothing.png)",
        "[`access.py`](glossary.md)",
    ],
)
def test_dead_link_is_found(text):
    assert len(doc_forms.find_dead_links(text, PAGE)) == 1


def test_link_that_leads_somewhere_is_right():
    text = "# A part\n[a](#a-part), [b](glossary.md#pages), [c](https://example.com/x)"
    assert doc_forms.find_dead_links(text, PAGE) == []


@pytest.mark.parametrize(
    "name",
    [
        "no_such_file.py",
        "controllers/no_such_file.py",
        "views/<section>_nothing.xml",
        "docs/nothing.md",
        "no_such_folder/",
        "bin/nothing",
        "_no_such_method()",
        "_no_such_method(values)",
        "_get_nothing_",
        "portal.notice._no_such_method()",
        "portal.notice._get_exposure()",  # a method of another model
        "OverviewPortal._get_waiting_items()",
        "res.users.no_such_field",
        "portal.nothing",
        "customer_portal.no_such_setting",
        "@http.route(path, **PAGE)._no_such_call()",
        '<div name="no_such_place">',
        '<t name="no_such_place">',
        "/my/nothing",
        "/my/orders/<id>/nothing",
        "/my/<id>/orders",
        "?notice=no_such_code",
        "no_such_word",
        "NO_SUCH_WORD",
        "no-such-word",
    ],
)
def test_name_of_nothing_is_found(name, tree):
    assert doc_names.find_missing(f"See `{name}` there.", tree) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "portal.py",
        "<section>_templates.xml",
        "bin/serve --port 80",
        "static/src/",
        "portal.notice._tell(code, users)",
        "portal.list.export._queue",  # of its mixin
        "account.move.line.amount_residual_currency",  # of Odoo
        "customers._get_receivable_summary()",  # of a variable
        "_document_check_access",  # of Odoo
        "_prepare_",
        "/my/orders/<id>/change",
        "/my/invoices/export",  # one of several words in a route
        "/accept",
        '<div name="overview_documents">',
        "web.assets_backend",
        "any text with spaces, and (brackets)",
    ],
)
def test_name_of_something_is_right(name, tree):
    assert doc_names.find_missing(f"See `{name}` there.", tree) == []


def test_path_of_nothing_in_a_command_is_found(tree):
    text = "    bin/test addons/customer_portal/tests/{}\n"
    assert doc_names.find_missing(text.format("common.py"), tree) == []
    assert doc_names.find_missing(text.format("nothing.py"), tree) == [
        "addons/customer_portal/tests/nothing.py"
    ]


def test_template_that_is_not_there_is_found(tree):
    text = '```xml\n<t t-call="customer_portal.{}"/>\n```\n'
    assert doc_names.find_missing(text.format("page_head"), tree) == []
    assert doc_names.find_missing(text.format("no_head"), tree) == [
        "customer_portal.no_head"
    ]


QUOTED = """\
class Example(models.Model):
    _name = "example"

    def _get_waiting(self):
        found = self.search([])
        return found

    def _get_all(self):
        return self
"""


@pytest.mark.parametrize(
    "quote",
    [
        QUOTED,
        "def _get_all(self):\n    return self\n",  # outdented
        'class Example(models.Model):\n    _name = "example"\n    ...\n'
        "    def _get_all(self):\n        return self\n",
        "# ...\n    def _get_all(self):\n        return self\n",
    ],
)
def test_quote_that_stands_in_the_file_is_right(quote, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "example.py").write_text(QUOTED)
    text = f"Say\n\n```python\n# models/example.py\n{quote}```\n"
    assert doc_forms.find_wrong_quotes(text, [tmp_path]) == []


@pytest.mark.parametrize(
    "quote",
    [
        "def _get_all(self):\n    return self.sudo()\n",
        "def _get_all(self):\nreturn self\n",  # the indentation inside
        "    return self\n    ...\n    found = self.search([])\n",  # the order
        "    _name = ...\n",
        "...\n",
        "",
    ],
)
def test_quote_that_says_otherwise_is_found(quote, tmp_path):
    (tmp_path / "example.py").write_text(QUOTED)
    text = f"```python\n# example.py\n{quote}```\n"
    assert doc_forms.find_wrong_quotes(text, [tmp_path]) == [
        "example.py: it says otherwise"
    ]


@pytest.mark.parametrize("first", ["# a.py", "// a.js", "<!-- a.xml -->", "x = 1"])
def test_quote_of_no_file_is_found(first, tmp_path):
    text = f"```\n{first}\nx\n```\n"
    assert len(doc_forms.find_wrong_quotes(text, [tmp_path])) == 1


FORM = """\
# It is so

Tags: order, notice
2026-11-22

We do it.

## Why

- Because.

## What it costs

- Time.
"""


def test_decision_of_the_form_is_right():
    assert doc_forms.find_odd_form(FORM) == []
    assert doc_forms.find_odd_form(FORM + "\n## Not taken\n\n- Less.\n") == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("# It is so", "# 0020: It is so"),
        ("Tags: order, notice", "*Order, notice*"),
        ("Tags: order", "Tags: Order"),
        ("2026-11-22", "in November"),
        ("## Why", "**Why.**"),
        ("## What it costs", "## Costs"),
        ("We do it.\n", ""),
    ],
)
def test_decision_of_another_form_is_found(right, wrong):
    assert doc_forms.find_odd_form(FORM.replace(right, wrong)) != []


ROW = "| 0001 | [It is so](0001-so.md) | order, notice | 2026-11-22 |\n"
OTHER = "| 0003 | [It is so](0003-so.md) | order, notice | 2026-11-22 |\n"
UNUSED = "| 0002 | never written | | |\n"
INDEX = "| | decision | tags | date |\n| --- | --- | --- | --- |\n"


def test_index_that_is_complete_is_right():
    texts = {"0001-so.md": FORM, "0003-so.md": FORM}
    assert doc_forms.find_wrong_rows(INDEX + ROW + UNUSED + OTHER, texts) == []


@pytest.mark.parametrize(
    "rows",
    [
        ROW + UNUSED,
        ROW + OTHER,
        OTHER + UNUSED + ROW,
        ROW + UNUSED + OTHER + OTHER.replace("0003", "0004"),
        ROW.replace("It is", "It was") + UNUSED + OTHER,
        ROW.replace("notice", "people") + UNUSED + OTHER,
        ROW.replace("-22", "-23") + UNUSED + OTHER,
    ],
)
def test_index_that_is_wrong_is_found(rows):
    texts = {"0001-so.md": FORM, "0003-so.md": FORM}
    assert doc_forms.find_wrong_rows(INDEX + rows, texts) != []


VERSIONS = """\
# Changelog

## 19.0.1.1.0 (unreleased)

### Security

- One line.

## 19.0.1.0.0 (2026-11-22)

### For customers

- One line.
- Another one.
"""


def test_changelog_of_the_form_is_right():
    assert doc_forms.find_odd_entries(VERSIONS) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("- Another one.", "- Another one\n  of two lines."),
        ("- Another one.", "Another one."),
        ("(2026-11-22)", ""),
        ("(2026-11-22)", "(unreleased)"),
        ("19.0.1.0.0", "19.0.1.2.0"),
        ("19.0.1.1.0 (unreleased)", "Unreleased"),
        ("### Security", "### Misc"),
    ],
)
def test_changelog_of_another_form_is_found(right, wrong):
    assert doc_forms.find_odd_entries(VERSIONS.replace(right, wrong)) != []
