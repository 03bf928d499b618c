from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class PortalRefundWizard(models.TransientModel):
    """Gives back money of a customer's payment, and asks what opens again."""

    _name = "portal.refund.wizard"
    _description = "Refund of a payment"

    payment_id = fields.Many2one("account.payment", required=True, readonly=True)
    company_id = fields.Many2one(related="payment_id.company_id")
    currency_id = fields.Many2one(related="payment_id.currency_id")
    available_on_account = fields.Monetary("On account", readonly=True)
    on_account = fields.Monetary("Refund what is on account")
    line_ids = fields.One2many("portal.refund.wizard.line", "wizard_id")
    amount = fields.Monetary("Refund", compute="_compute_amount")
    way = fields.Selection(
        [("provider", "By the payment provider"), ("hand", "Transferred by hand")],
        required=True,
        default="hand",
    )
    amount_at_provider = fields.Monetary(
        related="payment_id.amount_available_for_refund",
        string="At most by the provider",
    )
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
    )
    date = fields.Date(default=lambda self: self.env.company._get_accounting_day())
    memo = fields.Char("Note")

    @api.model
    def default_get(self, fields):
        """Extend: with what the payment paid."""
        values = super().default_get(fields)
        payment = self.env["account.payment"].browse(values.get("payment_id"))
        if not payment:
            return values
        documents = {}
        available = 0.0
        for _item, document, amount in payment._get_refund_sources():
            if document:
                documents[document] = documents.get(document, 0.0) + amount
            else:
                available += amount
        has_provider = payment.amount_available_for_refund > 0
        return {
            **values,
            "available_on_account": available,
            "on_account": available,
            "line_ids": [
                Command.create({"move_id": document.id, "amount_applied": amount})
                for document, amount in documents.items()
            ],
            "way": "provider" if has_provider else "hand",
            "journal_id": payment.journal_id.id,
        }

    @api.depends("on_account", "line_ids.amount")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.on_account + sum(wizard.line_ids.mapped("amount"))

    def action_refund(self):
        """Give the money back.

        :raise AccessError: for those who do no accounting
        :raise UserError: when there is not so much to give back
        """
        self.ensure_one()
        payment = self.payment_id
        payment.check_access("write")
        chosen = self._get_chosen()
        if self.way == "provider":
            return self._refund_by_provider(chosen)
        method_line = self.journal_id._get_available_payment_method_lines("outbound")
        if not method_line:
            raise UserError(
                self.env._("Choose the journal that the money was paid from.")
            )
        refund = payment._refund_by_hand(chosen, method_line[:1], self.date, self.memo)
        return refund._get_records_action(name=self.env._("Refund"))

    def _get_chosen(self):
        """Return {id of a document, or 0: amount}, checked.

        :raise UserError: for amounts that are not there to give back
        """
        currency = self.currency_id
        for amount, available, name in [
            (self.on_account, self.available_on_account, self.env._("On account")),
            *(
                (line.amount, line.amount_applied, line.move_id.name)
                for line in self.line_ids
            ),
        ]:
            if (
                currency.compare_amounts(amount, 0) < 0
                or currency.compare_amounts(amount, available) > 0
            ):
                raise UserError(
                    self.env._(
                        "%(name)s: refund at most %(amount)s.",
                        name=name,
                        amount=currency.format(available),
                    )
                )
        if currency.compare_amounts(self.amount, 0) <= 0:
            raise UserError(self.env._("Enter what you refund."))
        opens = any(self.line_ids.mapped("amount"))
        if opens and currency.compare_amounts(
            self.on_account, self.available_on_account
        ):
            raise UserError(
                self.env._("Refund the money on account before you reopen documents.")
            )
        chosen = {0: self.on_account}
        chosen.update((line.move_id.id, line.amount) for line in self.line_ids)
        return {key: amount for key, amount in chosen.items() if amount}

    def _refund_by_provider(self, chosen):
        currency = self.currency_id
        if currency.compare_amounts(self.amount, self.amount_at_provider) > 0:
            raise UserError(
                self.env._(
                    "The provider refunds at most %s.",
                    currency.format(self.amount_at_provider),
                )
            )
        # sudo: of a payment that the person may change
        transaction = self.payment_id.sudo().payment_transaction_id
        transaction._hold()
        if transaction.child_transaction_ids.filtered(
            lambda tx: (
                tx.operation == "refund"
                and tx.state in ("draft", "pending", "done")
                and not tx.payment_id  # booked: out of what is left
            )
        ):
            raise UserError(self.env._("A refund of this payment is under way."))
        return transaction.with_context(
            portal_refund_choice={str(key): value for key, value in chosen.items()}
        ).action_refund(amount_to_refund=self.amount)


class PortalRefundWizardLine(models.TransientModel):
    _name = "portal.refund.wizard.line"
    _description = "Document that a refund opens"

    wizard_id = fields.Many2one(
        "portal.refund.wizard", required=True, ondelete="cascade"
    )
    move_id = fields.Many2one("account.move", "Document", required=True)
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    amount_applied = fields.Monetary("Paid by this payment", readonly=True)
    amount = fields.Monetary("Open again by")
