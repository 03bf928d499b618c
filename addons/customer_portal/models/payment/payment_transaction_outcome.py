"""An attempt whose answer was lost, and what is done once when money comes or goes."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...tools.again import get_start
from .payment_transaction import CAPTURE_DOMAIN

# A saved card is charged in a request, which the server ends before that.
LONGEST_CHARGE = timedelta(minutes=10)

_logger = logging.getLogger(__name__)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    outcome_unknown = fields.Boolean(
        "Being verified",
        readonly=True,
        copy=False,
        help=(
            "The provider received the request but its answer was lost: the money "
            "may have been taken. Nobody else may pay these documents in the "
            "meantime."
        ),
    )

    portal_refund_choice = fields.Json(
        readonly=True, copy=False, groups="base.group_system"
    )

    _outcome_unknown_index = models.Index("(id) WHERE outcome_unknown")

    def _charge_written_ahead(self):
        """Charge the saved card of an attempt that is in the database already.

        Core charges in the transaction that creates the row: if the process died in
        between, the money would be taken and nobody would know. Here the attempt is
        committed as one whose outcome is unknown, which it stays unless the answer is
        committed too, before anything else can fail.
        """
        written = self.with_context(portal_written_ahead=True)
        written._send_written_ahead(written._charge_with_token)

    def _send_written_ahead(self, send):
        """Ask the provider for money that is written down before; see above.

        :param callable send: the request, whose answer it handles
        """
        self.ensure_one()
        self.outcome_unknown = True
        # nosemgrep: commit-or-rollback (before the charge, as said above)
        self.env.cr.commit()  # pylint: disable=invalid-commit
        self._hold()
        try:
            with self.env.cr.savepoint():
                self.outcome_unknown = False
                send()
        except Exception:
            _logger.exception("The answer to %s was lost", self.reference)
            self._wait_to_be_verified()
        # nosemgrep: commit-or-rollback (what the provider said, as said above)
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _charge_with_token(self):
        """Extend: what a request begins is charged once, whoever charges it.

        The shop of `website_sale` does it at the end of its route.
        """
        start = get_start()
        if not start or self.env.context.get("portal_written_ahead"):
            return super()._charge_with_token()
        if self.id == start.charged_id:
            return None  # before Odoo ran the request again
        if self.id != start.begun_id:
            return super()._charge_with_token()
        start.charged_id = self.id
        return self._charge_written_ahead()

    # ------------------------------------------------------------
    # What was authorised is captured, with the documents that were chosen
    # ------------------------------------------------------------

    def action_capture(self):
        """Extend: staff choose the documents, where a provider captures a part."""
        if len(self) != 1 or not self._has_documents_to_capture():
            return super().action_capture()
        self.check_access("write")
        return {
            "name": self.env._("Capture"),
            "type": "ir.actions.act_window",
            "res_model": "portal.capture.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_transaction_id": self.id},
        }

    def _has_documents_to_capture(self):
        """Return whether there is anything to choose: a part can be captured."""
        # sudo: what the provider can do, which accounting does not read
        provider_sudo = self.provider_id.sudo()
        remittance = self.portal_remittance_id
        return (
            self.state == "authorized"
            and provider_sudo.support_manual_capture == "partial"
            and remittance.state == "processing"
            and len(remittance.line_ids) > 1
        )

    def _captures_once(self):
        """Return whether what is left is released with the first capture."""
        return False

    def _begin_capture(self, amounts):
        """Write down a capture of what pays these documents, and return it; in sudo.

        :param dict amounts: see `portal.remittance._split_for_capture`
        :raise UserError: when it is not authorised any more
        """
        self.ensure_one()
        self._hold()
        remittance = self.portal_remittance_id
        remittance._lock_account()
        remittance.line_ids.invalidate_recordset()
        waiting = self.child_transaction_ids._filtered_under_way()
        if self.state != "authorized" or remittance.state != "processing":
            raise UserError(self.env._("This payment is not authorised any more."))
        if waiting.filtered(lambda tx: tx.state in ("draft", "pending")):
            raise UserError(self.env._("A capture of this payment is under way."))
        self._ensure_provider_is_not_disabled()
        part = remittance._split_for_capture(amounts)
        return self._create_child_transaction(
            part.amount_cash, portal_remittance_id=part.id
        )

    def _capture_now(self, *, releases_rest=False):
        """Ask the provider for a capture that was begun; in sudo.

        :param bool releases_rest: whether the payer gets back what is left
        """
        capture = self.with_context(portal_releases_rest=releases_rest)
        capture._log_sent_message()
        capture._send_written_ahead(capture._send_capture_or_fail)
        source = self.source_transaction_id
        if self.state == "done" and releases_rest and source.state == "authorized":
            captures = source.child_transaction_ids.filtered_domain(CAPTURE_DOMAIN)
            left = source.amount - sum(captures.mapped("amount"))
            source._void(amount_to_void=self.currency_id.round(left))
        # sudo: a scheduled action of the system
        self.env.ref("payment.cron_post_process_payment_tx").sudo()._trigger()

    def _send_capture_or_fail(self):
        """Ask for a capture, as core does; what the provider refuses has failed."""
        try:
            self._send_capture_request()
        except ValidationError as error:
            self._set_error(str(error))

    def _is_captured_elsewhere(self):
        """Return whether nothing more comes for what is left of the remittance.

        All is captured or released, and each capture has a remittance of its own.
        """
        captures = self.child_transaction_ids.filtered_domain(CAPTURE_DOMAIN)
        paid = captures.portal_remittance_id
        return (
            self.state == "done"
            and bool(captures)
            and all(captures.mapped("portal_remittance_id"))
            and self.portal_remittance_id not in paid
        )

    @api.model
    def _resume_charge(self, transaction_id):
        """Return what a request has charged before Odoo ran it again.

        It was written down for good: nothing is charged twice. Where its answer was
        lost, it waits to be verified.
        """
        transaction = self.browse(transaction_id)
        transaction.filtered("outcome_unknown")._wait_to_be_verified()
        return transaction

    def _wait_to_be_verified(self):
        """Show attempts whose outcome is unknown to the payer and to accounting."""
        self._set_error("")

    @api.model
    def _find_lost_charges(self):
        """Let accounting verify the charges during which the server died."""
        self.search(
            [
                ("state", "=", "draft"),
                ("outcome_unknown", "=", True),
                ("create_date", "<", fields.Datetime.now() - LONGEST_CHARGE),
            ]
        )._wait_to_be_verified()

    def _set_error(self, state_message, extra_allowed_states=()):
        """Extend: no answer is no refusal; the attempt waits to be verified."""
        lost = self.filtered(lambda tx: tx.outcome_unknown and tx.state == "draft")
        if lost:
            lost._set_pending(
                state_message=self.env._(
                    "The payment provider's answer was lost. We are checking "
                    "whether the payment went through. Please do not pay "
                    "again."
                )
            )
        return lost | super(PaymentTransaction, self - lost)._set_error(
            state_message, extra_allowed_states=extra_allowed_states
        )

    def _add_failed_news(self):
        """Write down that attempts failed that were under way; whoever paid is told.

        What fails at once is said on the page, and who withdraws a transfer knows.
        """
        for tx in self.filtered(lambda one: one.provider_code != "custom"):
            rows = self.env["portal.payment"]._find_rows(
                remittances=tx.portal_remittance_id
            )
            author = self.env.ref("base.user_root")  # nobody who pays did it
            rows._add_news("payment_failed", key=str(tx.id), soon=True, author=author)

    def action_was_paid(self):
        """Say that the provider took the money, and book it.

        :raise AccessError: for those who may not change transactions
        :raise UserError: when it is known already
        """
        for transaction in self._take_to_verify():
            transaction._set_done(
                state_message=self.env._("Verified by %s.", self.env.user.name)
            )
            transaction._post_process()

    def action_was_not_paid(self):
        """Say that the provider took nothing, so that others may pay.

        :raise AccessError: for those who may not change transactions
        :raise UserError: when it is known already
        """
        for transaction in self._take_to_verify():
            transaction._set_error(
                self.env._(
                    "Verified by %s: the provider took no money.", self.env.user.name
                )
            )

    def _take_to_verify(self):
        """Return attempts in sudo whose outcome staff may tell.

        :raise AccessError: for those who may not change transactions
        :raise UserError: when it is known already
        """
        self.check_access("write")
        # sudo: the right to decide was just asked
        transactions = self.sudo()
        transactions._hold()
        if any(not tx.outcome_unknown or tx.state != "pending" for tx in transactions):
            raise UserError(self.env._("The result of this payment is already known."))
        return transactions

    # ------------------------------------------------------------
    # Post-processing
    # ------------------------------------------------------------

    def _post_process(self):
        """Extend: do it once, whoever else does it at the same time.

        Core's scheduled action collects transactions and does not look again; the
        page that polls may have done one of them meanwhile.
        """
        self._hold()
        todo = self.filtered(lambda tx: not tx.is_post_processed)
        todo._revive_cancelled_payments()
        paid = todo.filtered(lambda tx: tx.state == "done" and tx.portal_remittance_id)
        for transaction in paid:
            # Core would post an invoice that somebody has just reset to correct it.
            transaction.invoice_ids -= transaction.invoice_ids.filtered(
                lambda move: move.state == "draft"
            )
        result = None
        # Who polls, and who runs the scheduled action, have other days.
        for company, transactions in todo.grouped("company_id").items():
            transactions = company._keep_days(transactions)
            result = super(PaymentTransaction, transactions)._post_process()
        for transaction in paid:
            transaction._pay_new_invoices()
        return result

    def _pay_new_invoices(self):
        """Pay what core invoiced of an order just now with what is on account."""
        new = self.invoice_ids - self.portal_remittance_id.line_ids.move_id
        items = self.payment_id.move_id.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable" and not item.reconciled
        )
        for account, own in items.grouped("account_id").items():
            due = new._get_due_items().filtered(
                lambda item, account=account: item.account_id == account
            )
            if due:
                (own + due).reconcile()

    def _hold(self):
        """Hold these transactions until the end of the database transaction.

        A real UPDATE: who waits for it fails to serialize, is run again by Odoo and
        reads what the first one did.
        """
        if not self.ids:
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE payment_transaction SET reference = reference
                 WHERE id = ANY(%s)
                """,
                sorted(self.ids),
            ),
            log_exceptions=False,
        )
        self.invalidate_recordset(["state", "is_post_processed", "payment_id"])

    def _revive_cancelled_payments(self):
        """Book money that came for a payment which was cancelled in the meantime.

        Core cancels a payment by saved card that is not done at once, and would
        leave it cancelled when the money comes after all.
        """
        for transaction in self.filtered(
            lambda tx: tx.state == "done" and tx.payment_id.state == "canceled"
        ):
            payment = transaction.payment_id
            payment.action_draft()
            payment.action_post()
            items = transaction.invoice_ids._get_due_items()
            for account, own in (
                payment.move_id.line_ids.filtered(lambda item: not item.reconciled)
                .grouped("account_id")
                .items()
            ):
                same = items.filtered(
                    lambda item, account=account: item.account_id == account
                )
                if same:
                    (own + same).reconcile()

    # ------------------------------------------------------------
    # What a provider gives back takes from the payment that it refunds
    # ------------------------------------------------------------

    def _keep_refund_choice(self, values):
        """Keep with a new refund what staff chose to take it from.

        :param dict values: of the transaction, changed here
        """
        choice = self.env.context.get("portal_refund_choice")
        if choice and values.get("operation") == "refund":
            values["portal_refund_choice"] = choice

    def _prepare_refund_payment(self):
        """Return the values of the payment that books this refund, for core."""
        source = self.source_transaction_id.payment_id
        if source.move_id.state != "posted":
            return {}
        source._lock_payers_account()
        amount = abs(self.amount)
        # sudo: what staff chose, kept on the transaction
        choice = self.sudo().portal_refund_choice
        chosen = choice and {int(key): value for key, value in choice.items()}
        plan, missing = source._plan_refund(amount, chosen or None)
        if missing:  # it changed meanwhile: take what there is
            plan, missing = source._plan_refund(amount)
        method_line = self.provider_id.journal_id.inbound_payment_method_line_ids
        method_line = method_line.filtered(
            lambda line: line.payment_provider_id == self.provider_id
        )
        values = source._prepare_refund_values(amount, method_line, plan)
        return {"line_ids": values["line_ids"], "refunded_payment_id": source.id}
