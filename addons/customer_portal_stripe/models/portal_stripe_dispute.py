from datetime import UTC, datetime

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.customer_portal.models.payment.payment_transaction import (
    CAPTURE_DOMAIN,
)
from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_stripe import const

# Money that Stripe has taken from the seller, and does not give back by itself.
LOST = ("lost",)
# Money that it has given back, also after it was lost at first.
WON = ("won", "warning_closed")


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
    reversal_ids = fields.Many2many(
        "account.move",
        string="Taken back by",
        readonly=True,
        help="The reversal of the payment, or an entry that takes back a part of it.",
    )
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
        if dispute.status in LOST and not dispute.reversal_ids:
            dispute._take_back()
        elif dispute.status in WON:
            dispute._give_back()
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
        """Take the money out of what it had paid, which is open again.

        A payment that is disputed as a whole is reversed. Of another one as much is
        taken as the bank has taken: what is on account first, then what is due last.

        :raise UserError: while it is not booked
        """
        payments = self._get_payments()
        left, done = self.amount, []
        is_zero = self.currency_id.is_zero
        for payment in payments:
            payment._lock_payers_account()
            sources = payment._get_refund_sources()
            available = self.currency_id.round(sum(row[2] for row in sources))
            taken = min(left, available)
            if is_zero(taken) or taken < 0:
                continue
            is_whole = not self.currency_id.compare_amounts(taken, payment.amount)
            move = self._reverse(payment) if is_whole else self._take(payment, taken)
            self.reversal_ids |= move
            left = self.currency_id.round(left - taken)
            done.append(payment.name)
        if done:
            self._tell_staff(
                self.env._(
                    "The bank has taken back %(amount)s of payment %(name)s. What it "
                    "had paid is open again.",
                    amount=self.currency_id.format(self.amount - left),
                    name=", ".join(done),
                )
            )
        if not is_zero(left):
            self._tell_staff(
                self.env._(
                    "The bank has taken back %(amount)s more than is left of payment "
                    "%(name)s. Please book it by hand.",
                    amount=self.currency_id.format(left),
                    name=", ".join(payments.mapped("name")),
                )
            )
        self._pair_with_payouts()

    def _get_payments(self):
        """Return the payments that are disputed: more of them after several captures.

        :raise UserError: while one is not booked
        """
        transaction = self.transaction_id
        captures = transaction.child_transaction_ids.filtered_domain(CAPTURE_DOMAIN)
        for paid in captures or transaction:
            if not paid.payment_id and paid.state == "done":
                paid._post_process()
        payments = (captures or transaction).payment_id.sorted("id")
        live = payments.filtered(
            lambda payment: (
                payment.move_id.state == "posted"
                and "posted" not in payment.move_id.reversal_move_ids.mapped("state")
            )
        )
        if not payments or any(one.move_id.state != "posted" for one in payments):
            raise UserError(self.env._("The payment is not booked yet."))
        return live  # of the others accounting was quicker

    def _pair_with_payouts(self):
        """Pair what payouts have lost and got back with what is booked of it.

        Core undoes the pairing of a payment that is reversed, also with the bank.
        """
        lines = self.env["portal.stripe.payout.line"]
        transaction = self.transaction_id
        captures = transaction.child_transaction_ids.filtered_domain(CAPTURE_DOMAIN)
        own = lines.search([("dispute_id", "=", self.id)])
        paid = lines.search(
            [("payment_id", "in", (captures or transaction).payment_id.ids)]
        ).filtered("item_ids")
        moves = self.reversal_ids | self.fee_move_id | paid.payment_id.move_id
        waiting = lines._filtered_outstanding(moves) | (own | paid).item_ids
        waiting = waiting.filtered(lambda item: not item.reconciled)
        for items in waiting.grouped("account_id").values():
            if {item.balance > 0 for item in items} == {True, False}:
                items.reconcile()

    def _get_label(self):
        return self.env._("Taken back by the bank: %s", self.reference)

    def _reverse(self, payment):
        """Reverse a payment, and return the entry."""
        day = self.company_id._get_accounting_day()
        values = {"date": day, "ref": self._get_label()}
        return payment.move_id._reverse_moves([values], cancel=True)

    def _take(self, payment, amount):
        """Take a part out of a payment, and return the entry."""
        plan, _missing = payment._plan_refund(amount)
        line = payment.payment_method_line_id
        taken = payment.with_context(portal_taken_back=True).create(
            {
                **payment._prepare_refund_values(amount, line, plan),
                "date": self.company_id._get_accounting_day(),
                "memo": self._get_label(),
            }
        )
        taken.action_post()
        return taken.move_id

    def _give_back(self):
        """Undo what a lost dispute has taken: it was won after all."""
        live = self.reversal_ids.filtered(lambda move: move.state == "posted")
        for move in live:
            if move.origin_payment_id.refunded_payment_id:
                self._undo_taken(move.origin_payment_id)
            else:
                move.button_draft()
                move.button_cancel()
        self.reversal_ids -= live
        self._pair_with_payouts()
        if live:
            self._tell_staff(
                self.env._(
                    "The bank has given back %(amount)s. What it had paid is paid "
                    "again, as far as it was still open.",
                    amount=self.currency_id.format(self.amount),
                )
            )

    def _undo_taken(self, taken):
        """Let a payment pay again what was taken out of it, as far as that is open."""
        lines = taken.move_id.line_ids.filtered("reopened_move_id")
        opened = [(line.refunded_item_id, line.reopened_move_id) for line in lines]
        taken.action_draft()
        taken.action_cancel()
        for item, document in opened:
            due = document._get_due_items().filtered(
                lambda one, item=item: one.account_id == item.account_id
            )
            if due and not item.reconciled:
                (item + due).reconcile()

    def _book_fee(self):
        """Book what Stripe takes for a dispute, where the account for it is known."""
        provider = self.provider_id
        account = provider.stripe_fee_account_id
        if not account or self.fee_move_id or self.currency_id.is_zero(self.fee):
            return
        outstanding = self.transaction_id.payment_id.outstanding_account_id
        outstanding = outstanding or provider._get_stripe_outstanding_account()
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
        self._pair_with_payouts()

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
