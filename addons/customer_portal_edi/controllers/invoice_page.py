from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.customer_portal.controllers.billing.invoice_page import (
    InvoicePagePortal,
)


class ElectronicInvoicePortal(InvoicePagePortal):
    @route(
        "/my/invoices/<int:invoice_id>/xml",
        limit="pdf",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET"],
    )
    def portal_invoice_xml(self, invoice_id, access_token=None, **_query):
        """Send the electronic invoice; the first download makes it, see the PDF."""
        invoice_sudo = self._document_check_access(
            "account.move", invoice_id, access_token
        )
        if not invoice_sudo._has_portal_xml():
            raise NotFound
        invoice_sudo._issue_portal_files()
        if not invoice_sudo.ubl_cii_xml_id:
            return self._render_invoice_page(
                invoice_sudo,
                access_token,
                {},
                message=request.env._(
                    "The electronic invoice cannot be created because data is "
                    "missing. Please write to us below."
                ),
            )
        return self._send_stored_file(invoice_sudo.ubl_cii_xml_id)

    def _prepare_invoice_page_values(self, invoice_sudo, access_token, query):
        """Extend: say whether there is an electronic invoice."""
        values = super()._prepare_invoice_page_values(invoice_sudo, access_token, query)
        return {**values, "has_xml": invoice_sudo._has_portal_xml()}
