from odoo import api, fields, models

from odoo.addons.customer_portal.models.payment.payment_transaction import (
    CAPTURE_DOMAIN,
)

# What a movement of Stripe is, by its type.
KINDS = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "payment_refund": "refund",
    "stripe_fee": "fee",
    "stripe_fx_fee": "fee",
    "tax_fee": "fee",
}


class PortalStripePayoutLine(models.Model):
    """A movement of money at Stripe that a payout contains."""

    _name = "portal.stripe.payout.line"
    _description = "Movement in a payout of Stripe"
    _order = "id"
    _log_access = False

    payout_id = fields.Many2one(
        "portal.stripe.payout", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="payout_id.currency_id")
    reference = fields.Char("Movement", required=True)
    kind = fields.Selection(
        [
            ("charge", "Payment"),
            ("refund", "Refund"),
            ("dispute", "Dispute"),
            ("fee", "Fee"),
            ("other", "Other"),
        ],
        required=True,
    )
    source = fields.Char("Of", index="btree_not_null")
    intent = fields.Char("Payment at Stripe")
    name = fields.Char("Description")
    amount = fields.Monetary()
    fee = fields.Monetary()
    net = fields.Monetary()
    transaction_id = fields.Many2one("payment.transaction", ondelete="set null")
    payment_id = fields.Many2one("account.payment", ondelete="set null")
    dispute_id = fields.Many2one("portal.stripe.dispute", ondelete="set null")
    is_unknown = fields.Boolean("Unknown", compute="_compute_is_unknown")
    item_ids = fields.Many2many("account.move.line", string="Booked as")

    @api.depends("kind", "transaction_id", "dispute_id")
    def _compute_is_unknown(self):
        for line in self:
            known = line.transaction_id or line.dispute_id
            line.is_unknown = line.kind != "fee" and not known

    @api.model
    def _prepare(self, payout, movement):
        """Return the values of a line of a movement, as Stripe shows it."""
        source = movement.get("source")
        source = source if isinstance(source, dict) else {"id": source}
        kind = KINDS.get(movement["type"], "other")
        if source.get("object") == "dispute":
            kind = "dispute"
        currency = payout.currency_id
        amounts = {
            name: payout._to_amount(movement[name], currency)
            for name in ("amount", "fee", "net")
        }
        return {
            "reference": movement["id"],
            "kind": kind,
            "source": source["id"],
            "intent": source.get("payment_intent"),
            "name": source.get("description") or movement.get("description"),
            **amounts,
        }

    def _match(self):
        """Find the payments and disputes that these movements are of; in sudo."""
        taken = self.transaction_id
        for line in self.filtered("is_unknown"):
            if line.kind == "dispute":
                line.dispute_id = line._find_dispute()
            else:
                line.transaction_id = line._find_transaction(taken)
                taken |= line.transaction_id
        for line in self.filtered(lambda line: not line.payment_id):
            line.payment_id = line.transaction_id.payment_id

    def _find_dispute(self):
        return self.env["portal.stripe.dispute"].search(
            [
                ("provider_id", "=", self.payout_id.provider_id.id),
                ("reference", "=", self.source),
            ]
        )

    def _find_transaction(self, taken):
        """Return the transaction of this, or none.

        Of an intent that was captured in parts, the first one of the amount.

        :param taken: transactions of other movements
        """
        own = [("provider_id", "=", self.payout_id.provider_id.id)]
        transactions = self.env["payment.transaction"]
        if self.kind == "refund":
            own.append(("provider_reference", "=", self.source))
            return transactions.search(own, limit=1)
        if self.kind != "charge" or not self.intent:
            return transactions
        paid = transactions.search(
            [
                *own,
                ("provider_reference", "=", self.intent),
                ("source_transaction_id", "=", False),
            ],
            limit=1,
        )
        captures = paid.child_transaction_ids.filtered_domain(CAPTURE_DOMAIN)
        if not captures:
            return paid
        earlier = self.search([("intent", "=", self.intent)]).transaction_id
        left = captures.sorted("id") - taken - earlier
        return left.filtered(
            lambda tx: (
                tx.currency_id != self.currency_id
                or not self.currency_id.compare_amounts(tx.amount, self.amount)
            )
        )[:1]

    # ------------------------------------------------------------
    # What of it is booked
    # ------------------------------------------------------------

    def _get_waiting(self):
        """Return the items with which the payment waits on the outstanding account."""
        return self._filtered_outstanding(self.payment_id.move_id)

    @api.model
    def _filtered_outstanding(self, moves):
        """Return the items of entries that wait for the bank's statement."""
        return moves.filtered(lambda move: move.state == "posted").line_ids.filtered(
            lambda item: (
                item.account_id.reconcile
                and item.account_type not in ("asset_receivable", "liability_payable")
            )
        )

    def _get_fee(self):
        """Return what of this is to be booked as a fee; what is unknown is not ours."""
        if self.kind == "fee":
            return -self.net
        if self.is_unknown or (self.fee and self._has_booked_fee()):
            return 0.0
        return self.fee

    def _has_booked_fee(self):
        """Return whether the fee of a dispute has an entry of its own."""
        return self.dispute_id.fee_move_id.state == "posted"

    def _get_obstacle(self):
        """Return why this cannot be booked now, or ""."""
        if self.kind == "dispute" or self.is_unknown or self.kind == "fee":
            return ""
        name = self.payment_id.name
        if not name:
            return self.env._(
                "Payment %s is not booked yet.", self.transaction_id.reference
            )
        waiting = self._get_waiting()
        if not waiting:
            return self.env._(
                "Payment %s does not wait for the bank on an outstanding account.", name
            )
        if waiting.filtered("reconciled"):
            return self.env._("Payment %s is already paired with the bank.", name)
        item = waiting[0]
        if item.currency_id == self.currency_id and self.currency_id.compare_amounts(
            item.amount_residual_currency, self.amount
        ):
            return self.env._(
                "Of payment %(name)s %(open)s is open, and Stripe has paid out "
                "%(amount)s.",
                name=name,
                open=self.currency_id.format(item.amount_residual_currency),
                amount=self.currency_id.format(self.amount),
            )
        return ""

    def _get_parts(self):
        """Return what of this goes into the entry, besides fees.

        :return: list of dicts with amount, account, name, line, and item where
            something waits
        """
        if self.is_unknown or self.kind == "fee":
            return []
        if self.kind != "dispute":
            item = self._get_waiting()[:1]
            return [self._prepare_part(self.amount, item.account_id, item)]
        # Until it is decided, and paired with that, it waits on the same account.
        account = self.payout_id.provider_id._get_stripe_outstanding_account()
        booked = self.fee if self._has_booked_fee() else 0.0
        return [self._prepare_part(self.amount - booked, account)]

    def _prepare_part(self, amount, account, item=None):
        partner = self.payment_id.partner_id or self.dispute_id.partner_id
        return {
            "amount": amount,
            "account": account,
            "item": item,
            "line": self,
            "name": self.name or self.source,
            "partner": partner.commercial_partner_id,
        }
