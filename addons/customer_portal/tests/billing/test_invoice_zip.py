"""The files of many invoices as a ZIP."""

import io
import tracemalloc
import zipfile

from odoo.http import Stream

from ...controllers.billing import invoice_zip
from ..common import PortalHttpCommon


class TestInvoiceZip(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._create_posted_invoice(100.5, days_overdue=40)
        cls.paid = cls._create_posted_invoice(30.0, partner=cls.branch)
        cls.foreign = cls._create_posted_invoice(77.0, partner=cls.other_customer)

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def test_zip_holds_the_stored_pdfs(self):
        documents = self.late | self.paid
        answer = self._post(
            "/my/invoices/zip", documents=",".join(map(str, documents.ids))
        )
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            self.assertIsNone(archive.testzip())
            found = {archive.read(name) for name in archive.namelist()}
        documents.invalidate_recordset()
        for document in documents:
            self.assertIn(document.invoice_pdf_report_id.raw, found)

    def test_names_are_such_as_every_system_takes(self):
        documents = self.late | self.paid
        for name, expected in (
            ('a:b*c?"d', "a-b-c--d.pdf"),
            ("CON", "_CON.pdf"),
            ("x/y\\z. ", "x-y-z.pdf"),
        ):
            for document in documents:
                [file] = document._issue_portal_files()
                file.name = f"{name}.pdf"
            answer = self._post(
                "/my/invoices/zip", documents=",".join(map(str, documents.ids))
            )
            with (
                self.subTest(name),
                zipfile.ZipFile(io.BytesIO(answer.content)) as archive,
            ):
                twin = expected.replace(".pdf", " (2).pdf")
                self.assertEqual(set(archive.namelist()), {expected, twin})
                one = self._get(
                    f"/my/invoices/{self.late.id}?report_type=pdf&download=true"
                )
                self.assertIn(expected, one.headers["Content-Disposition"])

    def test_zip_refuses_foreign_documents_and_too_many(self):
        for documents, status in (
            (f"{self.late.id},{self.foreign.id}", 404),
            ("", 422),
            (",".join(map(str, range(1, 202))), 422),
        ):
            with self.subTest(documents[:20]):
                answer = self._post("/my/invoices/zip", documents=documents)
                self.assertEqual(answer.status_code, status)
        self.late.invalidate_recordset()
        self.assertFalse(self.late.invoice_pdf_report_id)

    def test_zip_needs_no_more_memory_for_more_files(self):
        self._post("/my/invoices/zip", documents=str(self.late.id))
        self.late.invalidate_recordset()
        pdf = self.late.invoice_pdf_report_id
        stream = Stream(type="path", path=pdf._full_path(pdf.store_fname))
        peaks = []
        for count in (2, 200):
            tracemalloc.start()
            size = sum(
                len(block)
                for block in invoice_zip.stream_zip(
                    (f"{number}.pdf", stream) for number in range(count)
                )
            )
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        self.assertGreater(size, 50 * pdf.file_size)
        self.assertLess(peaks[1], peaks[0] + 300_000)
