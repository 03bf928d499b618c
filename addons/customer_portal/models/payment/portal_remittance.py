from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ...const import LIVE_STATES, MAX_AMOUNT, MAX_DOCUMENTS
from ...exceptions import ChoiceError
from ...tools.choice import Chosen, add_up, fill, from_units, to_units

# A payment form that was sent to a provider and brought no answer keeps others
# from paying the same documents for so long. Money that comes later is booked.
ATTEMPT_WINDOW = timedelta(minutes=15)


class PortalRemittance(models.Model):
    """What one payment of a customer covers, decided before any provider is asked.

    The person chooses documents and amounts, `_open` stores the choice, and from
    then on the browser decides no amount. When the money is there, or at once when
    credits cover everything, one journal entry is booked with a receivable line
    per document, and `_settle` reconciles each line with its own document.

    Invariants, in the smallest unit of the currency:
    cash + credit used + discount = applied to invoices + on account; the
    transaction's amount is the cash; applied is never above what was asked for nor
    above what was open.
    """

    _name = "portal.remittance"
    _inherit = ["portal.scoped.mixin"]
    _description = "Remittance of a customer"
    _order = "id desc"
    _check_company_auto = True

    _portal_code = "see_invoices"
    _portal_partner_is_customer = True
    _portal_customer_fields = {"partner_id": None}

    name = fields.Char(
        required=True,
        readonly=True,
        default=lambda self: self.env._("New"),
    )
    state = fields.Selection(
        selection=[
            ("open", "To pay"),
            ("announced", "Transfer announced"),
            ("processing", "Under way"),
            ("booking", "Received, being booked"),
            ("settled", "Paid"),
            ("exception", "Paid, to be checked"),
            ("reversed", "Reversed"),
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
    source = fields.Selection(
        selection=[
            ("portal", "Portal"),
            ("link", "Payment link"),
            ("transfer", "Bank transfer"),
            ("invoice", "Invoice page"),
            ("staff", "Staff"),
        ],
        required=True,
        readonly=True,
        default="portal",
        help="Which way the customer chose to pay.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_cash = fields.Monetary(
        "Amount to pay", readonly=True, help="What is paid through a provider."
    )
    amount_credit = fields.Monetary(
        "Credits used",
        readonly=True,
        help="What credit notes and money on account contribute.",
    )
    amount_discount = fields.Monetary(
        "Early-payment discount",
        readonly=True,
        help=(
            "What the customer does not have to pay: promised until the payment "
            "is booked, then what was granted."
        ),
    )
    amount_extra = fields.Monetary(
        "Paid in advance",
        readonly=True,
        help="What the customer chose to pay on account, without a document.",
    )
    amount_on_account = fields.Monetary(
        "On account",
        readonly=True,
        help="What was received and is not applied to any document.",
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
    def _open(
        self,
        customer,
        payer,
        amounts,
        *,
        source="portal",
        on_account=0.0,
        discounts=True,
        reasons=None,
        seen=None,
        credits_at_most=False,
        money_of=None,
        company=None,
        currency=None,
    ):
        """Store what a person decided to pay and return the remittance.

        In sudo: the caller has checked that the payer may pay these documents, and
        that the entries among them hold money on account of the customer.

        An invoice is settled with its early-payment discount when at least the
        discounted amount is chosen while the discount runs; more than that is not
        asked for.

        :param customer: the commercial partner that the payer acts for
        :param payer: the person, a res.partner
        :param dict amounts: {account.move: amount to pay, or of credit to use, in
            the document's currency and positive}; an entry stands for the money on
            account in it
        :param str source: which way the customer chose to pay, a key of `source`
        :param float on_account: what is deliberately paid without a document
        :param bool discounts: whether early-payment discounts are taken
        :param dict reasons: {account.move: (portal.short.payment.reason, note)} of
            invoices of which less is paid than is due; None asks for no reasons
        :param dict seen: {account.move: what the page showed as left to pay of it}; of
            one that is missing, all that is open; None where no page was seen
        :param bool credits_at_most: whether of the credits only what the invoices need
            is used, in the order of `amounts`; otherwise too much is refused
        :param money_of: the customers whose money on account the payer may use, by
            default the customer and its branches
        :param company: of a payment without documents, by default the session's
        :param currency: likewise, by default the company's
        :raise UserError: when a document cannot be paid with that amount: so much of
            it is not open, or a payment of it is under way
        """
        documents = self.env["account.move"].union(*amounts)
        self._check_choice(documents, on_account)
        company = documents.company_id or company or self.env.company
        scope = customer._get_portal_scope() if money_of is None else money_of
        self.env["portal.ledger.lock"]._lock(
            company, documents._get_remittance_partners(scope) | customer
        )
        documents.invalidate_recordset()
        documents.line_ids.invalidate_recordset()
        self.env["payment.transaction"]._find_attempts(documents)._make_way(payer)
        currency = (
            documents._filtered_papers().currency_id or currency or company.currency_id
        )
        lines, errors = [], {}
        holds = documents._get_holds()
        for document, amount in amounts.items():
            try:
                line = document._prepare_remittance_line(
                    scope,
                    currency,
                    amount,
                    holds=holds,
                    discounts=discounts,
                    seen=seen,
                )
                if reasons is not None:
                    document._add_short_payment(line, reasons, currency, holds)
            except UserError as error:
                errors[document] = error.args[0]
            else:
                lines.append(line)
        if errors:
            raise ChoiceError(errors)
        if credits_at_most:
            lines = self._limit_credits(lines, currency)
        self._release_documents(lines)
        totals = self._get_choice_totals(lines, currency, on_account)
        return self.create(
            {
                "name": self.env["ir.sequence"]
                .with_company(company)
                .next_by_code("portal.remittance"),
                "partner_id": customer.id,
                "payer_id": payer.id,
                "source": source,
                "company_id": company.id,
                "currency_id": currency.id,
                **totals,
                "line_ids": [Command.create(line) for line in lines],
            }
        )

    def _limit_credits(self, lines, currency):
        """Return the lines with no more credit than their invoices need.

        :param list lines: of `account.move._prepare_remittance_line`
        """
        digits = currency.decimal_places
        chosen = [self._read_choice(line, digits) for line in lines]
        credits = [part.amount for part in chosen if part.is_credit]
        used = iter(fill(credits, add_up(chosen).owed))
        limited = []
        for line, part in zip(lines, chosen, strict=True):
            amount = next(used) if part.is_credit else part.amount
            if amount:
                amount = from_units(amount, digits)
                limited.append({**line, "amount_requested": amount})
        return limited

    def _get_choice_totals(self, lines, currency, on_account=0.0):
        """Return the amounts of the remittance that these lines make, by field.

        :param list lines: of `account.move._prepare_remittance_line`
        :raise UserError: when there are more credits than their invoices need
        """
        digits = currency.decimal_places
        totals = add_up(
            (self._read_choice(line, digits) for line in lines),
            to_units(currency.round(on_account), digits),
        )
        if (totals.credits or totals.credits_left) and not totals.invoices:
            raise UserError(self.env._("Choose the invoices to use the credits for."))
        if totals.credits_left:
            raise UserError(
                self.env._("The credits exceed the invoices that you selected.")
            )
        return {
            "amount_cash": from_units(totals.to_pay, digits),
            "amount_credit": from_units(totals.credits, digits),
            "amount_discount": from_units(totals.discount, digits),
            "amount_extra": from_units(totals.on_account, digits),
        }

    @staticmethod
    def _read_choice(line, digits):
        """Return the Chosen of a line's values."""
        return Chosen(
            to_units(line["amount_requested"], digits),
            to_units(line["discount_requested"], digits),
            is_credit=line["kind"] == "credit",
        )

    def _check_choice(self, documents, on_account=0.0):
        """Refuse a set of documents that one payment cannot cover.

        :raise UserError: with what the person can do about it
        """
        if not 0 <= on_account <= MAX_AMOUNT:  # also refuses what is no number
            raise UserError(self.env._("Enter how much you pay on account."))
        if not documents and not on_account:
            raise UserError(self.env._("Choose at least one document."))
        if len(documents) > MAX_DOCUMENTS:
            raise UserError(
                self.env._(
                    "Choose at most %s documents for one payment.", MAX_DOCUMENTS
                )
            )
        if len(documents._filtered_papers().currency_id) > 1:
            raise UserError(
                self.env._("Pay documents in different currencies separately.")
            )
        if len(documents.company_id) > 1:
            raise UserError(
                self.env._("Pay documents of different companies separately.")
            )

    def _release_documents(self, lines):
        """Make way for a new payment of these documents.

        A remittance that nobody began to pay is cancelled; the newest choice
        counts. One that is being paid stays, and pays its part. Of an entry, each
        customer pays the own items: what others chose of it stays.

        :param list lines: of `account.move._prepare_remittance_line`
        """
        documents = self.env["account.move"].browse(line["move_id"] for line in lines)
        papers = documents._filtered_papers()
        chosen = {(line["move_id"], line["partner_id"]) for line in lines}
        live = self._get_open_choices(documents).filtered(
            lambda line: (
                line.move_id in papers
                or (line.move_id.id, line.partner_id.id) in chosen
            )
        )
        live.remittance_id._cancel()

    @api.model
    def _get_open_choices(self, documents):
        """Return the lines of these documents that were chosen and nobody pays yet."""
        lines = self.env["portal.remittance.line"].search(
            [("move_id", "in", documents.ids), ("remittance_id.state", "=", "open")]
        )
        return lines._filtered_own().filtered(
            lambda line: line.remittance_id._can_be_cancelled()
        )

    def _cancel(self):
        """Cancel remittances that nobody is paying.

        Odoo's own transaction of a transfer ends with its announcement.

        :raise UserError: when a payment is under way
        """
        announced = self.filtered(lambda remittance: remittance.state == "announced")
        for remittance in self:
            if remittance.state not in LIVE_STATES:
                continue
            if under_way := remittance.transaction_ids._filtered_under_way():
                under_way._raise_under_way()
            remittance.state = "cancelled"
        announced._get_wires()._set_canceled()

    def _cancel_by_customer(self):
        """Cancel a remittance because the person changed the choice.

        :raise UserError: when it is under way or done
        """
        self._lock_account()
        if self.state not in LIVE_STATES:
            raise UserError(self.env._("This payment is already done or cancelled."))
        was_announced = self.state == "announced"
        self._cancel()
        if was_announced:
            self.env["portal.activity"]._log(
                "transfer_withdrawn", self.partner_id, record=self
            )

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
                    "This payment was cancelled or replaced by a newer one "
                    "for the same documents. Nothing was charged."
                )
            )
        if self.state != "open":
            raise UserError(self.env._("This payment is already under way or done."))
        if under_way := self.transaction_ids._filtered_under_way():
            under_way._raise_under_way()
        if obstacle := self._get_obstacle():
            raise UserError(obstacle)

    def _get_obstacle(self):
        """Return why what was chosen cannot be paid like this any more, or "".

        In sudo. Something was paid or cancelled meanwhile or is under way, a discount
        ended, or a document is not the customer's any more.
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        if foreign := self.line_ids - self._get_own_lines():
            # Whose it is now is not said; who chose it knows its number.
            return self.env._(
                "%(document)s no longer belongs to %(customer)s. Please choose again.",
                document=foreign[0].move_id.name or self.env._("A document"),
                customer=foreign[0].partner_id.name,
            )
        holds = self.line_ids.move_id._get_holds(without=self)
        for line in self.line_ids:
            if obstacle := line._get_obstacle(today, holds):
                if line in self._get_hidden_lines():
                    return self.env._(
                        "Something has changed since you made your selection. "
                        "Please choose again."
                    )
                return obstacle
        return ""

    def _get_own_lines(self):
        """Return the lines of documents of the customer and its branches of today.

        A document may have been given to another customer since, a branch sold.
        """
        scope = self.partner_id._get_portal_scope()
        return self.line_ids._filtered_own().filtered(
            lambda line: not line.partner_id or line.partner_id in scope
        )

    def _lock_account(self):
        self.ensure_one()
        self.env["portal.ledger.lock"]._lock(
            self.company_id,
            self.line_ids.move_id.commercial_partner_id
            | self.line_ids.partner_id
            | self.partner_id,
        )
        self.invalidate_recordset()
        self.line_ids.move_id.invalidate_recordset()
        self.line_ids.move_id.line_ids.invalidate_recordset()

    def _prepare_transaction_values(self):
        """Return what a transaction of this remittance is created with."""
        self.ensure_one()
        return {
            "portal_remittance_id": self.id,
            "invoice_ids": [Command.set(self._get_invoices().ids)],
        }

    def _get_invoices(self):
        """Return the invoices that are paid, without the credits."""
        invoices = self.line_ids._filtered_own().filtered(
            lambda line: line.kind == "invoice"
        )
        return invoices.move_id._filtered_papers()

    def _get_hidden_lines(self):
        """Return the lines of documents that the one who asks does not read; in sudo.

        None for a visitor, who chose them with a link, and for staff.
        """
        user = self.env.user
        lines = self.line_ids
        if not user.share or user._is_public():
            return lines.browse()
        # sudo: taken away, so that the record rules decide
        return lines - lines.sudo(False).search([("id", "in", lines.ids)])

    def _prepare_portal_lines(self):
        """Return what the page of the remittance shows of each document; in sudo.

        What the person does not read is one row without a name, the last one.
        """
        hidden = self._get_hidden_lines()
        rows = [line._prepare_portal_line() for line in self.line_ids - hidden]
        return rows + hidden._prepare_portal_hidden()

    def _prepare_failed_attempts(self):
        """Return what was tried in vain, the newest first; in sudo.

        :return: list of dicts with date, method, state, and the provider's message
        """
        failed = self.transaction_ids.filtered(
            lambda transaction: transaction.state in ("error", "cancel")
        )
        return [
            {
                "date": transaction.create_date,
                "method": transaction.payment_method_id.name or "",
                "state": transaction.state,
                "message": transaction.state_message or "",
            }
            for transaction in failed.sorted("id", reverse=True)
        ]

    def _get_waiting_message(self):
        """Return why nothing can be paid now, where that needs a word; in sudo.

        Also while a payment is verified whose answer was lost.
        """
        if self.state == "processing":
            last = self.transaction_ids._get_last()
            return last.state_message if last.outcome_unknown else ""
        if self.state != "open":
            return ""
        return self.transaction_ids._filtered_under_way()._get_under_way_message()

    def _apply_credits(self):
        """Book a remittance whose credits cover its invoices; no provider is asked.

        :raise UserError: when it was paid, cancelled or needs money after all
        """
        self.ensure_one()
        self = self.company_id._keep_days(self)
        self._lock_account()
        self._check_payable()
        if not self.currency_id.is_zero(self.amount_cash):
            raise UserError(self.env._("The credits do not cover this payment."))
        plan = self._plan(0.0)
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.company_id._get_accounting_day(),
                "journal_id": self._get_credits_journal().id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "ref": self.name,
                "line_ids": self._prepare_entry_lines(plan),
            }
        )
        move.action_post()
        self._settle(move, plan)

    def _get_credits_journal(self):
        """Return the journal in which credits pay invoices.

        Not one that Odoo keeps for its own entries, where there is another.

        :raise UserError: when the company has none
        """
        company = self.company_id
        journals = self.env["account.journal"]
        journals = journals.search(
            [*journals._check_company_domain(company), ("type", "=", "general")]
        )
        own = company.currency_exchange_journal_id | company.tax_cash_basis_journal_id
        if not journals:
            raise UserError(
                self.env._("Your credits cannot be applied here. Please contact us.")
            )
        return (journals - own or journals)[0]
