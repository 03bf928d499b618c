from datetime import UTC, datetime

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_stripe import const

# Money that Stripe has taken from the seller, and does not give back by itself.
LOST = ("lost",)


class PortalStripeDispute(models.Model):
    """Money that a bank takes back: a dispute of a card, or a debit that is returned.

    While it is open, the seller answers it at Stripe, and accounting is told. When it
    is lost, the payment is reversed, so that its invoices and credits are open again.
    """

    _name = "portal.stripe.dispute"
    _description = "Dispute at Stripe"
    _order = "id desc"
    _rec_name = "reference"

    provider_id = fields.Many2one(
        "payment.provider", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="provider_id.company_id")
    reference = fields.Char("Dispute", required=True, readonly=True)
    transaction_id = fields.Many2one(
        "payment.transaction", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="transaction_id.partner_id")
    currency_id = fields.Many2one(related="transaction_id.currency_id")
    amount = fields.Monetary(readonly=True)
    fee = fields.Monetary(readonly=True, help="What Stripe takes for it, too.")
    reason = fields.Char(readonly=True)
    status = fields.Char(readonly=True)
    answer_by = fields.Datetime("Answer until", readonly=True)
    reversal_id = fields.Many2one("account.move", readonly=True)
    fee_move_id = fields.Many2one("account.move", "Entry of the fee", readonly=True)

    _provider_reference_unique = models.UniqueIndex("(provider_id, reference)")

    @api.model
    def _follow(self, provider, transaction, shown):
        """Let a dispute be what it is at Stripe; in sudo.

        :param dict shown: the dispute as it is now
        :raise UserError: while the payment is not booked yet; it is tried again
        """
        dispute = self.search(
            [("provider_id", "=", provider.id), ("reference", "=", shown["id"])]
        )
        values = self._read(transaction, shown)
        if dispute:
            dispute.write(values)
        else:
            dispute = self.create(
                {
                    **values,
                    "provider_id": provider.id,
                    "reference": shown["id"],
                    "transaction_id": transaction.id,
                }
            )
            if dispute.status not in LOST:
                dispute._tell_staff(dispute._describe_open())
        if dispute.status in LOST and not dispute.reversal_id:
            dispute._take_back()
        dispute._book_fee()
        return dispute

    @api.model
    def _read(self, transaction, shown):
        """Return the values of a dispute of Stripe."""
        due = (shown.get("evidence_details") or {}).get("due_by")
        fee = sum(row["fee"] for row in shown.get("balance_transactions") or ())
        currency = transaction.currency_id
        decimals = const.CURRENCY_DECIMALS.get(currency.name)
        amounts = {
            name: payment_utils.to_major_currency_units(units, currency, decimals)
            for name, units in (("amount", shown["amount"]), ("fee", fee))
        }
        return {
            **amounts,
            "reason": shown["reason"],
            "status": shown["status"],
            "answer_by": due and datetime.fromtimestamp(due, UTC).replace(tzinfo=None),
        }

    def _take_back(self):
        """Reverse the payment; of a part of it accounting decides.

        :raise UserError: while it is not booked
        """
        transaction = self.transaction_id
        if not transaction.payment_id and transaction.state == "done":
            transaction._post_process()
        payment = transaction.payment_id
        entry = payment.move_id
        if entry.state != "posted":
            raise UserError(self.env._("The payment is not booked yet."))
        if entry.reversal_move_ids.filtered(lambda move: move.state == "posted"):
            return  # accounting was quicker
        if payment.currency_id.compare_amounts(self.amount, payment.amount):
            self._tell_staff(
                self.env._(
                    "The bank has taken back %(amount)s of payment %(name)s. Please "
                    "book it by hand.",
                    amount=self.currency_id.format(self.amount),
                    name=payment.name,
                )
            )
            return
        company = self.company_id
        self.reversal_id = entry._reverse_moves(
            [
                {
                    "date": company._get_accounting_day(),
                    "ref": self.env._("Taken back by the bank: %s", self.reference),
                }
            ],
            cancel=True,
        )
        self._tell_staff(
            self.env._(
                "The bank has taken back payment %(name)s of %(amount)s. It is "
                "reversed, and its documents are open again.",
                name=payment.name,
                amount=self.currency_id.format(self.amount),
            )
        )

    def _book_fee(self):
        """Book what Stripe takes for a dispute, where the account for it is known."""
        provider = self.provider_id
        account = provider.stripe_fee_account_id
        if not account or self.fee_move_id or self.currency_id.is_zero(self.fee):
            return
        method_line = provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == provider
        )
        outstanding = self.transaction_id.payment_id.outstanding_account_id
        outstanding = outstanding or method_line.payment_account_id
        if not outstanding:
            return
        company, day = self.company_id, self.company_id._get_accounting_day()
        balance = self.currency_id._convert(self.fee, company.currency_id, company, day)
        label = self.env._("Fee of dispute %s", self.reference)
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": provider.journal_id.id,
                "date": day,
                "ref": label,
                "line_ids": [
                    Command.create(
                        {
                            "name": label,
                            "account_id": account_id,
                            "currency_id": self.currency_id.id,
                            "amount_currency": sign * self.fee,
                            "balance": sign * balance,
                        }
                    )
                    for account_id, sign in ((account.id, 1), (outstanding.id, -1))
                ],
            }
        )
        move.action_post()
        self.fee_move_id = move

    # ------------------------------------------------------------
    # Tell
    # ------------------------------------------------------------

    def _describe_open(self):
        amount = self.currency_id.format(self.amount)
        name = self.transaction_id.reference
        if not self.answer_by:
            return self.env._(
                "The payer's bank takes back %(amount)s of payment %(name)s.",
                amount=amount,
                name=name,
            )
        return self.env._(
            "The payer disputes %(amount)s of payment %(name)s. Answer in Stripe's "
            "dashboard until %(day)s.",
            amount=amount,
            name=name,
            day=fields.Date.to_string(self.answer_by.date()),
        )

    def _tell_staff(self, note):
        """Give whoever looks after the payment something to do."""
        transaction = self.transaction_id
        remittance = transaction._get_paid_remittance()
        record = remittance.line_ids.move_id[:1] or transaction.payment_id
        if record:
            record.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Dispute %s", self.reference),
                note=note,
                user_id=remittance._get_responsible().id,
            )
