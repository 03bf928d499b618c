from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    is_between_accounts = fields.Boolean(
        compute="_compute_is_between_accounts",
        store=True,
        precompute=True,
        groups="account.group_account_invoice,account.group_account_readonly",
        help="Its two items differ in partner, currency or company. Only these can "
        "move the balance of a statement.",
    )

    # Few have it, and a statement finds them without reading all the others.
    _portal_between_idx = models.Index("(max_date) WHERE is_between_accounts")
    # What was settled after a day, for a statement of that day.
    _portal_date_idx = models.Index("(max_date)")

    def _auto_init(self):
        """Extend: fill the column in one query, and not record by record."""
        if not column_exists(self.env.cr, self._table, "is_between_accounts"):
            create_column(self.env.cr, self._table, "is_between_accounts", "bool")
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE account_partial_reconcile part
                       SET is_between_accounts = TRUE
                      FROM account_move_line debit, account_move_line credit
                     WHERE debit.id = part.debit_move_id
                       AND credit.id = part.credit_move_id
                       AND (debit.partner_id, debit.currency_id, debit.company_id)
                           IS DISTINCT FROM
                           (credit.partner_id, credit.currency_id, credit.company_id)
                    """
                )
            )
        return super()._auto_init()

    @api.depends(
        "debit_move_id.partner_id",
        "debit_move_id.currency_id",
        "debit_move_id.company_id",
        "credit_move_id.partner_id",
        "credit_move_id.currency_id",
        "credit_move_id.company_id",
    )
    def _compute_is_between_accounts(self):
        for partial in self:
            debit, credit = partial.debit_move_id, partial.credit_move_id
            partial.is_between_accounts = (
                debit.partner_id != credit.partner_id
                or debit.currency_id != credit.currency_id
                or debit.company_id != credit.company_id
            )
