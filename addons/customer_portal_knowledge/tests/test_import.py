"""Articles from files and other systems: looked at first, all or nothing, harmless."""

import base64
import io
import json
import zipfile

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.package import LARGEST_MEMBER, PackageError, clean_path, unpack
from .help_case import HelpCase

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
MARKDOWN = """---
title: Pay by card
summary: With any card.
tags: paying, card
order: 3
---
# Pay by card

Choose *Pay*, see [refunds](../refunds.md).

| a | b |
| - | - |
| 1 | 2 |

![The button](pictures/button.png)

<script>alert(1)</script>
"""


def pack(files):
    """Return the bytes of a ZIP of {path: text or bytes}."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestHelpImport(HelpCase):
    def _open(self, name, content, **values):
        return self.env["portal.help.import"].create(
            {"file": base64.b64encode(content), "file_name": name, **values}
        )

    def _import(self, name, content, **values):
        wizard = self._open(name, content, publishes=True, **values)
        wizard.action_preview()
        self.assertFalse(wizard.count_errors, wizard.line_ids.mapped("message"))
        return self.env["portal.help.article"].search(wizard.action_import()["domain"])

    def _count(self):
        return [
            self.env[model].with_context(active_test=False).search_count([])
            for model in (
                "portal.help.article",
                "portal.help.category",
                "portal.help.tag",
                "portal.help.version",
                "ir.attachment",
            )
        ]

    def _get_folder(self):
        return {
            "1-paying/card.md": MARKDOWN,
            "1-paying/pictures/button.png": PICTURE,
            "refunds.md": "# Refunds\n\nThey take a week.",
            "notes.docx": b"x",
        }

    def test_folder_of_markdown(self):
        wizard = self._open("help.zip", pack(self._get_folder()))
        before = self._count()
        wizard.action_preview()
        self.assertEqual(self._count(), before)
        self.assertEqual((wizard.count_new, wizard.count_errors), (2, 0))
        self.assertEqual(
            wizard.line_ids.filtered(lambda line: line.state == "skipped").path,
            "notes.docx",
        )
        card, refunds = self._import(
            "help.zip", pack(self._get_folder()), category_id=self.paying.id
        )
        self.assertEqual(card.name, "Pay by card")
        self.assertEqual(card.summary, "With any card.")
        self.assertEqual(card.category_id.name, "Paying")
        self.assertEqual(card.category_id.parent_id, self.paying)
        self.assertEqual(set(card.tag_ids.mapped("name")), {"paying", "card"})
        self.assertIn("<em>Pay</em>", card.body)
        self.assertIn("<td>1</td>", card.body)
        self.assertIn(f'href="{refunds._get_url()}"', card.body)
        self.assertNotIn("<script", card.body)
        self._sign_in(None)
        page = self._get(card._get_url()).text
        source = page.partition('src="/web/image/')[2].partition('"')[0]
        picture = self._get("/web/image/" + source.replace("&amp;", "&"))
        self.assertEqual(picture.headers["Content-Type"], "image/png")

    def test_second_import_changes_what_the_first_made(self):
        first = self._import("help.zip", pack(self._get_folder()))
        files = {**self._get_folder(), "refunds.md": "# Refunds\n\nTwo days."}
        again = self._import("help.zip", pack(files))
        self.assertEqual(first, again)
        self.assertIn("Two days.", again.filtered(lambda a: a.name == "Refunds").body)
        self.assertEqual(again.mapped("number"), [1, 2])

    def test_new_categories_are_for_staff_until_somebody_opens_them(self):
        [refunds] = self._import("refunds.md", b"# Refunds\n\nThey take a week.")
        self._sign_in(self.buyer)
        self.assertEqual(self._get(refunds._get_url()).status_code, 404)

    def test_one_mistake_imports_nothing(self):
        files = {
            **self._get_folder(),
            "empty.md": "# Only a title",
            "lost.md": "# Lost\n\n![x](no.png)",
            "false.md": "# False\n\n![x](false.png)",
            "false.png": b"<script>alert(1)</script>",
            "bytes.html": b"\xff\xfe\x00",
        }
        wizard = self._open("help.zip", pack(files))
        wizard.action_preview()
        messages = {line.path: line.message for line in wizard.line_ids}
        self.assertEqual(messages["empty.md"], "It has no text.")
        self.assertEqual(messages["lost.md"], "A picture is missing in the package.")
        self.assertEqual(messages["false.md"], "A picture is not what its name says.")
        self.assertEqual(
            messages["bytes.html"],
            "It is no text in UTF-8. It has no title. It has no text.",
        )
        before = self._count()
        with self.assertRaises(UserError):
            wizard.action_import()
        self.assertEqual(self._count(), before)

    def test_zendesk(self):
        data = {
            "categories": [{"id": 1, "name": "Billing"}],
            "sections": [{"id": 2, "name": "Cards", "category_id": 1}],
            "articles": [
                {
                    "id": 10,
                    "title": "Which cards?",
                    "body": "<p>All.</p><script>alert(1)</script>",
                    "section_id": 2,
                    "locale": "en-us",
                    "label_names": ["card"],
                    "draft": False,
                },
                {"id": 11, "title": "Draft", "body": "<p>x</p>", "draft": True},
            ],
        }
        cards, draft = self._import("export.json", json.dumps(data).encode())
        self.assertEqual(cards.body, "<p>All.</p>")
        self.assertEqual(cards.category_id.parent_id.name, "Billing")
        self.assertEqual((cards.state, draft.state), ("published", "draft"))

    def test_freshdesk(self):
        data = [
            {
                "category": {
                    "name": "General",
                    "folders": [
                        {
                            "name": "FAQ",
                            "articles": [
                                {
                                    "id": 5,
                                    "title": "Opening hours",
                                    "status": 2,
                                    "description": "<p>Nine to five.</p>",
                                    "tags": [{"name": "hours"}],
                                },
                                {
                                    "id": 6,
                                    "title": "Draft",
                                    "status": 1,
                                    "description": "<p>x</p>",
                                },
                            ],
                        }
                    ],
                }
            }
        ]
        hours, draft = self._import("solutions.json", json.dumps(data).encode())
        self.assertEqual(hours.category_id.name, "FAQ")
        self.assertEqual(hours.tag_ids.name, "hours")
        self.assertEqual((hours.state, draft.state), ("published", "draft"))

    def test_hostile_json_ends_in_a_list_of_errors(self):
        odd = (
            b"[" * 100_000,
            b"{}",
            b"null",
            b'"x"',
            b"[1, 2]",
            b"\xff\xfe",
            b'{"articles": [1, null, {"id": {"a": 1}, "title": [], "body": 5}]}',
            b'{"articles": [{"id": 1, "title": "x", "body": "<p>y</p>",'
            b' "section_id": 1}, {"id": 1, "title": "x", "body": "<p>y</p>"}],'
            b' "sections": [{"id": 1, "parent_section_id": 1, "name": "loop"}]}',
            b'[{"folders": {"a": 1}}, {"folders": [{"articles": [5]}]}]',
        )
        for content in odd:
            with self.subTest(content[:40]):
                wizard = self._open("x.json", content)
                wizard.action_preview()
                self.assertTrue(wizard.count_errors)
                with self.assertRaises(UserError):
                    wizard.action_import()

    def test_hostile_zips_are_refused_as_a_whole(self):
        def link(archive):
            member = zipfile.ZipInfo("a.md")
            member.external_attr = 0o120777 << 16
            archive.writestr(member, "/etc/passwd")

        def lie(archive):
            archive.writestr("a.md", "x" * 100_000)
            archive.filelist[0].file_size = 10

        cases = {
            "bomb": lambda archive: archive.writestr("a.md", "0" * 9_000_000),
            "up": lambda archive: archive.writestr("../a.md", "# x"),
            "absolute": lambda archive: archive.writestr("/etc/a.md", "# x"),
            "windows": lambda archive: archive.writestr("C:\\a.md", "# x"),
            "twice": lambda archive: [
                archive.writestr(name, "# x") for name in ("a.md", "A.MD")
            ],
            "link": link,
            "lie": lie,
            "large": lambda archive: archive.writestr(
                zipfile.ZipInfo("a.md"), b"0" * (LARGEST_MEMBER + 1)
            ),
            "many": lambda archive: [
                archive.writestr(f"{number}.md", "") for number in range(5001)
            ],
        }
        for name, write in cases.items():
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                write(archive)
            with self.subTest(name):
                with self.assertRaises(PackageError):
                    unpack("x.zip", stream.getvalue())
                with self.assertRaises(UserError):
                    self._open("x.zip", stream.getvalue()).action_preview()
        for content in (b"PK", b"", b"no zip", pack({"a.md": "# x"})[:-10]):
            with self.subTest(content[:10]), self.assertRaises(UserError):
                self._open("x.zip", content).action_preview()

    def test_paths_stay_inside(self):
        cases = {
            "a/b.md": "a/b.md",
            "./a.md": "a.md",
            "a/../b.md": "",
            "/a": "",
            "a\\b": "",
            "a\x00": "",
            "": "",
        }
        for path, clean in cases.items():
            with self.subTest(path):
                self.assertEqual(clean_path(path), clean)

    def test_what_is_exported_is_imported_again(self):
        first = self._import("help.zip", pack(self._get_folder()))
        first[0].write({"kind": "answer", "page_paths": "/my/pay /my/pay/*"})
        export = self.env["portal.help.export"].create(
            {"article_ids": [Command.set(first.ids)]}
        )
        export.action_export()
        content = base64.b64decode(export.file)

        def read(article):
            return (
                article.name,
                article.summary,
                article.kind,
                article.page_paths,
                article.category_id.name,
                set(article.tag_ids.ids),
            )

        texts = [read(article) for article in first]
        first.unlink()
        again = self._import(export.file_name, content)
        again = again.sorted(lambda article: article.name)
        self.assertEqual(
            [read(article) for article in again],
            sorted(texts),
        )
        self.assertIn("/web/image/", again[0].body)
        self.assertIn("<td>1</td>", again[0].body)

    def test_authors_do_not_import(self):
        author = self._create_staff(
            "help_author", "customer_portal_knowledge.group_help_author"
        )
        with self.assertRaises(AccessError):
            self.env["portal.help.import"].with_user(author).create({})
