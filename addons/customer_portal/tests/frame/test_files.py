"""Names, types and storing of files, without a page."""

import errno
import os
from unittest.mock import patch

from odoo.tests import BaseCase, TransactionCase, tagged

from ...models.frame import ir_attachment
from ...tools.file_name import (
    LONGEST_BYTES,
    LONGEST_NAME,
    clean_file_name,
    make_unique,
)

# (what a paper is called, the name of its file)
NAMES = (
    ("INV/2026/00012.pdf", "INV-2026-00012.pdf"),
    ('a:b*c?d"e<f>g|h\\i.pdf', "a-b-c-d-e-f-g-h-i.pdf"),
    ("INV 12. .pdf", "INV 12.pdf"),
    ("a.pdf...", "a.pdf"),
    ("a.pdf ", "a.pdf"),
    (" .a.pdf", "a.pdf"),
    ("CON.pdf", "_CON.pdf"),
    ("con", "_con"),
    ("Aux.2026.pdf", "_Aux.2026.pdf"),
    ("LPT1.txt", "_LPT1.txt"),
    ("COM¹.txt", "_COM¹.txt"),
    ("nul .pdf", "_nul.pdf"),
    ("Console.pdf", "Console.pdf"),
    ("a\x00b\nc\u202ed.pdf", "abcd.pdf"),
    ("..", "file"),
    ("", "file"),
    (None, "file"),
    (".pdf", "pdf"),
    ("Rechnung Größe.pdf", "Rechnung Größe.pdf"),
    ("发票.pdf", "发票.pdf"),
    ("فاکتور.pdf", "فاکتور.pdf"),
)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
TEXT = "Größe;Menge\nM8;12\n"
# {name: (extension, content, whether it is taken)}
TYPES = {
    "PDF": ("pdf", PDF, True),
    "PDF after an empty line": ("pdf", b"\r\n" + PDF, True),
    "PDF after a mark": ("pdf", b"\xef\xbb\xbf" + PDF, True),
    "PDF after words for a printer": ("pdf", b"\x1b%-12345X@PJL SET\n" + PDF, True),
    "PDF after 1000 spaces": ("pdf", b" " * 1000 + PDF, True),
    "PDF after 1025 spaces": ("pdf", b" " * 1025 + PDF, False),
    "PDF after markup": ("pdf", b"<html>" + PDF, False),
    "PDF after a program": ("pdf", b"MZ\x90\x00\x03" + PDF, False),
    "PDF after a script": ("pdf", b"#!/bin/sh\n" + PDF, False),
    "PDF after a picture": ("pdf", b"GIF89a/*" + PDF, False),
    "no PDF": ("pdf", b"hello", False),
    "UTF-16": ("txt", TEXT.encode("utf-16"), True),
    "UTF-16, the other way": ("csv", b"\xfe\xff" + TEXT.encode("utf-16-be"), True),
    "UTF-16 cut in two": ("txt", TEXT.encode("utf-16") + b"x", False),
    "UTF-16 with markup": ("txt", "<script>1</script>".encode("utf-16"), False),
    "UTF-16 with NUL": ("txt", "a\0b".encode("utf-16"), False),
    "a mark before a program": ("txt", b"\xff\xfeMZ\x90\x00\x03\x00\x00\x00", False),
    "UTF-8": ("txt", TEXT.encode(), True),
    "UTF-8 with a mark": ("csv", TEXT.encode("utf-8-sig"), True),
    "WebP that is none": ("webp", b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 20, False),
    "WebP cut off": ("webp", b"RIFF\x10\0\0\0WEBP", False),
    "sound": ("webp", b"RIFF\x10\0\0\0WAVEfmt " + b"\0" * 30, False),
    "WebP as large as a wall": (
        "webp",
        b"RIFF\x10\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff" * 6,
        False,
    ),
    "WebP, lossy": (
        "webp",
        b"RIFF\x20\0\0\0WEBPVP8 \x14\0\0\0\x30\x01\0\x9d\x01\x2a\x20\0\x10\0"
        + b"\0" * 9,
        True,
    ),
    "WebP with more in it": (
        "webp",
        b"RIFF\x30\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\x1f\0\0\x0f\0\0" + b"ANIM",
        True,
    ),
    "WebP without loss": (
        "webp",
        b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x63\xc0\x18\0" + b"\0" * 20,
        True,
    ),
}


@tagged("post_install", "-at_install")
class TestFileNames(BaseCase):
    def test_every_system_takes_a_name(self):
        for typed, name in NAMES:
            with self.subTest(typed):
                self.assertEqual(clean_file_name(typed), name)
                self.assertEqual(clean_file_name(name), name)

    def test_names_are_cut(self):
        for letter in "a发😀":
            name = clean_file_name(f"{letter * 500}.pdf")
            with self.subTest(letter):
                self.assertTrue(name.endswith(".pdf"))
                self.assertLessEqual(len(name), LONGEST_NAME)
                self.assertLessEqual(len(name.encode()), LONGEST_BYTES)

    def test_names_are_there_once(self):
        taken = set()
        names = ["a.pdf", "a.pdf", "A.PDF", "b", "b", "a (2).pdf"]
        self.assertEqual(
            [make_unique(name, taken) for name in names],
            ["a.pdf", "a (2).pdf", "A (3).PDF", "b", "b (2)", "a (2) (2).pdf"],
        )


@tagged("post_install", "-at_install")
class TestFiles(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.attachments = cls.env["ir.attachment"]

    def test_types_are_told_by_their_own_bytes(self):
        for name, (extension, content, is_taken) in TYPES.items():
            # As where the library for pictures has no reader of WebP.
            with self.subTest(name):
                self.assertEqual(
                    self.attachments._is_portal_type(extension, content), is_taken
                )

    def _make(self, content):
        return self.attachments.create({"name": "a.txt", "raw": content})

    def test_a_full_disk_leaves_nothing_behind(self):
        content = os.urandom(5000)
        checksum = self.attachments._compute_checksum(content)
        path = self.attachments._full_path(f"{checksum[:2]}/{checksum}")
        full = OSError(errno.ENOSPC, "No space left on device")
        with (
            patch.object(ir_attachment.os, "replace", side_effect=full),
            self.assertRaises(OSError),
        ):
            self._make(content)
        self.assertFalse(os.path.exists(path))
        folder = os.listdir(os.path.dirname(path))
        self.assertFalse([name for name in folder if name.startswith(checksum)])
        self.assertEqual(self._make(content).raw, content)
        self.assertTrue(os.path.exists(path))

    def test_a_half_written_file_is_mended(self):
        content = os.urandom(5000)
        checksum = self.attachments._compute_checksum(content)
        path = self.attachments._full_path(f"{checksum[:2]}/{checksum}")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        for rest in (b"", content[:100], content[:-1], b"\0" * len(content)):
            with self.subTest(len(rest)):
                with open(path, "wb") as stored:
                    stored.write(rest)
                attachment = self._make(content)
                attachment.invalidate_recordset()
                self.assertEqual(attachment.raw, content)
