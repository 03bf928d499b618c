from odoo.http import request

from ..billing.invoice_page import InvoicePagePortal


class PromisedInvoicePortal(InvoicePagePortal):
    """What both sides see of the promises of an invoice, on its page."""

    def _prepare_invoice_page_values(self, invoice_sudo, access_token, query):
        """Extend: not for who has the link alone, which may be passed on."""
        values = super()._prepare_invoice_page_values(invoice_sudo, access_token, query)
        row = values["row"]
        is_person = not request.env.user._is_public()
        lines = row["promise_lines"] if is_person else []
        values["promises"] = [
            line._prepare_portal_row()
            for line in lines
            # What was changed afterwards was never to be kept.
            if line.promise_id.state != "replaced"
        ]
        values["can_promise"] = (
            values["pays_in_portal"]
            and row["payable"]
            and not row["promise"]
            and invoice_sudo.company_id.portal_promises
        )
        return values
