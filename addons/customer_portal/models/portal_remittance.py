from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

# A payment form that was sent to a provider and brought no answer keeps others
# from paying the same documents for so long. Money that comes later is booked.
ATTEMPT_WINDOW = timedelta(minutes=15)
MAX_DOCUMENTS = 200
LIVE_STATES = ("open", "processing")


class PortalRemittance(models.Model):
    """What one payment of a customer covers, decided before any provider is asked.

    The person chooses documents and amounts, `_open` stores the choice, and from
    then on the browser decides no amount. When the money is there, or at once when
    credits cover everything, one journal entry is booked with a receivable line
    per document, and `_settle` reconciles each line with its own document.

    Invariants, in the smallest unit of the currency:
    cash + credit used = applied to invoices + on account; the transaction's amount
    is the cash; applied is never above what was asked for nor above what was open.
    """

    _name = "portal.remittance"
    _inherit = ["portal.scoped.mixin"]
    _description = "Remittance of a customer"
    _order = "id desc"
    _check_company_auto = True

    _portal_code = "see_invoices"
    _portal_partner_is_customer = True

    name = fields.Char(
        required=True,
        readonly=True,
        default=lambda self: self.env._("New"),
    )
    state = fields.Selection(
        selection=[
            ("open", "To pay"),
            ("processing", "Pending"),
            ("settled", "Paid"),
            ("exception", "Paid, to be checked"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True
    )
    payer_id = fields.Many2one("res.partner", "Paid by", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_cash = fields.Monetary(
        "Amount to pay", readonly=True, help="What is paid through a provider."
    )
    amount_credit = fields.Monetary(
        "Credits used", readonly=True, help="What credit notes contribute."
    )
    amount_on_account = fields.Monetary(
        "On account",
        readonly=True,
        help="What was received and could not be applied to a chosen document.",
    )
    line_ids = fields.One2many("portal.remittance.line", "remittance_id", readonly=True)
    transaction_ids = fields.One2many(
        "payment.transaction",
        "portal_remittance_id",
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    payment_id = fields.Many2one(
        "account.payment",
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    settled_on = fields.Datetime("Paid on", readonly=True)
    exception_note = fields.Text(
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    def _get_portal_own_domain(self, user):
        """Override: what the person pays."""
        return Domain("payer_id", "=", user.partner_id.id)

    # ------------------------------------------------------------
    # Choose
    # ------------------------------------------------------------

    @api.model
    def _open(self, customer, payer, amounts):
        """Store what a person decided to pay and return the remittance.

        In sudo: the caller has checked that the payer may pay these documents.

        :param customer: the commercial partner that the payer acts for
        :param payer: the person, a res.partner
        :param dict amounts: {account.move: amount to pay, or of credit to use, in
            the document's currency and positive}
        :raise UserError: when a document cannot be paid with that amount, or when
            a payment of it is under way
        """
        documents = self.env["account.move"].union(*amounts)
        self._check_choice(documents)
        company = documents.company_id
        self.env["portal.ledger.lock"]._lock(
            company, documents.commercial_partner_id | customer
        )
        documents.invalidate_recordset()
        documents.line_ids.invalidate_recordset()
        self._check_amounts(amounts)
        self._release_documents(documents)
        lines = [
            {
                "move_id": document.id,
                "kind": document._get_remittance_kind(),
                "amount_requested": document.currency_id.round(amount),
            }
            for document, amount in amounts.items()
        ]
        currency = documents.currency_id
        credit = sum(
            line["amount_requested"] for line in lines if line["kind"] == "credit"
        )
        invoiced = sum(
            line["amount_requested"] for line in lines if line["kind"] == "invoice"
        )
        cash = currency.round(invoiced - credit)
        if not invoiced or currency.compare_amounts(cash, 0) < 0:
            raise UserError(
                self.env._("The credits are more than the invoices that you chose.")
            )
        return self.create(
            {
                "name": self.env["ir.sequence"]
                .with_company(company)
                .next_by_code("portal.remittance"),
                "partner_id": customer.id,
                "payer_id": payer.id,
                "company_id": company.id,
                "currency_id": currency.id,
                "amount_cash": cash,
                "amount_credit": credit,
                "line_ids": [Command.create(line) for line in lines],
            }
        )

    def _check_choice(self, documents):
        """Refuse a set of documents that one payment cannot cover.

        :raise UserError: with what the person can do about it
        """
        if not documents:
            raise UserError(self.env._("Choose at least one document."))
        if len(documents) > MAX_DOCUMENTS:
            raise UserError(
                self.env._(
                    "Choose at most %s documents for one payment.", MAX_DOCUMENTS
                )
            )
        if len(documents.currency_id) > 1:
            raise UserError(
                self.env._("Pay documents in different currencies separately.")
            )
        if len(documents.company_id) > 1:
            raise UserError(
                self.env._("Pay documents of different companies separately.")
            )

    def _check_amounts(self, amounts):
        """Refuse amounts that the documents do not have open.

        :raise UserError: naming the document
        """
        for document, amount in amounts.items():
            currency = document.currency_id
            if not document._is_open_document():
                raise UserError(
                    self.env._("%s is not open any more.", document.name or "")
                )
            if (
                currency.compare_amounts(amount, 0) <= 0
                or currency.compare_amounts(amount, document.amount_residual) > 0
            ):
                raise UserError(
                    self.env._(
                        "%(document)s: the amount must be more than 0 and at most "
                        "%(residual)s.",
                        document=document.name,
                        residual=currency.format(document.amount_residual),
                    )
                )

    def _release_documents(self, documents):
        """Make way for a new payment of these documents.

        A remittance that nobody began to pay is cancelled; the newest choice
        counts. One that is being paid is in the way.

        :raise UserError: when a payment is under way
        """
        live = (
            self.env["portal.remittance.line"]
            .search(
                [
                    ("move_id", "in", documents.ids),
                    ("remittance_id.state", "in", LIVE_STATES),
                ]
            )
            .remittance_id
        )
        documents._check_no_payment_under_way()
        live._cancel()

    def _cancel(self):
        """Cancel remittances that nobody is paying.

        :raise UserError: when a payment is under way
        """
        for remittance in self:
            if remittance.state not in LIVE_STATES:
                continue
            if under_way := remittance.transaction_ids._filtered_under_way():
                under_way._raise_under_way()
            remittance.state = "cancelled"

    def _cancel_by_customer(self):
        """Cancel a remittance because the person changed the choice.

        :raise UserError: when it is under way or done
        """
        self._lock_account()
        if self.state not in LIVE_STATES:
            raise UserError(self.env._("This payment is done or cancelled already."))
        self._cancel()

    def _can_be_cancelled(self):
        """Return whether the choice can still be changed: no money is on its way.

        In sudo. A wire transfer that was only announced does not hold it.
        """
        self.ensure_one()
        return (
            self.state in LIVE_STATES and not self.transaction_ids._filtered_under_way()
        )

    # ------------------------------------------------------------
    # Pay
    # ------------------------------------------------------------

    def _check_payable(self):
        """Refuse a payment attempt unless the remittance waits for one.

        The caller holds the customer's lock.

        :raise UserError: saying what happened to it
        """
        self.ensure_one()
        if self.state == "cancelled":
            raise UserError(
                self.env._(
                    "This payment was cancelled, or replaced by a newer one of the "
                    "same documents. Nothing was charged."
                )
            )
        if self.state != "open":
            raise UserError(self.env._("This payment is already under way or done."))
        if under_way := self.transaction_ids._filtered_under_way():
            under_way._raise_under_way()

    def _lock_account(self):
        self.ensure_one()
        self.env["portal.ledger.lock"]._lock(
            self.company_id,
            self.line_ids.move_id.commercial_partner_id | self.partner_id,
        )
        self.invalidate_recordset()
        self.line_ids.move_id.invalidate_recordset()
        self.line_ids.move_id.line_ids.invalidate_recordset()

    def _prepare_transaction_values(self):
        """Return what a transaction of this remittance is created with."""
        self.ensure_one()
        invoices = self.line_ids.filtered(lambda line: line.kind == "invoice").move_id
        return {
            "portal_remittance_id": self.id,
            "invoice_ids": [Command.set(invoices.ids)],
        }

    def _apply_credits(self):
        """Book a remittance whose credits cover its invoices; no provider is asked.

        :raise UserError: when it was paid, cancelled or needs money after all
        """
        self.ensure_one()
        self._lock_account()
        self._check_payable()
        self._check_amounts(
            {line.move_id: line.amount_requested for line in self.line_ids}
        )
        if not self.currency_id.is_zero(self.amount_cash):
            raise UserError(self.env._("The credits do not cover this payment."))
        journal = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "general"),
            ],
            limit=1,
        )
        plan = self._plan(0.0)
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "ref": self.name,
                "line_ids": self._prepare_entry_lines(plan),
            }
        )
        move.action_post()
        self._settle(move, plan)

    # ------------------------------------------------------------
    # Book
    # ------------------------------------------------------------

    def _plan(self, cash):
        """Return how much money goes where, from what is open now.

        The money pays the invoices in the order of their due dates, then credits
        pay the rest, and money left over stays on account.

        :param float cash: what was received, in the remittance's currency
        :return: {portal.remittance.line: applied amount}, integers in the
            currency's smallest unit; key None is what stays on account
        """
        self.ensure_one()
        unit = 10**self.currency_id.decimal_places
        lines = self.line_ids.sorted(
            lambda line: (line.move_id.invoice_date_due or fields.Date.today(), line.id)
        )
        wanted = {line: line._get_applicable(unit) for line in lines}
        invoices = [line for line in lines if line.kind == "invoice"]
        credits = [line for line in lines if line.kind == "credit"]
        cash = round(cash * unit)
        needed = sum(wanted[line] for line in invoices)
        plan = {None: max(0, cash - needed)}
        credit_needed = needed - min(cash, needed)
        for line in credits:
            plan[line] = min(wanted[line], credit_needed)
            credit_needed -= plan[line]
        funds = cash - plan[None] + sum(plan[line] for line in credits)
        for line in invoices:
            plan[line] = min(wanted[line], funds)
            funds -= plan[line]
        return plan

    def _prepare_entry_lines(self, plan, liquidity=None):
        """Return the commands of the journal entry that books a plan.

        :param dict plan: see `_plan`
        :param dict liquidity: account and amount (smallest unit) of the money
            received; none when credits cover everything
        """
        self.ensure_one()
        company = self.company_id
        today = fields.Date.context_today(self)
        unit = 10**self.currency_id.decimal_places
        rows = []
        if liquidity:
            rows.append(
                (None, liquidity["account"], liquidity["amount"], self.partner_id)
            )
        for line, amount in plan.items():
            if not amount:
                continue
            if line is None:
                partner = self.partner_id
                account = partner.with_company(company).property_account_receivable_id
                sign = -1
            else:
                partner = line.move_id.commercial_partner_id
                account = line._get_open_items().account_id[:1]
                sign = -1 if line.kind == "invoice" else 1
            rows.append((line, account, sign * amount, partner))
        balances = [
            self.currency_id._convert(
                amount / unit, company.currency_id, company, today
            )
            for _line, _account, amount, _partner in rows
        ]
        # The rounding of the conversion lands on one line, so that the entry balances.
        balances[-1] -= sum(balances)
        return [
            Command.create(
                {
                    "name": f"{self.name} {line.move_id.name if line else ''}".strip(),
                    "account_id": account.id,
                    "partner_id": partner.id,
                    "currency_id": self.currency_id.id,
                    "amount_currency": self.currency_id.round(amount / unit),
                    "balance": company.currency_id.round(balance),
                    "date_maturity": today,
                    "remittance_line_id": line.id if line else False,
                }
            )
            for (line, account, amount, partner), balance in zip(
                rows, balances, strict=True
            )
        ]

    def _settle(self, move, plan):
        """Reconcile a posted entry with the documents and close the remittance.

        :param move: the posted journal entry made from `_prepare_entry_lines`
        :param dict plan: see `_plan`
        """
        self.ensure_one()
        unit = 10**self.currency_id.decimal_places
        pairs = []
        for line in self.line_ids:
            line.amount_applied = self.currency_id.round(plan.get(line, 0) / unit)
            own = move.line_ids.filtered(
                lambda item, line=line: item.remittance_line_id == line
            )
            if own:
                open_items = line._get_open_items()
                pairs.append(
                    own
                    + open_items.filtered(
                        lambda item, own=own: item.account_id == own.account_id
                    )
                )
        self.env["account.move.line"]._reconcile_plan(pairs)
        self.move_id = move
        self.amount_on_account = self.currency_id.round(plan[None] / unit)
        self.amount_credit = sum(
            line.amount_applied for line in self.line_ids if line.kind == "credit"
        )
        self.settled_on = fields.Datetime.now()
        self.exception_note = self._describe_exception()
        self.state = "exception" if self.exception_note else "settled"
        if self.exception_note:
            self._notify_exception()

    def _book_extra_payment(self, payment):
        """Note that money came again for what is paid already; it is on account."""
        self.ensure_one()
        self.amount_on_account += payment.amount
        self.exception_note = "\n".join(
            filter(
                None,
                [
                    self.exception_note,
                    self.env._(
                        "%s came again and stays on account",
                        self.currency_id.format(payment.amount),
                    ),
                ],
            )
        )
        self.state = "exception"
        self._notify_exception()

    def _describe_exception(self):
        """Return what came out other than chosen, one line a document, or nothing."""
        notes = [
            self.env._(
                "%(document)s: %(applied)s applied instead of %(requested)s",
                document=line.move_id.name,
                applied=self.currency_id.format(line.amount_applied),
                requested=self.currency_id.format(line.amount_requested),
            )
            for line in self.line_ids
            if self.currency_id.compare_amounts(
                line.amount_applied, line.amount_requested
            )
            # Credit that was not needed stays with the customer: nothing to check.
            and (line.kind == "invoice" or self.amount_on_account)
        ]
        if not self.currency_id.is_zero(self.amount_on_account):
            notes.append(
                self.env._(
                    "%s stays on account",
                    self.currency_id.format(self.amount_on_account),
                )
            )
        return "\n".join(notes)

    def _notify_exception(self):
        """Give accounting something to do about money that went elsewhere."""
        record = self.payment_id or self.move_id
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Check remittance %s", self.name),
            note=self.exception_note,
            user_id=(
                self.line_ids.move_id.invoice_user_id.filtered("active")[:1]
                or self.env.ref("base.user_admin")
            ).id,
        )


