"""Tickets on the pages of what they are about, and the way to a new one."""

from odoo.http import request

from odoo.addons.customer_portal.controllers.billing.invoice_page import (
    InvoicePagePortal,
)
from odoo.addons.customer_portal.controllers.order.order_page import OrderPagePortal
from odoo.addons.customer_portal.controllers.payment.payments import PaymentsPortal
from odoo.addons.customer_portal.controllers.payment.remittance import (
    RemittancePortal,
)


class DocumentTicketsPortal(
    OrderPagePortal, InvoicePagePortal, PaymentsPortal, RemittancePortal
):
    def _prepare_order_page_values(self, order_sudo, access_token, query, found):
        """Extend: the tickets of the order, for people who may see them."""
        values = super()._prepare_order_page_values(
            order_sudo, access_token, query, found
        )
        is_quote = order_sudo.state in ("draft", "sent")
        code = "see_quotes" if is_quote else "see_orders"
        return values | self._prepare_document_tickets("order", order_sudo, code)

    def _prepare_invoice_page_values(self, invoice_sudo, access_token, query):
        """Extend: the tickets of the invoice, for people who may see them."""
        values = super()._prepare_invoice_page_values(invoice_sudo, access_token, query)
        return values | self._prepare_document_tickets(
            "invoice", invoice_sudo, "see_invoices"
        )

    def _prepare_payment_values(self, payment):
        """Extend: the tickets of the payment, for people who may see them."""
        values = super()._prepare_payment_values(payment)
        # sudo: the payment of a row that the person reads
        payments_sudo = request.env["account.payment"].sudo()
        # nosemgrep: route-sudo-browse-unchecked (`_get_payment` has searched it)
        payment_sudo = payments_sudo.browse(payment.payment_id)
        return values | self._prepare_document_tickets("payment", payment_sudo)

    def _prepare_remittance_values(self, remittance):
        """Extend: the tickets of the payment that was booked of it."""
        values = super()._prepare_remittance_values(remittance)
        # sudo: the payment of a remittance that the person reads
        payment_sudo = remittance.sudo().payment_id
        if not payment_sudo:
            return {**values, "tickets": [], "help_url": ""}
        return values | self._prepare_document_tickets("payment", payment_sudo)

    @staticmethod
    def _prepare_document_tickets(kind, record_sudo, code=None):
        """Return the tickets of a record, and where to open one; a query, or none.

        The reader of the record was checked. A visitor, staff, and who sees the record
        by its link alone get neither.

        :param str code: the permission that shows the record, where a link does too
        """
        user = request.env.user
        if not user.share or (code and not record_sudo._portal_allows(user, code)):
            return {"tickets": [], "help_url": "", "ticket_of_message": {}}
        tickets = request.env["portal.ticket"]
        # Payments in the portal were all posted.
        is_final = kind == "payment" or record_sudo.state != "draft"
        customer = tickets._get_linked_customer(kind, record_sudo)
        can_ask = is_final and tickets._choose_customer(user, customer)
        can_see = user._portal_can("see_tickets")
        rows = tickets._prepare_tickets_about(kind, record_sudo) if can_see else []
        return {
            "tickets": rows,
            "ticket_of_message": {row["message_id"]: row for row in rows},
            "own_partner": user.partner_id,
            "help_url": f"/my/tickets/new?{kind}={record_sudo.id}" if can_ask else "",
        }
