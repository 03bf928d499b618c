from odoo import api, fields, models
from odoo.exceptions import UserError

READ_FIELDS = {"payment_ref", "ref", "narration", "partner_name"}


class AccountBankStatementLine(models.Model):
    """Money on the bank's statement that names announced transfers.

    One sum may pay several transfers, and one transfer may come in several sums.
    """

    _inherit = "account.bank.statement.line"

    portal_remittance_id = fields.Many2one(
        "portal.remittance",
        "Announced transfer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="The first one that is named.",
    )
    portal_remittance_ids = fields.Many2many(
        "portal.remittance",
        "portal_remittance_statement_rel",
        "statement_line_id",
        "remittance_id",
        "Announced transfers",
        readonly=True,
        copy=False,
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
            fitting = remittances.browse()
            for name in names:
                remittance = found.get(name)
                if remittance and line._fits_transfer(remittance, fitting):
                    fitting |= remittance
            if fitting:
                # sudo: links that only the portal's own code sets
                line.sudo().write(
                    {
                        "portal_remittance_id": fitting[0].id,
                        "portal_remittance_ids": fitting.ids,
                    }
                )

    def _fits_transfer(self, remittance, others):
        """Return whether this money may be a transfer's, beside others that it names.

        All of one sum are of one customer and its branches.
        """
        if others and _get_root(remittance) != _get_root(others[0]):
            return False
        currency = self.foreign_currency_id or self.currency_id
        return (
            remittance.company_id in (self.company_id, self.journal_id.company_id)
            and remittance.currency_id == currency
        )

    def _get_transfer_amount(self):
        """Return what came, in the transfer's currency."""
        return self.amount_currency if self.foreign_currency_id else self.amount

    def _book_transfer(self):
        """Book this money as the transfers', against this very line.

        Each payment waits on an outstanding account, and the line's own entry is
        moved there from suspense, so that the bank is debited once. A payment of a
        transfer that was booked by hand before is taken instead of a second one.

        The caller has asked whether the person is of accounting.

        :raise UserError: when the line is dealt with already
        """
        self.ensure_one()
        # sudo: the remittance, which nobody writes; the line was read as the person
        line_sudo = self.sudo()
        remittances_sudo = line_sudo.portal_remittance_ids.sorted("id")
        for remittance_sudo in remittances_sudo:
            remittance_sudo._lock_account()
        line_sudo.invalidate_recordset()
        line_sudo.move_id.line_ids.invalidate_recordset()
        _bank, suspense, other = line_sudo._seek_for_lines()
        if line_sudo.is_reconciled or other or len(suspense) != 1:
            raise UserError(
                self.env._("This bank statement line has already been booked.")
            )
        shares = remittances_sudo._share_transfer(self._get_transfer_amount())
        outstanding = line_sudo.move_id.line_ids.browse()
        for remittance_sudo, amount in shares:
            outstanding |= line_sudo._book_transfer_share(remittance_sudo, amount)
        if len(outstanding) != len(shares) or len(outstanding.account_id) != 1:
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
                "partner_id": shares[0][0].partner_id.id,
            }
        )
        (suspense + outstanding).reconcile()

    def _book_transfer_share(self, remittance, amount):
        """Return the open item of what this money pays of a transfer; in sudo."""
        if found := self._find_payment_item(remittance, amount):
            return found
        payment = remittance.with_context(
            portal_bank_statement=True
        )._register_transfer(
            amount,
            self.journal_id._get_manual_inbound_line(),
            self.date,
            {"memo": self.payment_ref or remittance.name},
        )
        return self._get_outstanding_items(payment)

    def _find_payment_item(self, remittance, amount):
        """Return the open item of a payment of the same money that is booked, or none.

        :raise UserError: when that payment does not wait for the bank's statement
        """
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


def _get_root(remittance):
    """Return the head office of a remittance's customer."""
    partner = remittance.partner_id
    while partner.parent_id:
        partner = partner.parent_id
    return partner
