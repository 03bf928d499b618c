from odoo import models

from ...tools.choice import fill, from_units, to_units


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
        digits = invoices.currency_id[:1].decimal_places
        paid = to_units(amount, digits)
        invoices = invoices.sorted(
            lambda move: (move.invoice_date_due or move.date, move.id)
        )
        holds = invoices._get_holds()
        rows = [move._get_pay_units(holds) for move in invoices]
        parts = fill((row.open for row in rows), paid)
        amounts = {
            invoice: from_units(part, digits)
            for invoice, part in zip(invoices, parts, strict=True)
            if part > 0
        }
        return self._open(
            self._get_paying_customer(invoices, payer),
            payer,
            amounts,
            source="invoice",
            discounts=len(rows) == 1 and paid == rows[0].cost,
            on_account=from_units(paid - sum(parts), digits),
        )

    def _get_paying_customer(self, invoices, payer):
        """Return the customer that pays: the payer's, or that of the invoices.

        The head office may pay for its branches; who opened the link of a mail pays
        for the customer that it was sent to.
        """
        own = payer.commercial_partner_id
        customer = invoices.commercial_partner_id[:1]
        return own if customer in own._get_portal_scope() else customer
