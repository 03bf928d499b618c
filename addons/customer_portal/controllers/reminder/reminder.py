from odoo.http import request

from ..billing.invoice_page import InvoicePagePortal


class ReminderPortal(InvoicePagePortal):
    """What both sides see of the reminders of an invoice, on its page."""

    def _prepare_invoice_page_values(self, invoice_sudo, access_token, query):
        """Extend: not for who has the link alone, which may be passed on."""
        values = super()._prepare_invoice_page_values(invoice_sudo, access_token, query)
        is_person = not request.env.user._is_public()
        values["reminders"] = is_person and invoice_sudo._get_reminder_facts(
            items=values["journal_items"], holds=values["holds"]
        )
        return values
