"""Attempts that nobody goes on with, and those whose answer was lost."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_stripe.controllers.main import StripeController

from ..exceptions import StripeRefusal
from ..tools.gateway import GatewayError

_logger = logging.getLogger(__name__)

# A form that is open for so long is not filled in any more.
ABANDONED = timedelta(hours=4)
# Stripe keeps a key for a day at least; an hour is for what is late.
KEY_LIFE = timedelta(hours=23)
# An answer that was lost is looked for after so long.
DOUBT = timedelta(minutes=1)
AT_ONCE = 100


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    # ------------------------------------------------------------
    # Given up
    # ------------------------------------------------------------

    def _give_up(self):
        """Extend: Stripe cancels the intent first, and then we do.

        :raise UserError: where Stripe cannot be asked now
        """
        for transaction in self._filtered_open_at_stripe():
            try:
                transaction._end_at_stripe(self.env._("Replaced by a newer payment."))
            except GatewayError as error:
                raise UserError(
                    self.env._(
                        "An earlier payment for these documents could not be "
                        "cancelled. Please try again in a minute."
                    )
                ) from error
        return super()._give_up()

    def _filtered_open_at_stripe(self):
        return self.filtered(
            lambda tx: (
                tx.provider_code == "stripe"
                and tx.stripe_is_open
                and tx.provider_reference
            )
        )

    def _end_at_stripe(self, message):
        """Cancel an intent, and follow what became of it.

        :param str message: why, if it was not paid
        :raise GatewayError: where Stripe cannot be asked
        """
        gateway = self.provider_id._get_stripe_gateway()
        intent = gateway.cancel_intent(self.provider_reference)
        if intent["status"] != "canceled":
            self._process_stripe_intent(intent)  # it was paid meanwhile
            return
        self.stripe_is_open = False
        self.filtered(lambda tx: tx.state == "draft")._set_canceled(
            state_message=message
        )

    @api.model
    def _end_abandoned(self):
        """Cancel what was begun long ago and not paid (scheduled)."""
        left = self.search(
            [
                ("stripe_is_open", "=", True),
                ("state", "in", ("draft", "error", "cancel")),
                ("outcome_unknown", "=", False),
                ("create_date", "<", fields.Datetime.now() - ABANDONED),
            ],
            limit=AT_ONCE,
        )
        message = self.env._("The payment was not finished.")
        self._for_each(left, lambda transaction: transaction._end_at_stripe(message))

    # ------------------------------------------------------------
    # In doubt
    # ------------------------------------------------------------

    @api.model
    def _verify_lost(self):
        """Ask Stripe what became of attempts whose answer was lost (scheduled)."""
        self._find_lost_charges()
        lost = self.search(
            [
                ("provider_code", "=", "stripe"),
                ("outcome_unknown", "=", True),
                ("state", "=", "pending"),
                ("last_state_change", "<", fields.Datetime.now() - DOUBT),
            ],
            limit=AT_ONCE,
        )
        self._for_each(lost, lambda transaction: transaction._verify_at_stripe())

    @api.model
    def _for_each(self, transactions, function):
        """Do something with each; one that fails holds up no other."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(transactions))
        for transaction in transactions:
            try:
                with self.env.cr.savepoint():
                    transaction._hold()
                    function(transaction)
            except (GatewayError, ValidationError, UserError) as error:
                _logger.info("Transaction %s waits: %s", transaction.reference, error)
            if not cron._commit_progress(1):
                break

    def _verify_at_stripe(self):
        """Find out what became of an attempt whose answer was lost.

        :raise GatewayError: where Stripe cannot be asked; it is tried again
        """
        if not self.outcome_unknown or self.state != "pending":
            return
        if self.operation == "refund":
            self._verify_refund()
            return
        source = self.source_transaction_id
        gateway = self.provider_id._get_stripe_gateway()
        if intent_id := (source or self).provider_reference:
            self._process_stripe_intent(gateway.get_intent(intent_id))
            if source and self.state == "pending":
                self._verify_child()
            return
        if intent := self._find_own_intent(gateway):
            self._process_stripe_intent(intent)
            return
        if self._may_be_asked_again():
            self._ask_again()
            return
        if fields.Datetime.now() - self.create_date >= KEY_LIFE:
            self._set_error(self.env._("Stripe took no money for this payment."))

    def _find_own_intent(self, gateway):
        """Return the intent that was made for this attempt, or None."""
        customer_id = (self.stripe_payload or {}).get("customer")
        if not customer_id:
            return None
        since = int((self.create_date - timedelta(hours=1)).timestamp())
        return next(
            (
                intent
                for intent in gateway.find_intents(since, customer_id)
                if self._is_own_stripe_object({"payment_intent": intent})
            ),
            None,
        )

    def _may_be_asked_again(self):
        """Return whether the key still stands for one charge, which is still wanted."""
        remittance = self.portal_remittance_id
        return (
            bool(self.stripe_payload)
            and fields.Datetime.now() - self.create_date < KEY_LIFE
            and (not remittance or not remittance._get_obstacle())
        )

    def _ask_again(self):
        """Charge the saved card with the key and the words of the first time.

        Stripe answers what it answered then, or does it now if it never got that far.
        """
        try:
            intent = self.provider_id._send_api_request(
                "POST",
                "payment_intents",
                data={**self.stripe_payload, **self._get_stripe_metadata()},
                reference=self.reference,
                offline=self.operation == "offline",
                idempotency_key=payment_utils.generate_idempotency_key(
                    self, scope="payment_intents"
                ),
            )
        except StripeRefusal as refusal:
            if refusal.may_be_repeated:
                return
            intent = refusal.error.get("payment_intent")
            if not intent:
                self._set_error(str(refusal))
                return
        self._process_stripe_intent(intent)

    def _verify_child(self):
        """Capture what Stripe has not captured, with the key of the first time."""
        is_capture = self in self.source_transaction_id._get_waiting_captures()
        if is_capture and fields.Datetime.now() - self.create_date < KEY_LIFE:
            self._send_capture_or_fail()
        else:
            self._set_error(self.env._("Stripe has not done this. Try again."))

    def _verify_refund(self):
        """Find the refund whose answer was lost, or ask for it with the same key."""
        gateway = self.provider_id._get_stripe_gateway()
        intent_id = self.source_transaction_id.provider_reference
        for refund in gateway.find_refunds(intent_id):
            metadata = refund.get("metadata") or {}
            if metadata.get("odoo_reference") == self.reference:
                payment_data = {}
                StripeController._include_refund_in_payment_data(refund, payment_data)
                self._process("stripe", payment_data)
                return
        if fields.Datetime.now() - self.create_date < KEY_LIFE:
            self._send_refund_request()
        else:
            self._set_error(self.env._("Stripe gave nothing back."))
