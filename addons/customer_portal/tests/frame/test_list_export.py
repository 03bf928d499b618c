"""Lists as files, short ones at once, long ones later; many invoices as a ZIP."""

import csv
import io
import tracemalloc
import zipfile
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.http import Stream

from ...controllers.frame import list_export
from ..common import PortalHttpCommon


class TestListExport(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._create_posted_invoice(100.5, days_overdue=40, ref="=1+1")
        cls.soon = cls._create_posted_invoice(200.0, days_overdue=-10)
        cls.paid = cls._create_posted_invoice(30.0, partner=cls.branch)
        cls._register_payment(cls.paid)
        cls.order = cls._create_order(client_order_ref="PO-9")
        cls.foreign = cls._create_posted_invoice(77.0, partner=cls.other_customer)

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _read_csv(self, answer):
        self.assertEqual(answer.status_code, 200)
        text = answer.content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def test_filtered_list(self):
        rows = self._read_csv(self._post("/my/invoices/export", filterby="open"))
        self.assertEqual(
            [(row["Number"], row["Your reference"], row["Amount due"]) for row in rows],
            [
                (self.late.name, "'=1+1", "100.50"),
                (self.soon.name, "", "200.00"),
            ],
        )
        self.assertEqual(rows[0]["Due date"], str(self.late.invoice_date_due))

    def test_ticked_rows_and_no_foreign_ones(self):
        ticked = f"{self.paid.id},{self.foreign.id}"
        rows = self._read_csv(self._post("/my/invoices/export", documents=ticked))
        self.assertEqual([row["Number"] for row in rows], [self.paid.name])

    def test_workbook_has_real_amounts_and_days(self):
        answer = self._post(
            "/my/invoices/export", filterby="overdue", file_format="xlsx"
        )
        sheet = load_workbook(io.BytesIO(answer.content)).active
        header, row = sheet.iter_rows(values_only=True)
        cells = dict(zip(header, row, strict=True))
        self.assertEqual(cells["Amount due"], 100.5)
        self.assertEqual(cells["Date"].date(), self.late.invoice_date)
        self.assertEqual(cells["Your reference"], "=1+1")
        cell = sheet.cell(2, header.index("Your reference") + 1)
        self.assertEqual(cell.data_type, "s")

    def test_payments_and_orders(self):
        rows = self._read_csv(self._post("/my/payments/export"))
        self.assertEqual(
            [(row["Documents"], row["Amount"]) for row in rows],
            [(self.paid.name, "30.00")],
        )
        rows = self._read_csv(self._post("/my/orders/export"))
        self.assertEqual([row["Your reference"] for row in rows], ["PO-9"])

    def test_long_list_is_made_later_in_the_rights_of_then(self):
        exports = self.env["portal.list.export"].sudo()
        with patch.object(list_export, "MAX_AT_ONCE", 1):
            for _attempt in range(2):
                answer = self._post("/my/invoices/export", filterby="all")
                self.assertURLEqual(
                    answer.headers["Location"],
                    "/my/exports?notice=list_export_queued",
                )
        export = exports.search([("user_id", "=", self.buyer.id)])
        self.assertEqual((export.state, export.row_count), ("queued", 3))
        self.soon.button_draft()
        export._make()
        self.assertEqual(export.state, "ready")
        notices = self.env["portal.notice"].search([("user_id", "=", self.buyer.id)])
        self.assertEqual(notices.mapped("url"), ["/my/exports"])
        path = f"/my/exports/{export.id}/download"
        self.assertIn(path, self._get("/my/exports").text)
        names = [row["Number"] for row in self._read_csv(self._get(path))]
        self.assertEqual(set(names), {self.late.name, self.paid.name})
        self._sign_in(self.stranger)
        self.assertEqual(self._get(path).status_code, 404)

    def test_who_lost_the_right_meanwhile_gets_nothing(self):
        exports = self.env["portal.list.export"].sudo()
        export = exports._ask(
            self.buyer, self.customer, "invoices", "csv", self.late.ids
        )
        self.buyer.portal_membership_ids.unlink()
        export._make()
        self.assertEqual(export.state, "failed")
        self.assertFalse(export._get_attachment())

    # ------------------------------------------------------------
    # ZIP
    # ------------------------------------------------------------

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
                for block in list_export.stream_zip(
                    (f"{number}.pdf", stream) for number in range(count)
                )
            )
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        self.assertGreater(size, 50 * pdf.file_size)
        self.assertLess(peaks[1], peaks[0] + 300_000)
