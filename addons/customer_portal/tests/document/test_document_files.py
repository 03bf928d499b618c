"""What customers send: right files are kept once, hostile ones are refused."""

import io
import json
import zipfile
from unittest.mock import patch

from PIL import Image

from odoo.tools import mute_logger

from odoo.addons.base.models.ir_attachment import IrAttachment

from ...models.frame import ir_attachment
from ..access_case import HOSTILE
from ..document_papers import PDF, DocumentCommon, make_package

MEBIBYTE = 1024 * 1024


def make_picture(kind="PNG", size=(4, 4)):
    stream = io.BytesIO()
    Image.new("RGB", size).save(stream, kind)
    return stream.getvalue()


def make_bomb():
    """Return a letter of some 300 kB that unpacks to 300 MB."""
    return make_package(**{"word/media/image1.bin": b"\0" * 300 * MEBIBYTE})


def make_locked():
    """Return a letter whose members say that they need a password."""
    content = bytearray(make_package())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = content.find(mark)
        while position >= 0:
            content[position + offset] |= 1
            position = content.find(mark, position + 4)
    return bytes(content)


class DocumentFilesCommon(DocumentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for kind in ("upload", "upload_kib"):
            cls.env["ir.config_parameter"].set_param(
                f"customer_portal.limit_{kind}", "100000000"
            )

    def _send(self, *files, **values):
        return self._upload(
            "/my/documents/send", *files, **{"kind_id": self.kind.id, **values}
        )

    def _sent(self):
        return self.documents.search([("direction", "=", "customer")], order="id")


class TestHostileFiles(DocumentFilesCommon):
    def test_types_are_told_by_name_and_content(self):
        picture = make_picture()
        cases = [
            ("a.pdf", PDF, True),
            ("a.PDF", PDF, True),
            ("a.png", picture, True),
            ("a.jpg", make_picture("JPEG"), True),
            ("a.docx", make_package(), True),
            ("invoice.pdf.png", picture, True),
            ("a.txt", b"PK is a cape", True),
            # The name says something else
            ("a.png", PDF, False),
            ("a.pdf", picture, False),
            ("a.pdf", b"MZ\x90\0", False),
            ("a.exe", b"MZ\x90\0", False),
            ("a.pdf.exe", PDF, False),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", False),
            ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", False),
            ("a.html", b"<html></html>", False),
            ("a.txt", b"<html><script>1</script></html>", False),
            ("a.xml", b"<?xml version='1.0'?><a/>", False),
            ("a", PDF, False),
            (".pdf", PDF, False),
            ("a.pdf", b"", False),
            # Two things at once
            ("a.pdf", b"%PDF-1.4\n<html><script>alert(1)</script>", False),
            ("a.pdf", b"<script>1</script>" + PDF, False),
            ("a.gif", b"GIF89a/*<script>alert(1)</script>*/=1;", False),
            ("a.txt", make_package(), False),
            ("a.docx", PDF + make_package(), False),
            ("a.docx", b"#!/bin/sh\n" + make_package(), False),
            # Packed folders
            ("a.docx", make_bomb(), False),
            ("a.docx", make_locked(), False),
            ("a.docx", make_package(**{"../../evil.sh": b"x"}), False),
            ("a.docx", make_package(**{"..\\evil.sh": b"x"}), False),
            ("a.docx", make_package(**{"/etc/passwd": b"x"}), False),
            ("a.docx", make_package(**{"C:/evil": b"x"}), False),
            ("a.docx", make_package(**{"word/inner.zip": b"x"}), False),
            ("a.docx", make_package(**{"word/run.exe": b"x"}), False),
            ("a.docx", make_package(**{"word/vbaProject.bin": b"x"}), False),
            ("a.docm", make_package(**{"word/vbaProject.bin": b"x"}), False),
            ("a.odt", make_package({"content.xml": b"x", "Basic/a.xml": b"x"}), False),
            ("a.xlsx", make_package(), False),
            ("a.docx", make_package({"word/x": b"x"})[:60], False),
            ("a.docx", b"PK\x03\x04" + b"\0" * 100, False),
            ("a.zip", make_package(), False),
            (
                "a.docx",
                make_package({f"word/{number}": b"" for number in range(5001)}),
                False,
            ),
            (
                "a.doc",
                bytes.fromhex("d0cf11e0a1b11ae1") + "_VBA_PROJECT".encode("utf-16-le"),
                False,
            ),
        ]
        self._sign_in(self.buyer)
        for number, (name, content, accepted) in enumerate(cases):
            with self.subTest(name, content=content[:20]):
                count = len(self._sent())
                answer = self._send((name, content), key=f"{number:032x}")
                self.assertEqual(answer.status_code, 303 if accepted else 422)
                self.assertEqual(len(self._sent()) - count, int(accepted))
                if not accepted:
                    self.assertIn("These files were not accepted", answer.text)

    def test_lying_size_of_a_member_is_not_believed_for_unpacking(self):
        """The list says 10 bytes of a member that has more: nothing is unpacked."""
        content = bytearray(make_package(**{"word/a.bin": b"\0" * MEBIBYTE}))
        position = content.rfind(b"PK\x01\x02")
        content[position + 24 : position + 28] = (10).to_bytes(4, "little")
        with patch.object(zipfile.ZipFile, "read", side_effect=AssertionError):
            self.env["ir.attachment"]._check_portal_upload(
                "a.docx", io.BytesIO(bytes(content))
            )

    def test_size_is_exact(self):
        self.kind.largest = 1
        self._sign_in(self.buyer)
        for extra, status in ((0, 303), (1, 422)):
            content = b"x" * (MEBIBYTE + extra)
            answer = self._send(("a.txt", content), key=f"{extra:032x}")
            self.assertEqual(answer.status_code, status)
        self.assertIn("A file may be at most 1 MB.", answer.text)
        self.assertEqual(self._sent().size, MEBIBYTE)

    def test_names_are_clean(self):
        self._sign_in(self.buyer)
        names = {
            "../../etc/x.pdf": "x.pdf",
            "C:\\temp\\y.pdf": "y.pdf",
            "evil\u202efdp.pdf": "evilfdp.pdf",
            "con.pdf": "con.pdf",
            "n" * 300 + ".pdf": "n" * 110 + ".pdf",
            "a <img src=x>.pdf": "a <img src=x>.pdf",
        }
        for number, (name, clean) in enumerate(names.items()):
            with self.subTest(name[:20]):
                answer = self._send((name, PDF), key=f"{number:032x}")
                self.assertEqual(answer.status_code, 303)
                self.assertEqual(self._sent()[-1].file_name, clean)
        page = self._get("/my/documents").text
        self.assertNotIn("<img src=x>", page)

    def test_kind_narrows_types_and_number(self):
        self.kind.write({"extensions": "pdf, png", "most": 2})
        self._sign_in(self.buyer)
        page = self._get("/my/documents/send").text
        self.assertIn("At most 2 files at once", " ".join(page.split()))
        answer = self._send(("a.txt", b"x"))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Accepted types: pdf, png", answer.text)
        answer = self._send(*[(f"{number}.pdf", PDF) for number in range(3)])
        self.assertEqual(answer.status_code, 422)
        self.assertIn("You chose 3 files. At most 2", answer.text)
        answer = self._send(*[(f"{number}.pdf", PDF) for number in range(100)])
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self._sent())

    def test_too_large_a_request_gets_a_sentence(self):
        self._sign_in(self.buyer)
        with patch(
            "odoo.addons.customer_portal.models.frame.ir_http.LARGEST_UPLOAD", 1000
        ):
            document = self._receive_document("Drawing", self.buyer)
            answer = self._post(
                f"/my/documents/{document.id}/withdraw", note="x" * 2000
            )
            self.assertEqual(answer.status_code, 413)
            self.assertIn("Send fewer or smaller files.", answer.text)
            answer = self.url_open(
                f"/my/documents/{document.id}/withdraw",
                data={"x": "x" * 2000},
                headers={"Accept": "application/json"},
            )
            self.assertEqual(answer.status_code, 413)
            self.assertIn("Send fewer", answer.json()["errors"][0])
        self.assertTrue(document.active)

    def test_broken_bodies_are_bad_requests(self):
        self._sign_in(self.buyer)
        for content_type, body in (
            ("multipart/form-data", b"x"),
            ("multipart/form-data; boundary=a", b"--a\r\nx"),
            ("multipart/form-data; boundary=" + "a" * 500, b"--a--"),
            ("application/octet-stream", b"x" * 100),
        ):
            with self.subTest(content_type[:40]), mute_logger("odoo.http"):
                answer = self.url_open(
                    "/my/documents/send",
                    data=body,
                    headers={"Content-Type": content_type},
                )
                self.assertEqual(answer.status_code, 400)

    def test_scanner_may_refuse(self):
        self._sign_in(self.buyer)
        with patch.object(
            type(self.env["ir.attachment"]),
            "_scan_portal_upload",
            lambda _self, name, _content: f"{name} has a virus.",
        ):
            answer = self._send(("a.pdf", PDF))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("a.pdf has a virus.", answer.text)
        self.assertFalse(self._sent())

    @mute_logger("odoo.addons.customer_portal.controllers.document.document_send")
    def test_full_disk_leaves_no_row(self):
        self._sign_in(self.buyer)
        with patch.object(IrAttachment, "_file_write", side_effect=OSError(28, "full")):
            answer = self._send(("a.pdf", PDF))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("could not be stored", answer.text)
        self.assertFalse(self._sent())
        self.assertEqual(self._send(("a.pdf", PDF)).status_code, 303)
        self.assertEqual(len(self._sent()), 1)

    def test_pictures_come_back_as_they_were_sent(self):
        self._sign_in(self.buyer)
        for kind, extension in (("PNG", "png"), ("JPEG", "jpg")):
            with self.subTest(kind):
                content = make_picture(kind, (2000, 1200))
                self._send((f"drawing.{extension}", content), key="")
                document = self._sent()[-1]
                answer = self._get(f"/my/documents/{document.id}/download")
                self.assertEqual(answer.content, content)
                answer = self._upload(
                    "/mail/attachment/upload",
                    (f"drawing.{extension}", content),
                    field="ufile",
                    thread_model="account.move",
                    thread_id=self._create_posted_invoice(5.0).id,
                    is_pending="true",
                ).json()
                attachment = self.env["ir.attachment"].browse(
                    answer["data"]["attachment_id"]
                )
                self.assertEqual(attachment.sudo().raw, content)

    def test_full_disk_is_said_in_a_chatter_too(self):
        self._sign_in(self.buyer)
        invoice = self._create_posted_invoice(5.0)

        def send():
            return self._upload(
                "/mail/attachment/upload",
                ("a.pdf", PDF),
                field="ufile",
                thread_model="account.move",
                thread_id=invoice.id,
            )

        with (
            mute_logger("odoo.addons.customer_portal.controllers.frame.thread"),
            patch.object(ir_attachment.os, "replace", side_effect=OSError(28, "full")),
        ):
            answer = send()
        self.assertEqual(answer.status_code, 200)
        self.assertIn("could not be stored", answer.json()["error"])
        self.assertIn("attachment_id", send().json()["data"])

    def test_too_many_files_wait(self):
        self.env["ir.config_parameter"].set_param("customer_portal.limit_upload", "1")
        self._sign_in(self.buyer)
        answer = self._send(("a.pdf", PDF), ("b.txt", b"b"))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("try again in", answer.text)
        self.assertEqual(self._sent().file_name, "a.pdf")


