from odoo.http import request

from ..billing.invoice_page import InvoicePagePortal


class PromisedInvoicePortal(InvoicePagePortal):
    """What both sides see of the promises of an invoice, on its page."""

    def _prepare_invoice_page_values(self, invoice_sudo, access_token, query):
        """Extend: not for who has the link alone, which may be passed on."""
        values = super()._prepare_invoice_page_values(invoice_sudo, access_token, query)
        row = values["row"]
        lines = [] if request.env.user._is_public() else row["promise_lines"]
        values["promises"] = self._prepare_promises(lines)
        values["can_promise"] = (
            values["pays_in_portal"]
            and row["payable"]
            and not row["promise"]
            and invoice_sudo.company_id.portal_promises
        )
        return values

    @staticmethod
    def _prepare_promises(lines):
        """Return what the page says of the promises of its invoice.

        A promise of the head office, or of a colleague, may be none that the person
        opens: it is told and leads nowhere.

        :param lines: of promises, in sudo
        """
        user = request.env.user
        # What was changed afterwards was never to be kept.
        lines = [line for line in lines if line.promise_id.state != "replaced"]
        return [
            {
                **line._prepare_portal_row(),
                "url": f"/my/promises/{line.promise_id.id}"
                if line.promise_id._portal_allows(user, "see_invoices")
                else "",
                "can_change": line.promise_id._portal_allows(user, "pay"),
            }
            for line in lines
        ]
