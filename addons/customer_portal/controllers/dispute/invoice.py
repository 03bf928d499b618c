from dataclasses import replace

from odoo.http import request

from ..billing.invoice_page import InvoicePagePortal
from ..searchbar import EVERYTHING, Filter


class DisputedInvoicePortal(InvoicePagePortal):
    """Disputes on the page of an invoice, and in the list."""

    def _get_invoice_searchbar(self):
        """Extend: the invoices of which something is disputed."""
        searchbar = super()._get_invoice_searchbar()
        disputed = Filter(
            request.env._("Disputed"),
            request.env["account.move"]._get_disputed_domain(),
        )
        filters = {}
        for key, choice in searchbar.filters.items():
            if key == EVERYTHING:
                filters["disputed"] = disputed
            filters[key] = choice
        return replace(searchbar, filters=filters)

    def _prepare_invoice_page_values(self, invoice_sudo, access_token, query):
        """Extend: for people; the link of a mail may be passed on, and tells less."""
        values = super()._prepare_invoice_page_values(invoice_sudo, access_token, query)
        user = request.env.user
        is_person = not user._is_public() and invoice_sudo.is_sale_document()
        return values | {
            "disputes": invoice_sudo._prepare_portal_disputes(user)
            if is_person
            else [],
            "can_dispute": is_person
            and self._disputes_in_portal(invoice_sudo)
            and invoice_sudo._can_be_disputed(),
        }

    @staticmethod
    def _disputes_in_portal(invoice_sudo):
        """Return whether the person of a customer may say that something is wrong.

        Not staff, nor staff who look as the person.
        """
        user = request.env.user
        return (
            user.share
            and not request.env["ir.http"]._get_portal_view()
            and invoice_sudo._portal_allows(user, "see_invoices")
        )
