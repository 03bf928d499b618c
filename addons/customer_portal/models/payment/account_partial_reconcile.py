from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    # Set where the two items differ in partner, currency or company, else empty. Only
    # these reconciliations can move the balance of a statement; they are few, and a
    # customer's are found without reading all that was ever paid.
    between_debit_partner_id = fields.Many2one(
        "res.partner",
        "Customer of the debit, settled from another account",
        compute="_compute_between_partners",
        store=True,
        precompute=True,
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    between_credit_partner_id = fields.Many2one(
        "res.partner",
        "Customer of the credit, settled from another account",
        compute="_compute_between_partners",
        store=True,
        precompute=True,
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    def _auto_init(self):
        """Extend: fill the columns in one query, and not record by record."""
        if not column_exists(self.env.cr, self._table, "between_debit_partner_id"):
            for side in ("debit", "credit"):
                create_column(
                    self.env.cr, self._table, f"between_{side}_partner_id", "int4"
                )
            self._fill_between_partners()
        return super()._auto_init()

    def _fill_between_partners(self):
        """Mark what was reconciled before the columns were there."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_partial_reconcile part
                   SET between_debit_partner_id = debit.partner_id,
                       between_credit_partner_id = credit.partner_id
                  FROM account_move_line debit, account_move_line credit
                 WHERE debit.id = part.debit_move_id
                   AND credit.id = part.credit_move_id
                   AND (debit.partner_id, debit.currency_id, debit.company_id)
                       IS DISTINCT FROM
                       (credit.partner_id, credit.currency_id, credit.company_id)
                """
            )
        )

    @api.depends(
        "debit_move_id.partner_id",
        "debit_move_id.currency_id",
        "debit_move_id.company_id",
        "credit_move_id.partner_id",
        "credit_move_id.currency_id",
        "credit_move_id.company_id",
    )
    def _compute_between_partners(self):
        for partial in self:
            debit, credit = partial.debit_move_id, partial.credit_move_id
            is_between = (
                debit.partner_id != credit.partner_id
                or debit.currency_id != credit.currency_id
                or debit.company_id != credit.company_id
            )
            none = debit.partner_id.browse()
            partial.between_debit_partner_id = debit.partner_id if is_between else none
            partial.between_credit_partner_id = (
                credit.partner_id if is_between else none
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: a remittance knows what of it is applied."""
        partials = super().create(vals_list)
        partials._get_remittances()._refresh()
        return partials

    def unlink(self):
        """Extend: likewise."""
        remittances = self._get_remittances()
        result = super().unlink()
        remittances._refresh()
        return result

    def _get_remittances(self):
        """Return the booked remittances whose items these pairs have, in sudo."""
        # sudo: they follow what the caller was allowed to do to the items
        lines = self.env["portal.remittance.line"].sudo()
        if self.env.context.get("keeps_remittance"):
            return lines.remittance_id
        # sudo: likewise
        items = (self.debit_move_id | self.credit_move_id).sudo()
        return lines._get_booked_remittances(items)
