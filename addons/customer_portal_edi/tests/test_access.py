"""Who gets the XML of an invoice."""

from odoo.addons.customer_portal.tests.access_case import LOGIN, AccessCase


class TestElectronicInvoiceAccess(AccessCase):
    get_rows = {"/my/invoices/<int:invoice_id>/xml": (LOGIN, 404, 404, 200)}
    parameters = {"/my/invoices/<int:invoice_id>/xml": ["access_token"]}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        belgium = cls.env.ref("base.be")
        cls.company.partner_id.write({"country_id": belgium.id, "vat": "BE0477472701"})
        cls.customer.write({"country_id": belgium.id, "vat": "BE0246697724"})
        cls.customer.invoice_edi_format = "ubl_bis3"
        cls.invoice = cls._create_posted_invoice(100.0)
        cls.invoice.button_draft()
        cls.invoice.invoice_line_ids.tax_ids = cls.company_data["default_tax_sale"]
        cls.invoice.action_post()

    def _get_ids(self):
        return {"invoice_id": self.invoice.id}
