"""The electronic form of an invoice among its files, made once like the PDF."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_portal_files(self):
        """Extend: the XML after the PDF."""
        return super()._get_portal_files() | self.ubl_cii_xml_id

    def _get_portal_xml_format(self):
        """Return the format in which the customer wants electronic invoices, or none.

        In sudo. It is the one that is set on the customer, else the usual one of the
        customer's country.
        """
        self.ensure_one()
        if self.state != "posted" or not self.is_sale_document():
            return None
        # Else Odoo reads all columns of the customer.
        self.commercial_partner_id.with_company(self.company_id).fetch(
            ["commercial_partner_id", "country_id", "invoice_edi_format_store"]
        )
        sender = self.env["account.move.send"]
        chosen = sender._get_default_invoice_edi_format(self)
        formats = self.env["res.partner"]._get_ubl_cii_formats()
        return chosen if chosen in formats else None

    def _has_portal_xml(self):
        """Return whether there is an XML, or one can be made."""
        return bool(self._get_portal_xml_format() or self.ubl_cii_xml_id)

    def _lacks_portal_files(self):
        """Extend: of an older invoice the PDF may be there and the XML not."""
        return super()._lacks_portal_files() or (
            not self.ubl_cii_xml_id and bool(self._get_portal_xml_format())
        )

    def _make_portal_files(self):
        """Extend: make the XML of an invoice whose PDF was there before.

        The PDF stays as it was issued. What cannot be made, because data of the
        seller or the customer are missing, is left out.
        """
        super()._make_portal_files()
        chosen = self._get_portal_xml_format()
        if self.ubl_cii_xml_id or not chosen:
            return
        builder = self.commercial_partner_id._get_edi_builder(chosen)
        content, errors = builder._export_invoice(self)
        if errors:
            return
        self.env["ir.attachment"].create(
            {
                "name": builder._export_invoice_filename(self),
                "raw": content,
                "mimetype": "application/xml",
                "res_model": self._name,
                "res_id": self.id,
                "res_field": "ubl_cii_xml_file",
            }
        )
        self.invalidate_recordset(["ubl_cii_xml_id", "ubl_cii_xml_file"])
