"""The XML of an invoice: who gets it, and that it is made once."""

import io
import zipfile

from odoo.addons.customer_portal.tests.common import PortalHttpCommon


class TestElectronicInvoice(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        belgium = cls.env.ref("base.be")
        cls.company.partner_id.write(
            {"country_id": belgium.id, "vat": "BE0477472701", "street": "Quay 1"}
        )
        cls.customer.write(
            {"country_id": belgium.id, "vat": "BE0246697724", "street": "Quay 2"}
        )
        cls.customer.invoice_edi_format = "ubl_bis3"
        cls.other_customer.invoice_edi_format = False
        tax = cls.company_data["default_tax_sale"]
        cls.invoice = cls._create_posted_invoice(100.0, days_overdue=3)
        cls.invoice.button_draft()
        cls.invoice.invoice_line_ids.tax_ids = tax
        cls.invoice.action_post()
        cls.foreign = cls._create_posted_invoice(5.0, partner=cls.other_customer)

    def _get_xml(self, invoice, query=""):
        return self._get(f"/my/invoices/{invoice.id}/xml{query}")

    def test_is_made_once_and_is_the_customers(self):
        self._sign_in(self.buyer)
        page = self._get(f"/my/invoices/{self.invoice.id}")
        self.assertIn(f"/my/invoices/{self.invoice.id}/xml", page.text)
        first = self._get_xml(self.invoice)
        self.assertEqual(first.status_code, 200)
        self.assertIn("urn:oasis:names:specification:ubl", first.text)
        self.assertIn(self.invoice.name, first.text)
        self.assertEqual(self._get_xml(self.invoice).content, first.content)
        self.assertEqual(
            self.env["ir.attachment"].search_count(
                [
                    ("res_model", "=", "account.move"),
                    ("res_id", "=", self.invoice.id),
                    ("res_field", "=", "ubl_cii_xml_file"),
                ]
            ),
            1,
        )
        for person in (self.stranger, self.colleague, None):
            self._sign_in(person)
            with self.subTest(person=person and person.login):
                expected = 404 if person else 303  # visitors sign in first
                self.assertEqual(self._get_xml(self.invoice).status_code, expected)
        token = self.invoice._portal_ensure_token()
        self.assertEqual(
            self._get_xml(self.invoice, f"?access_token={token}").content,
            first.content,
        )

    def test_comes_with_the_pdf_in_the_zip(self):
        self._sign_in(self.buyer)
        answer = self._post("/my/invoices/zip", documents=str(self.invoice.id))
        self.assertEqual(answer.status_code, 200)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            endings = sorted(name[-4:] for name in archive.namelist())
        self.assertEqual(endings, [".pdf", ".xml"])

    def test_is_absent_without_a_format(self):
        self.env["res.partner"].browse(self.other_customer.id).country_id = False
        self._sign_in(self.stranger)
        page = self._get(f"/my/invoices/{self.foreign.id}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("/xml", page.text)
        self.assertEqual(self._get_xml(self.foreign).status_code, 404)
