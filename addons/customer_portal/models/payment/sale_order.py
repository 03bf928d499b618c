"""What of an order can be paid."""

from odoo import models

from ...const import INVOICE_TYPES


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_invoices_to_pay(self):
        """Return the open invoices of these orders, in sudo rights of the caller.

        An invoice that staff made out in another currency is paid as an invoice.
        """
        return self.invoice_ids.filtered(
            lambda move: (
                move._is_open_document()
                and move.move_type in INVOICE_TYPES
                and move.currency_id in self.currency_id
            )
        )

    def _get_amount_left_to_pay(self):
        """Return what may still be paid of the order, in its currency.

        `amount_paid` of core knows the order's own transactions only. An invoice of
        the order may have been paid as an invoice: then what is left is what is open
        of the invoices and what is not invoiced yet.
        """
        self.ensure_one()
        left = self.amount_total - self.amount_paid
        invoices = self.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.move_type in INVOICE_TYPES
        )
        if invoices:
            invoiced = sum(
                move.currency_id._convert(
                    move.amount_total,
                    self.currency_id,
                    self.company_id,
                    move.invoice_date,
                )
                for move in invoices
            )
            uninvoiced = max(0.0, self.amount_total - invoiced)
            unpaid = sum(self._get_invoices_to_pay().mapped("amount_residual"))
            left = min(left, uninvoiced + unpaid)
        return self.currency_id.round(left)
