"""What accounting does to entries is done to their remittances too."""

from odoo import api, models
from odoo.exceptions import UserError

from ...const import INVOICE_TYPES

# Changing one of these by hand breaks an entry with a line for each document.
SPLIT_FIELDS = ("line_ids", "partner_id", "currency_id", "journal_id")


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        """Extend: a remittance follows its entry; its lines are not edited by hand.

        :raise UserError: when an edit would break the split entry of a remittance
        """
        entries = self.filtered(lambda move: move.move_type == "entry")
        if any(name in vals for name in SPLIT_FIELDS):
            entries._check_split_is_kept(vals)
        result = super().write(vals)
        if "state" in vals and entries:
            (entries | entries.reversed_entry_id)._get_own_remittances()._follow_entry()
            entries.payment_ids.filtered("refunded_payment_id")._follow_refund()
        return result

    def _post(self, soft=True):
        """Extend: an invoice takes what was paid in advance for its order.

        Core does so for payments in process; one that paid other invoices too is
        paid for core, although part of it is on account.
        """
        posted = super()._post(soft)
        for invoice in posted.filtered(lambda move: move.move_type in INVOICE_TYPES):
            invoice._use_advance_of_order()
        return posted

    def _use_advance_of_order(self):
        # sudo: what paid the order pays its invoice, whoever posts that
        invoice = self.sudo()
        payments = invoice.transaction_ids.payment_id
        entries = payments.filtered(lambda payment: payment.state == "paid").move_id
        for item in entries.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ):
            invoice.js_assign_outstanding_line(item.id)

    def _get_own_remittances(self):
        """Return the remittances that these entries book, in sudo."""
        # sudo: they follow what the caller was allowed to do to the entry
        remittances = self.env["portal.remittance"].sudo()
        return (
            remittances.search([("move_id", "in", self.ids)])
            if self.ids
            else remittances
        )

    def _get_due_items(self):
        """Return the open receivable items of these posted invoices, oldest first."""
        posted = self.filtered(lambda move: move.state == "posted")
        return posted.line_ids.filtered(
            lambda item: item.display_type == "payment_term" and not item.reconciled
        ).sorted(lambda item: (item.date_maturity or item.date, item.id))

    def _check_split_is_kept(self, vals):
        changed = self.filtered(
            lambda move: (
                move.state == "draft"
                and any(
                    self._field_will_change(move, vals, name)
                    for name in SPLIT_FIELDS
                    if name in vals
                )
            )
        )
        if remittances := changed._get_own_remittances():
            raise UserError(remittances._describe_split())

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Extend: the pairs that are undone here are not money without a document."""
        moves = self.with_context(keeps_remittance=True)
        reversals = super(AccountMove, moves)._reverse_moves(
            default_values_list, cancel=cancel
        )
        return reversals.with_context(keeps_remittance=False)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_paid(self):
        """Keep documents that a payment in the portal names; forget mere choices."""
        # sudo: only whether there is one; a cancelled choice has no value
        lines = self.env["portal.remittance.line"].sudo()
        named = lines.search([("move_id", "in", self.ids)])
        kept = named.filtered(lambda line: line.remittance_id.state != "cancelled")
        if kept:
            raise UserError(
                self.env._(
                    "%(document)s is part of the customer's payment "
                    "%(remittance)s. Cancel it instead of deleting it.",
                    document=kept[0].move_id.display_name,
                    remittance=kept[0].remittance_id.name,
                )
            )
        named.unlink()
