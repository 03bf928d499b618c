from odoo import api, fields, models
from odoo.exceptions import UserError

READ_FIELDS = {"payment_ref", "ref", "narration", "partner_name"}


class AccountBankStatementLine(models.Model):
    """Money on the bank's statement that names an announced transfer."""

    _inherit = "account.bank.statement.line"

    portal_remittance_id = fields.Many2one(
        "portal.remittance",
        "Announced transfer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: find the transfer that the bank's text names."""
        lines = super().create(vals_list)
        lines._match_transfers()
        return lines

    def write(self, vals):
        """Extend: look again when the text was changed."""
        result = super().write(vals)
        if READ_FIELDS & vals.keys():
            self._match_transfers()
        return result

    def _match_transfers(self):
        """Link lines to the transfers whose reference they carry; nothing is booked."""
        # sudo: of the line's own company; who imports statements may not read them
        remittances = self.env["portal.remittance"].sudo()
        named = {}
        for line in self:
            text = " ".join(filter(None, (line.payment_ref, line.ref, line.narration)))
            if line.amount > 0 and "RF" in text.upper() and not line.is_reconciled:
                named[line] = remittances._find_references(text)
        references = {name for names in named.values() for name in names}
        if not references:
            return
        found = {
            remittance.transfer_reference: remittance
            for remittance in remittances.search(
                [("transfer_reference", "in", list(references))]
            )
        }
        for line, names in named.items():
            for name in names:
                remittance = found.get(name)
                if remittance and line._fits_transfer(remittance):
                    # sudo: a link that only the portal's own code sets
                    line.sudo().portal_remittance_id = remittance
                    break

    def _fits_transfer(self, remittance):
        currency = self.foreign_currency_id or self.currency_id
        return (
            remittance.company_id in (self.company_id, self.journal_id.company_id)
            and remittance.currency_id == currency
        )

    def _get_transfer_amount(self):
        """Return what came, in the transfer's currency."""
        return self.amount_currency if self.foreign_currency_id else self.amount

    def _book_transfer(self):
        """Book this money as the transfer's, against this very line.

        The payment waits on an outstanding account, and the line's own entry is
        moved there from suspense, so that the bank is debited once. A payment of the
        transfer that was booked by hand before is taken instead of a second one.

        The caller has asked whether the person is of accounting.

        :raise UserError: when the line is dealt with already
        """
        self.ensure_one()
        # sudo: the remittance, which nobody writes; the line was read as the person
        line_sudo = self.sudo()
        remittance_sudo = line_sudo.portal_remittance_id
        remittance_sudo._lock_account()
        line_sudo.invalidate_recordset()
        line_sudo.move_id.line_ids.invalidate_recordset()
        _bank, suspense, other = line_sudo._seek_for_lines()
        if line_sudo.is_reconciled or other or len(suspense) != 1:
            raise UserError(self.env._("This line of the statement is booked already."))
        amount = self._get_transfer_amount()
        outstanding = line_sudo._find_payment_item(amount)
        if not outstanding:
            payment = remittance_sudo.with_context(
                portal_bank_statement=True
            )._register_transfer(
                amount,
                line_sudo.journal_id._get_manual_inbound_line(),
                line_sudo.date,
                {"memo": line_sudo.payment_ref or remittance_sudo.name},
            )
            outstanding = line_sudo._get_outstanding_items(payment)
        if len(outstanding) != 1:
            raise UserError(
                self.env._(
                    "The outstanding account of the journal %s must allow"
                    " reconciliation.",
                    self.journal_id.name,
                )
            )
        suspense.with_context(skip_readonly_check=True).write(
            {
                "account_id": outstanding.account_id.id,
                "partner_id": remittance_sudo.partner_id.id,
            }
        )
        (suspense + outstanding).reconcile()

    def _find_payment_item(self, amount):
        """Return the open item of a payment of the same money that is booked, or none.

        :raise UserError: when that payment does not wait for the bank's statement
        """
        remittance = self.portal_remittance_id
        payment = remittance.payment_id
        if (
            payment.state not in ("in_process", "paid")
            or payment.journal_id != self.journal_id
            or remittance.currency_id.compare_amounts(payment.amount, amount)
        ):
            return self.env["account.move.line"]
        items = self._get_outstanding_items(payment)
        if not items:
            raise UserError(
                self.env._(
                    "The payment %s of this transfer is booked to the bank already.",
                    payment.name,
                )
            )
        # Where a former line of a statement has it, this is other money.
        return items.filtered(lambda item: not item.reconciled)

    @staticmethod
    def _get_outstanding_items(payment):
        """Return where the money of a payment waits for the bank's statement."""
        return payment.move_id.line_ids.filtered(
            lambda item: (
                item.balance > 0
                and item.account_id.reconcile
                and item.account_type not in ("asset_receivable", "liability_payable")
            )
        )
