"""A remittance follows its entry: taken back with it, and booked again with it."""

from odoo import fields, models

from ...const import BOOKED_STATES


class PortalRemittance(models.Model):
    _inherit = "portal.remittance"

    # Who changes an entry or a payment looks for its remittance.
    payment_id = fields.Many2one(index="btree_not_null")
    move_id = fields.Many2one(index="btree_not_null")
    amount_refunded = fields.Monetary(
        "Refunded", readonly=True, help="How much of the money received was refunded."
    )

    def _has_live_entry(self):
        """Return whether the entry is posted and no other one takes it back."""
        self.ensure_one()
        reversals = self.move_id.reversal_move_ids
        return self.move_id.state == "posted" and (
            "posted" not in reversals.mapped("state")
        )

    def _follow_entry(self):
        """Bring remittances in line with the state of their entries.

        In sudo, after an entry was posted, reset, cancelled or reversed.
        """
        for remittance in self:
            is_live = remittance._has_live_entry()
            if not is_live and remittance.state in BOOKED_STATES:
                remittance._take_back()
            elif is_live and remittance.state == "reversed":
                remittance._book_again()

    def _take_back(self):
        """Open the documents again, because the money is not in the books any more."""
        self.ensure_one()
        self._lock_account()
        entry = self.move_id.with_context(keeps_remittance=True)
        if entry.state != "posted":
            entry.line_ids.remove_move_reconcile()
        self.line_ids.amount_applied = 0
        self.write(
            {
                "state": "reversed",
                "amount_on_account": 0,
                "amount_refunded": 0,
                "exception_note": False,
            }
        )
        self._tell_payers(
            "payment_taken_back",
            lambda env, name, amount: env._(
                "Payment %(name)s of %(amount)s was reversed.",
                name=name,
                amount=amount,
            ),
            lambda env: env._("Its documents are open again."),
        )

    def _book_again(self):
        """Pair the lines of the entry with their documents again, as far as open."""
        self.ensure_one()
        self._lock_account()
        pairs_of_entry = (
            self.move_id.line_ids.matched_debit_ids
            | self.move_id.line_ids.matched_credit_ids
        )
        # Core pairs a reversal with all lines of the entry at once, and so some of
        # these with each other.
        pairs_of_entry.filtered(
            lambda pair: (
                (moves := (pair.debit_move_id | pair.credit_move_id).move_id)
                == self.move_id
                or any(move.state != "posted" for move in moves)
            )
        ).with_context(keeps_remittance=True).unlink()
        pairs = []
        for line in self._get_own_lines():
            own = self._get_own_items(line).filtered(lambda item: not item.reconciled)
            for account, items in own.grouped("account_id").items():
                documents = line._get_open_items().filtered(
                    lambda item, account=account: item.account_id == account
                )
                if documents:
                    pairs.append(items + documents)
        self.env["account.move.line"]._reconcile_plan(pairs)
        received = -sum(self._get_receivable_items().mapped("amount_currency"))
        self._read_applied(received)
        self._judge()

    def _rebuild_entry(self):
        """Make the entry of the payment anew, and return its plan."""
        self.ensure_one()
        self._lock_account()
        payment = self.payment_id
        plan = self._plan(payment.amount)
        unit = 10**self.currency_id.decimal_places
        payment._generate_journal_entry(
            line_ids=self._prepare_entry_lines(
                plan,
                {
                    "account": payment.outstanding_account_id,
                    "amount": round(payment.amount * unit),
                },
            )
        )
        return plan

    def _describe_split(self):
        """Return why an entry is not edited, and what to do instead."""
        return self.env._(
            "This payment has a line for each document of remittance %s, and cannot "
            "be edited. Cancel it and register another payment instead, or confirm it "
            "again as it is.",
            self[:1].name,
        )

    # ------------------------------------------------------------
    # What the ledger says
    # ------------------------------------------------------------

    def _get_receivable_items(self):
        return self.move_id.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )

    def _get_own_items(self, line):
        """Return the items of the entry that pay a document, or use a credit."""
        return self._get_receivable_items().filtered(
            lambda item: item.remittance_line_id == line
        )

    def _read_applied(self, received):
        """Store what the ledger says is applied; what is not stays on account.

        :param float received: what all receivable items of the entry come to
        """
        self.ensure_one()
        applied = 0.0
        for line in self.line_ids:
            line.amount_applied = self.currency_id.round(
                sum(
                    item._get_matched_amount(line.move_id)
                    for item in self._get_own_items(line)
                )
            )
            sign = 1 if line.kind == "invoice" else -1
            applied += sign * line.amount_applied
        self.amount_credit = sum(
            line.amount_applied for line in self.line_ids if line.kind == "credit"
        )
        self.amount_on_account = self.currency_id.round(
            received - applied - self.amount_refunded
        )

    def _refresh(self):
        """Read again what is applied, after somebody changed the pairing of items."""
        for remittance in self:
            before = remittance._get_net_applied()
            received = (
                before + remittance.amount_on_account + remittance.amount_refunded
            )
            remittance._read_applied(received)
            if remittance.currency_id.compare_amounts(
                before, remittance._get_net_applied()
            ):
                remittance._judge()

    def _get_net_applied(self):
        """Return what is applied to invoices, less the credits used."""
        return sum(
            line.amount_applied if line.kind == "invoice" else -line.amount_applied
            for line in self.line_ids
        )

    def _judge(self):
        """Say whether everything is as chosen, or staff have something to do."""
        self.exception_note = self._describe_exception()
        self.state = "exception" if self.exception_note else "settled"

    # ------------------------------------------------------------
    # Tell
    # ------------------------------------------------------------

    def _tell_payers(self, code, title, detail=None):
        """Tell who paid, and who else pays for the customer, what became of it.

        :param callable title: takes an environment in the person's language, the
            name of the remittance and its amount as text
        """
        name, currency = self.name, self.currency_id
        amount = currency.format(self.amount_cash or self.amount_credit)
        people = self.payer_id.user_ids | self._get_portal_readers("pay")
        self.env["portal.notice"]._tell(
            code,
            people,
            self.partner_id,
            f"/my/pay/{self.id}",
            lambda env: title(env, name, amount),
            detail=detail,
        )

    # ------------------------------------------------------------
    # Refunds
    # ------------------------------------------------------------

    def _note_refund(self, amount):
        """Store that money was given back; negative when it came back after all."""
        for remittance in self:
            received = (
                remittance._get_net_applied()
                + remittance.amount_on_account
                + remittance.amount_refunded
            )
            remittance.amount_refunded += amount
            remittance._read_applied(received)
            if amount < 0:
                remittance._judge()
                continue
            remittance._tell_refund(amount)
            is_settled = not remittance.currency_id.is_zero(
                remittance._get_net_applied() + remittance.amount_on_account
            )
            if not is_settled or (
                remittance.state == "exception"
                and not remittance._get_unallocated_items()
            ):
                remittance._close("refunded")

    def _tell_refund(self, amount):
        text = self.currency_id.format(amount)
        is_taken_back = self.env.context.get("portal_taken_back")

        def describe(env, name, _total):
            if is_taken_back:
                return env._(
                    "%(amount)s of payment %(name)s was taken back by the bank.",
                    amount=text,
                    name=name,
                )
            return env._(
                "%(amount)s of payment %(name)s was refunded.", amount=text, name=name
            )

        self._tell_payers("payment_taken_back", describe)