class TestSending(DocumentFilesCommon):
    def test_right_ones_are_kept_and_wrong_ones_named(self):
        self._sign_in(self.buyer)
        files = [("a.pdf", PDF), ("b.exe", b"MZ"), ("c.txt", b"c")]
        answer = self._send(*files, title="Plans", note="Third floor")
        self.assertEqual(answer.status_code, 422)
        page = " ".join(answer.text.split())
        self.assertIn('<bdi class="fw-bold">b.exe</bdi>', page)
        self.assertIn('value="Plans"', page)
        self.assertIn('value="Third floor"', page)
        self.assertIn(f'value="{"a" * 32}"', page)
        sent = self._sent()
        self.assertEqual(sent.mapped("name"), ["Plans, a", "Plans, c"])
        self.assertEqual(sent.version_ids.mapped("note"), ["Third floor"] * 2)
        self.assertEqual(sent.partner_id, self.customer)
        self.assertEqual(sent.sender_id, self.buyer)
        # Once more, with the wrong one mended: nothing twice.
        answer = self._send(("a.pdf", PDF), ("b.txt", b"b"), ("c.txt", b"c"))
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(len(self._sent()), 3)

    def test_twice_the_same_is_once(self):
        self._sign_in(self.buyer)
        for _turn in range(2):
            answer = self._send(("a.pdf", PDF), ("a.pdf", PDF), ("a.pdf", PDF + b" "))
            self.assertEqual(answer.status_code, 303)
        self.assertEqual(len(self._sent()), 2)
        self._send(("a.pdf", PDF), key="b" * 32)
        self.assertEqual(len(self._sent()), 3)

    def test_script_gets_json(self):
        self._sign_in(self.buyer)
        answer = self._send(("a.pdf", PDF), accept="application/json")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.json()["url"], "/my/documents?notice=document_sent")
        answer = self._send(("b.exe", b"MZ"), accept="application/json")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("do not accept", answer.json()["files"][0]["error"])
        answer = self._send(("a.pdf", PDF), kind_id="", accept="application/json")
        self.assertEqual(answer.json()["errors"], ["Choose a kind."])

    def test_for_which_customer(self):
        self._sign_in(self.buyer)
        self._send(("a.pdf", PDF), customer_id=self.branch.id)
        self.assertEqual(self._sent().partner_id, self.branch)
        self._send(("b.pdf", PDF), customer_id=self.other_customer.id)
        self.assertEqual(self._sent()[-1].partner_id, self.customer)
        self._sign_in(self.colleague)
        self._send(("c.pdf", PDF), customer_id=self.customer.id)
        self.assertEqual(self._sent()[-1].partner_id, self.branch)

    def test_person_of_the_own_scope_sends_and_keeps_to_the_own(self):
        theirs = self._receive_document("Plan", self.buyer)
        self._tailor(
            self.buyer,
            {"see_documents": "branches", "send_documents": "branches"},
            scope="own",
        )
        theirs.sender_id = self.colleague
        self._sign_in(self.buyer)
        self.assertEqual(self._send(("a.pdf", PDF)).status_code, 303)
        own = self._sent()[-1]
        self.assertEqual(own.partner_id, self.customer)
        for document, status in ((own, 303), (theirs, 404)):
            answer = self._post(f"/my/documents/{document.id}/withdraw")
            self.assertEqual(answer.status_code, status)

    def test_end_of_validity(self):
        self.kind.needs_validity = True
        self._sign_in(self.buyer)
        for value in ("", "yesterday", "2020-01-01"):
            with self.subTest(value):
                answer = self._send(("a.pdf", PDF), valid_until=value)
                self.assertEqual(answer.status_code, 422)
        self.assertFalse(self._sent())
        answer = self._send(("a.pdf", PDF), valid_until="2099-12-31")
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(str(self._sent().valid_until), "2099-12-31")

    def test_hostile_forms_change_nothing(self):
        self._sign_in(self.buyer)
        asked = self._ask_for_document()
        for value in HOSTILE:
            with self.subTest(value[:20]):
                answer = self._send(
                    kind_id=value, customer_id=value, valid_until=value, title=value
                )
                self.assertEqual(answer.status_code, 422)
                self.assertNotIn("<script>alert(1)</script>", answer.text)
                answer = self._upload(
                    f"/my/documents/requests/{asked.id}", key=value, valid_until=value
                )
                self.assertEqual(answer.status_code, 422)
        self.assertFalse(self._sent())
        self.assertEqual(asked.state, "open")

    def test_permission_to_send(self):
        asked = self._ask_for_document()
        document = self._receive_document("Drawing", self.buyer)
        self._tailor(self.buyer, {"see_documents": "branches"})
        self._sign_in(self.buyer)
        for path in (
            "/my/documents/send",
            f"/my/documents/{document.id}/versions",
            f"/my/documents/{document.id}/withdraw",
            f"/my/documents/requests/{asked.id}",
        ):
            with self.subTest(path):
                answer = self._upload(path, ("a.pdf", PDF))
                self.assertEqual(answer.status_code, 403)
        self.assertEqual(self._get("/my/documents/send").status_code, 403)
        self.assertNotIn(
            "cp_upload_form", self._get(f"/my/documents/{document.id}").text
        )
        self.assertEqual(len(self._sent()), 1)
        self.assertEqual(document.version_count, 1)

    def test_foreign_is_missing(self):
        asked = self._ask_for_document()
        document = self._receive_document("Drawing", self.buyer)
        for person in (self.stranger, self.colleague):
            self._sign_in(person)
            for path in (
                f"/my/documents/{document.id}/versions",
                f"/my/documents/{document.id}/withdraw",
                f"/my/documents/requests/{asked.id}",
            ):
                with self.subTest(path):
                    answer = self._upload(path, ("a.pdf", PDF))
                    self.assertEqual(answer.status_code, 404)
        self.assertEqual(document.version_count, 1)

    def test_nobody_adds_a_version_to_the_seller_s(self):
        document = self._create_document(
            "Contract", "customer", partner_id=self.customer.id
        )
        self._sign_in(self.buyer)
        answer = self._upload(f"/my/documents/{document.id}/versions", ("a.pdf", PDF))
        self.assertEqual(answer.status_code, 422)
        answer = self._post(f"/my/documents/{document.id}/withdraw")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(document.version_count, 1)
        self.assertTrue(document.active)

    def test_newer_version_and_withdrawal(self):
        document = self._receive_document("Drawing", self.buyer)
        document.state = "accepted"
        path = f"/my/documents/{document.id}"
        self._sign_in(self.buyer)
        self.assertNotIn("Withdraw it", self._get(path).text)
        for _turn in range(2):
            answer = self._upload(f"{path}/versions", ("b.pdf", PDF + b"2"), note="New")
            self.assertEqual(answer.status_code, 303)
        self.assertEqual(sorted(document.version_ids.mapped("number")), [1, 2])
        self.assertEqual(document.state, "to_check")
        answer = self._upload(f"{path}/versions", ("b.exe", b"MZ"), note="Keep me")
        self.assertEqual(answer.status_code, 422)
        self.assertIn('value="Keep me"', answer.text)
        self.assertIn("Withdraw it", self._get(path).text)
        answer = self._post(f"{path}/withdraw")
        self.assertIn("notice=document_withdrawn", answer.headers["Location"])
        self.assertFalse(document.active)
        self.assertEqual(self._get(path).status_code, 404)

    def test_request_is_on_the_overview_and_answered(self):
        asked = self._ask_for_document("Tax exemption")
        self._ask_for_document("Foreign thing", partner=self.other_customer)
        self._sign_in(self.buyer)
        for path in ("/my", "/my/documents", "/my/documents/requests"):
            page = self._get(path).text
            self.assertIn("Tax exemption", page)
            self.assertNotIn("Foreign thing", page)
        path = f"/my/documents/requests/{asked.id}"
        self.assertIn("cp_upload_form", self._get(path).text)
        answer = self._upload(path, ("a.exe", b"MZ"))
        self.assertEqual((answer.status_code, asked.state), (422, "open"))
        for _turn in range(2):
            answer = self._upload(path, ("a.pdf", PDF), ("b.pdf", PDF))
            self.assertEqual(answer.status_code, 303)
        self.assertEqual(asked.state, "received")
        self.assertEqual(len(asked.document_ids), 2)
        self.assertNotIn("Tax exemption", self._get("/my").text)
        asked.action_accept()
        answer = self._upload(path, ("c.pdf", PDF))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("We no longer need this.", answer.text)
        self.assertEqual(len(asked.document_ids), 2)

    def test_colleagues_hear_of_it_and_the_sender_does_not(self):
        self._sign_in(self.colleague)
        self.assertEqual(self._send(("a.pdf", PDF)).status_code, 303)
        notices = self.env["portal.notice"].search(
            [("event_id.code", "=", "document_sent")]
        )
        self.assertEqual(notices.user_id, self.buyer)

    def test_upload_is_logged(self):
        self._sign_in(self.buyer)
        self._send(("a.pdf", PDF))
        entry = self.env["portal.activity"].search([("action", "=", "document_sent")])
        self.assertEqual(
            (entry.user_id, entry.partner_id, entry.document_name),
            (self.buyer, self.customer, "a"),
        )
        self._tailor(
            self.buyer, {"see_activity": "branches", "see_documents": "branches"}
        )
        page = self._get("/my/activity?filterby=documents").text
        self.assertIn(f'href="/my/documents/{entry.res_id}"', page)

    def test_json_of_an_answer_is_plain(self):
        self._sign_in(self.buyer)
        answer = self._send(("<b>.exe", b"MZ"), accept="application/json")
        self.assertEqual(
            answer.headers["Content-Type"].partition(";")[0], "application/json"
        )
        self.assertEqual(json.loads(answer.text)["files"][0]["name"], "<b>.exe")
