"""Lists as files, short ones at once, long ones later."""

import csv
import io
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import ValidationError

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

    def test_credits_are_negative_numbers(self):
        credit = self._create_credit_note(40.25, ref="a;=1+1")
        row = {
            row["Number"]: row
            for row in self._read_csv(self._post("/my/invoices/export", filterby="all"))
        }[credit.name]
        self.assertEqual((row["Total"], row["Amount due"]), ("-40.25", "-40.25"))
        self.assertEqual(row["Your reference"], "a;'=1+1")
        answer = self._post("/my/invoices/export", filterby="all", file_format="xlsx")
        sheet = load_workbook(io.BytesIO(answer.content)).active
        header, *rows = sheet.iter_rows(values_only=True)
        found = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
        self.assertEqual(found[credit.name]["Amount due"], -40.25)
        self.assertEqual(found[credit.name]["Your reference"], "a;=1+1")

    def test_no_other_lists(self):
        for word in ("letters", "res.users", "portal.payment"):
            with self.subTest(word):
                self.assertEqual(self._post(f"/my/{word}/export").status_code, 404)
                with self.assertRaisesRegex(ValidationError, "There is no list"):
                    self.env["portal.list.export"]._ask(
                        self.buyer, self.customer, word, "csv", self.late.ids
                    )

    def test_list_of_an_addon_that_is_gone(self):
        exports = self.env["portal.list.export"].sudo()
        export = exports._ask(
            self.buyer, self.customer, "invoices", "csv", self.late.ids
        )
        self.env.cr.execute(
            "UPDATE portal_list_export SET list_name = 'letters' WHERE id = %s",
            [export.id],
        )
        self.env.invalidate_all()
        export._make()
        self.assertEqual(export.state, "failed")
        self.assertIn("letters", self._get("/my/exports").text)

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
