import logging
import math

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ...const import CLOSED_STATES
from .portal_remittance import ATTEMPT_WINDOW

_logger = logging.getLogger(__name__)

# Stands for a moment in a condition that is remembered.
SOME_TIME = fields.Datetime.to_datetime("1970-01-01 00:00:00")

PAYING_OPERATIONS = ("online_redirect", "online_direct", "online_token", "offline")

# What the activity of a customer says of an outcome.
LOGGED_STATES = {"done": "payment_paid", "error": "payment_failed"}

# Of the children of a transaction: what took its money; another one is a refund.
CAPTURE_DOMAIN = [("operation", "in", PAYING_OPERATIONS), ("state", "=", "done")]


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    portal_remittance_id = fields.Many2one(
        "portal.remittance", "Remittance", readonly=True, index="btree_not_null"
    )

    # ------------------------------------------------------------
    # Begin: a person's choice is guarded, everybody's money is planned
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: what pays invoices gets a remittance, which says what it pays.

        What a person may choose is asked before, see `_check_person_pays`: staff,
        other addons and programs begin what they like, as in stock Odoo.

        :raise ValidationError: for a remittance that is not to be paid like this
        """
        for values in vals_list:
            self._keep_refund_choice(values)
            if values.get("source_transaction_id"):
                continue
            if values.get("operation") in PAYING_OPERATIONS:
                if values.get("portal_remittance_id"):
                    self._check_pays_remittance(values)
                else:
                    self._name_paid_invoices(values)
        transactions = super().create(vals_list)
        transactions.filtered(
            lambda tx: not tx.source_transaction_id
        )._log_portal_activity("payment_started")
        return transactions

    def _check_pays_remittance(self, values):
        """Refuse another amount than the remittance's, and a second payment of it."""
        new = self.new(values)
        remittance = self.env["portal.remittance"].browse(
            values["portal_remittance_id"]
        )
        remittance._lock_account()
        remittance.transaction_ids._make_way(new.partner_id._origin)
        remittance._check_payable()
        if (
            not math.isfinite(new.amount)
            or new.currency_id != remittance.currency_id
            or new.currency_id.compare_amounts(new.amount, remittance.amount_cash)
        ):
            raise ValidationError(
                self.env._("The amount is not that of the remittance.")
            )

    def _make_way(self, payer):
        """Give up, of these attempts, those that nobody goes on with.

        One that the payer began before, and one whose time is over. Only where the
        provider agrees, which then takes no money for it any more; of the others it is
        waited for an answer, see ATTEMPT_WINDOW. The caller holds the customer's lock.

        :param payer: the person who begins another one, a res.partner
        :raise UserError: where the provider cannot be asked now
        """
        recent = fields.Datetime.now() - ATTEMPT_WINDOW
        left = self.filtered(
            lambda tx: (
                tx.state in ("draft", "error", "cancel")
                and tx.operation in ("online_direct", "online_redirect")
                and not tx.outcome_unknown
                and (tx.partner_id == payer or tx.create_date < recent)
            )
        )
        if left:
            left._give_up()

    def _give_up(self):
        """Tell the provider that nobody will pay these attempts; here, none is told."""

    def _filtered_under_way(self):
        """Return the attempts whose outcome is not known yet."""
        return self.filtered_domain(self._get_under_way_domain())

    @api.model
    def _get_under_way_domain(self, since=None):
        """Return the domain of the attempts whose outcome is not known yet.

        An attempt at a provider that never answered counts for ATTEMPT_WINDOW; a
        wire transfer that a customer announced is no attempt: its remittance holds
        the documents. Money counts until it is in the books. What was authorised
        first is captured, whole or in parts, by transactions of their own, which
        then stand for it.

        :param since: begun after this an attempt counts without an answer; a datetime
        """
        recent = since or fields.Datetime.now() - ATTEMPT_WINDOW
        is_waiting = Domain("state", "in", ("pending", "authorized")) & Domain(
            "provider_code", "!=", "custom"
        )
        is_begun = Domain("state", "=", "draft") & (
            Domain("create_date", ">=", recent) | Domain("outcome_unknown", "=", True)
        )
        captures = Domain(CAPTURE_DOMAIN)
        unbooked = Domain("payment_id", "=", False)
        is_unbooked = Domain("state", "=", "done") & (
            Domain("child_transaction_ids", "any", captures & unbooked)
            | (unbooked & ~Domain("child_transaction_ids", "any", captures))
        )
        is_paying = Domain("operation", "in", PAYING_OPERATIONS)
        return is_waiting | (is_paying & (is_begun | is_unbooked))

    def _get_under_way_sql(self):
        """Return the condition of `_get_under_way_domain` as SQL, of its table."""
        recent = fields.Datetime.now() - ATTEMPT_WINDOW
        sql = self._get_under_way_text()
        params = (recent if value == SOME_TIME else value for value in sql.params)
        return SQL(sql.code, *params, to_flush=sql.to_flush)

    @ormcache()
    def _get_under_way_text(self):
        """Return the SQL of `_get_under_way_sql` with SOME_TIME in it: lists ask it."""
        # sudo: a condition, and no record
        query = self.sudo()._search(self._get_under_way_domain(SOME_TIME))
        return query.where_clause

    def _get_under_way_message(self):
        """Return what people are told who want to pay beside these attempts, or ""."""
        if not self:
            return ""
        waiting = self.filtered(
            lambda tx: tx.state == "draft" and not tx.outcome_unknown
        )
        if waiting != self:
            return self._get_pending_message()
        until = max(waiting.mapped("create_date")) + ATTEMPT_WINDOW
        seconds = (until - fields.Datetime.now()).total_seconds()
        minutes = min(math.ceil(seconds / 60), ATTEMPT_WINDOW.seconds // 60)
        return self.env._(
            (
                "A payment for these documents was started and its result "
                "is not known yet. Nothing more is charged. Try again in "
                "%s minutes."
            ),
            max(minutes, 1),
        )

    @api.model
    def _get_pending_message(self):
        return self.env._(
            "A payment for these documents is under way. You do not need to "
            "do anything."
        )

    def _raise_under_way(self):
        """Say that these attempts are in the way of another payment.

        :raise UserError: if there are any
        """
        if message := self._get_under_way_message():
            raise UserError(message)

    # ------------------------------------------------------------
    # Outcome
    # ------------------------------------------------------------

    def _update_state(self, allowed_states, target_state, state_message):
        """Extend: one provider payment for one transaction, and no money dropped.

        An answer ends the doubt about an attempt whose outcome was unknown.

        Core refuses a success after a cancellation; here it is accepted, because
        the money has been received.
        """
        if target_state == "done":
            allowed_states = (*allowed_states, "cancel")
        waited = self.filtered(lambda tx: tx.state in ("pending", "authorized"))
        claimed = self
        if target_state in ("pending", "authorized", "done"):
            claimed = self._filtered_claim_provider_payment()
        refused = self - claimed
        if refused:
            super(PaymentTransaction, refused)._update_state(
                ("draft", "pending", "authorized"),
                "error",
                self.env._("This payment has already paid another transaction."),
            )
            refused._restore_provider_reference()
        updated = super(PaymentTransaction, claimed)._update_state(
            allowed_states, target_state, state_message
        )
        updated._update_remittance_state()
        if target_state in ("error", "cancel"):
            (updated & waited)._add_failed_news()
        if target_state in LOGGED_STATES:
            updated._log_portal_activity(LOGGED_STATES[target_state])
        if target_state in ("authorized", "done", "cancel", "error"):
            updated.filtered("outcome_unknown").outcome_unknown = False
        return updated

    def _log_portal_activity(self, action):
        """Write down what became of money that customers pay, under the payer's name.

        What was captured in parts is told by the captures.
        """
        for tx in self:
            order = tx.sale_order_ids[:1]
            remittance = tx._get_paid_remittance()
            customer = remittance.partner_id or order.portal_customer_id
            if (
                tx.operation not in PAYING_OPERATIONS
                or not customer
                or tx.child_transaction_ids.filtered_domain(CAPTURE_DOMAIN)
            ):
                continue
            self.env["portal.activity"]._log(
                action,
                customer,
                user=tx.partner_id.user_ids[:1] or None,
                record=remittance or order,
                detail=tx.currency_id.format(tx.amount),
            )

    def _filtered_claim_provider_payment(self):
        claims = self.env["portal.payment.claim"]
        return self.filtered(
            lambda tx: (
                not tx.provider_reference
                or tx.source_transaction_id
                or tx.operation in ("refund", "validation")
                or claims._claim(tx)
            )
        )

    def _restore_provider_reference(self):
        """Forget a provider's payment of another transaction: back to the own one."""
        claims = self.env["portal.payment.claim"].search(
            [("transaction_id", "in", self.ids)]
        )
        own = {claim.transaction_id: claim.provider_reference for claim in claims}
        for tx in self:
            tx.provider_reference = own.get(tx, False)

    def _update_remittance_state(self):
        """Let remittances follow; Odoo's own wire transfer is an announced one.

        It holds its documents, while no money is on its way yet. One of a remittance
        that was cancelled meanwhile holds nothing.
        """
        wires = self.filtered(
            lambda tx: (
                tx.portal_remittance_id
                and tx.provider_code == "custom"
                and tx.state == "pending"
            )
        )
        for remittance in wires.portal_remittance_id:
            remittance._lock_account()
            if remittance.state == "open":
                remittance._hold_for_transfer()
        for tx in (self - wires).filtered("portal_remittance_id"):
            remittance = tx.portal_remittance_id
            if tx._is_captured_elsewhere():
                remittance._release_uncaptured()
            elif tx.state in ("pending", "authorized", "done"):
                if remittance.state in ("open", "cancelled"):
                    remittance.state = "processing"
            elif remittance.state == "processing" and not (
                remittance.transaction_ids._filtered_under_way()
            ):
                remittance.state = "open"
                remittance._return_part()

    # ------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------

    def _create_payment(self, **extra_create_values):
        """Extend: a remittance is booked as one payment, a refund from what it takes.

        The money for many documents is booked in the background. Until then the
        transaction is done and has no payment, so that it is found again whatever
        happens, and its documents cannot be paid meanwhile.
        """
        self.ensure_one()
        self = self.company_id._keep_days(self)
        if self.operation == "refund":
            values = self._prepare_refund_payment()
            return super()._create_payment(**{**values, **extra_create_values})
        remittance = self._get_paid_remittance()
        if not remittance:
            return super()._create_payment(**extra_create_values)
        books_now = self.env.context.get("portal_books_now")
        if remittance._is_booked_later() and not books_now:
            remittance._queue_booking()
            return self.env["account.payment"]
        return self._book_remittance(remittance, extra_create_values)

    def _book_remittance(self, remittance, values):
        """Book a remittance as one payment with a line for each document.

        Core reconciles all invoices with the payment in one heap and so decides
        itself which of them is paid; therefore it is not asked. Money for a
        remittance that is paid already is booked on account.

        :param dict values: further values of the account.payment
        """
        remittance._lock_account()
        self.invalidate_recordset(["payment_id"])
        if not self.payment_id:
            journal = self.provider_id.journal_id
            method_line = journal.inbound_payment_method_line_ids.filtered(
                lambda line: line.payment_provider_id == self.provider_id
            )
            self.payment_id = remittance._receive(
                self.amount,
                method_line,
                {
                    "payment_token_id": self.token_id.id,
                    "payment_transaction_id": self.id,
                    "memo": f"{remittance.name} - {self.reference}",
                    **values,
                },
            )
        return self.payment_id

    def _book_now(self):
        """Book the money of this transaction; a failure is logged and reported."""
        self.ensure_one()
        remittance = self._get_paid_remittance()
        was_waiting = remittance.state == "booking"
        try:
            with self.env.cr.savepoint():
                self.with_company(self.company_id).with_context(
                    portal_books_now=True
                )._create_payment()
        except OperationalError:
            # Somebody works on the same account now: the scheduled action comes again.
            raise
        except Exception:
            _logger.exception("Transaction %s could not be booked", self.reference)
            remittance._report_failed_booking()
            return
        if was_waiting and remittance.state in CLOSED_STATES:
            remittance._tell_payer(
                "payment_booked",
                lambda env, remittance: env._(
                    "Your payment %s is booked.", remittance.name
                ),
                lambda env: env._(
                    "You can see which documents it paid, and get the receipt."
                ),
            )

    def _get_paid_remittance(self):
        """Return the remittance that this transaction's money pays, if any.

        A capture of an authorised amount is a transaction of its own, and has a
        remittance of its own where its documents were chosen.
        """
        if self.operation == "refund":
            return self.env["portal.remittance"]
        source = self.source_transaction_id
        return self.portal_remittance_id or source.portal_remittance_id

    def _get_invoices_to_notify(self):
        """Override: the remittance tells what happened, not a note on each invoice."""
        if self.portal_remittance_id:
            return self.env["account.move"]
        return super()._get_invoices_to_notify()
