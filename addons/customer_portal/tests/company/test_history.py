"""Posted papers keep what they said, whatever becomes of the partner."""

import hashlib
import io

from pypdf import PdfReader

from ..common import PortalCommon


class TestHistory(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {
                "street": "Quay 1",
                "city": "Boston",
                "vat": "OLD-VAT",
                "ref": "C-1",
                "country_id": cls.env.ref("base.us").id,
            }
        )
        cls.site = cls.env["res.partner"].create(
            {
                "name": "Old site",
                "type": "delivery",
                "parent_id": cls.customer.id,
                "street": "Pier 9",
                "city": "Salem",
                "country_id": cls.env.ref("base.us").id,
            }
        )
        cls.reports = cls.env["ir.actions.report"]
        # As if the partners had always been so.
        cls.env["portal.address.version"].sudo().search([]).unlink()
        cls.env.user.group_ids |= cls.env.ref("account.group_delivery_invoice_address")

    def _post_invoice(self, partner=None):
        invoice = self._create_posted_invoice(100.0, partner=partner)
        invoice.partner_shipping_id = self.site
        return invoice

    def _read_pdf(self, invoice):
        content, _kind = self.reports._render_qweb_pdf(
            "account.account_invoices", invoice.ids
        )
        pages = PdfReader(io.BytesIO(content)).pages
        return "\n".join(page.extract_text() for page in pages)

    def _read_html(self, invoice):
        content, _kind = self.reports._render_qweb_html(
            "account.account_invoices", invoice.ids
        )
        return content.decode()

    def _assert_says(self, invoice, words, not_words):
        for text in (self._read_pdf(invoice), self._read_html(invoice)):
            for word in words:
                self.assertIn(word, text)
            for word in not_words:
                self.assertNotIn(word, text)

    def _change_all(self):
        self.customer.write({"name": "Newwind", "vat": "NEW-VAT", "ref": "C-2"})
        self.customer.write({"street": "Hill 2"})
        self.site.write({"name": "New site", "street": "Dock 3"})

    def test_posted_invoice_says_what_it_said(self):
        invoice = self._post_invoice()
        self._change_all()
        old = ("Northwind", "Quay 1", "OLD-VAT", "C-1", "Old site", "Pier 9")
        new = ("Newwind", "Hill 2", "NEW-VAT", "C-2", "New site", "Dock 3")
        self._assert_says(invoice, old, new)
        later = self._post_invoice()
        self._assert_says(later, new, old)
        # Each keeps its own day when it changes once more.
        self.customer.write({"name": "Thirdwind", "street": "Lane 3"})
        self._assert_says(invoice, old, new)
        self._assert_says(later, new, ("Thirdwind", "Lane 3"))

    def test_renamed_company_stays_in_the_names_of_its_contacts(self):
        invoice = self._post_invoice(self.site)
        self.customer.name = "Newwind"
        self._assert_says(invoice, ("Northwind, Old site",), ("Newwind",))

    def test_credit_note_too(self):
        credit_note = self._create_credit_note(10.0)
        self._change_all()
        self._assert_says(credit_note, ("Northwind", "Quay 1"), ("Newwind", "Hill 2"))

    def test_corrected_invoice_says_what_is_true_today(self):
        invoice = self._post_invoice()
        self._change_all()
        invoice.button_draft()
        self.assertFalse(invoice.issued_on)
        self._assert_says(invoice, ("Newwind", "Hill 2"), ("Northwind", "Quay 1"))
        invoice.action_post()
        self._assert_says(invoice, ("Newwind", "Hill 2"), ("Northwind", "Quay 1"))

    def test_invoice_from_before_the_addon_keeps_its_words(self):
        invoice = self._post_invoice()
        invoice.issued_on = False
        self._change_all()
        self._assert_says(invoice, ("Northwind", "Quay 1"), ("Newwind", "Hill 2"))

    def test_stored_pdf_is_the_same_to_the_byte(self):
        invoice = self._post_invoice()
        self.env["account.move.send"]._generate_and_send_invoices(
            invoice, sending_methods=["manual"]
        )
        attachment = invoice.invoice_pdf_report_id
        before = hashlib.sha256(attachment.raw).hexdigest()
        self._change_all()
        self.env.invalidate_all()
        self.assertEqual(hashlib.sha256(attachment.raw).hexdigest(), before)
        self.assertEqual(invoice.invoice_pdf_report_id, attachment)

    def test_change_costs_the_same_for_many_documents(self):
        versions = self.env["portal.address.version"].sudo()
        before = versions.search_count([])
        self.site.street = "Dock 3"
        self.assertEqual(versions.search_count([]), before + 1)
        self.site.street = "Dock 3"
        self.site.comment = "not printed"
        self.assertEqual(versions.search_count([]), before + 1)
        first = self._count_queries(lambda: self.site.write({"street": "Dock 4"}))
        for _number in range(5):
            self._post_invoice()
        self.assertEqual(
            self._count_queries(lambda: self.site.write({"street": "Dock 5"})), first
        )

    def _count_queries(self, change):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        change()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_former_values_are_nobody_s_to_read(self):
        versions = self.env["portal.address.version"].with_user(self.buyer)
        self.assertFalse(versions.has_access("read"))
