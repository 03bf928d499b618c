from odoo import models


class PortalRemittance(models.Model):
    """Remittances of payments that begin on Odoo's own pages."""

    _inherit = "portal.remittance"

    def _open_for_invoices(self, invoices, payer, amount):
        """Store that an amount pays these invoices, the oldest first.

        In sudo: the caller has checked that the payer may pay the invoices, and
        that the amount is open. The early-payment discount of Odoo's page is taken
        when the amount is what that page asks for: the whole invoice less it. What
        exceeds the invoices pays an order in advance, and stays on account.

        :param payer: the person, a res.partner
        :param float amount: in the currency of the invoices
        :return: the remittance
        """
        currency = invoices.currency_id[:1]
        unit = 10**currency.decimal_places
        left = round(amount * unit)
        has_discount = len(invoices) == 1 and left == round(
            (invoices.amount_residual - invoices._get_open_discount()) * unit
        )
        amounts = {}
        for invoice in invoices.sorted(
            lambda move: (move.invoice_date_due or move.date, move.id)
        ):
            part = min(left, round(invoice.amount_residual * unit))
            if part > 0:
                amounts[invoice] = currency.round(part / unit)
                left -= part
        return self._open(
            self._get_paying_customer(invoices, payer),
            payer,
            amounts,
            source="invoice",
            discounts=has_discount,
            on_account=currency.round(left / unit),
        )

    def _get_paying_customer(self, invoices, payer):
        """Return the customer that pays: the payer's, or that of the invoices.

        The head office may pay for its branches; who opened the link of a mail pays
        for the customer that it was sent to.
        """
        own = payer.commercial_partner_id
        customer = invoices.commercial_partner_id[:1]
        return own if customer in own._get_portal_scope() else customer