class PortalRemittanceLine(models.Model):
    _name = "portal.remittance.line"
    _description = "Document of a remittance"
    _order = "id"

    remittance_id = fields.Many2one(
        "portal.remittance", required=True, ondelete="cascade", index=True
    )
    move_id = fields.Many2one(
        "account.move", "Document", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(
        selection=[("invoice", "Invoice"), ("credit", "Credit note")], required=True
    )
    currency_id = fields.Many2one(related="remittance_id.currency_id")
    amount_requested = fields.Monetary("Chosen amount", required=True)
    amount_applied = fields.Monetary("Applied amount")

    _remittance_move_unique = models.UniqueIndex("(remittance_id, move_id)")
    _amount_positive = models.Constraint(
        "CHECK(amount_requested > 0)", "The amount of a document must be positive."
    )

    def _get_open_items(self):
        """Return the unreconciled receivable lines of the document."""
        return self.move_id._get_open_items()

    def _get_applicable(self, unit):
        """Return what can be applied now: as chosen, but not above what is open.

        :param int unit: smallest units in one of the currency
        :return: integer in the smallest unit
        """
        if self.move_id.state != "posted":
            return 0
        return min(
            round(self.amount_requested * unit),
            round(self.move_id.amount_residual * unit),
        )

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: the lines of what the person sees."""
        remittances = self.env["portal.remittance"]._get_portal_rule_domain(user)
        return Domain("remittance_id", "any!", remittances)
