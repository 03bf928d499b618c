from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    refunded_item_id = fields.Many2one(
        "account.move.line",
        "Item of the refunded payment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    reopened_move_id = fields.Many2one(
        "account.move",
        "Document opened by the refund",
        readonly=True,
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    def _get_matched_amount(self, document):
        """Return what of this item is paired with a document, in its currency."""
        self.ensure_one()
        debits = self.matched_debit_ids.filtered(
            lambda pair: pair.debit_move_id.move_id == document
        )
        credits = self.matched_credit_ids.filtered(
            lambda pair: pair.credit_move_id.move_id == document
        )
        return sum(debits.mapped("credit_amount_currency")) + sum(
            credits.mapped("debit_amount_currency")
        )

    def _get_pairs_with(self, document):
        """Return the partial reconciliations of this item with a document."""
        return (self.matched_debit_ids | self.matched_credit_ids).filtered(
            lambda pair: document in (pair.debit_move_id | pair.credit_move_id).move_id
        )
