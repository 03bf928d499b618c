"""What was authorised and is captured, in one part or in several."""

from odoo import models

from odoo.addons.customer_portal.models.payment.payment_transaction import (
    CAPTURE_DOMAIN,
)
from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_stripe import const

# Of an intent with such a status nothing more can be captured.
CAPTURED = ("canceled", "succeeded")


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    # ------------------------------------------------------------
    # Ask
    # ------------------------------------------------------------

    def _captures_once(self):
        """Extend: unless Stripe has agreed to several captures of one payment."""
        if self.provider_code == "stripe" and not self.provider_id.stripe_multicapture:
            return True
        return super()._captures_once()

    def _get_multicapture(self):
        """Return what asks for several captures, where Stripe has agreed to them."""
        if self._captures_once():
            return {}
        name = "payment_method_options[card][request_multicapture]"
        return {name: "if_available"}

    def _send_written_ahead(self, send):
        """Extend: what a capture asks is written down, too."""
        if self.provider_code == "stripe" and self.source_transaction_id:
            self.stripe_payload = self._prepare_capture_payload()
        return super()._send_written_ahead(send)

    def _send_capture_request(self):
        """Override: ask for the amount of this capture; core asks for everything."""
        if self.provider_code != "stripe":
            return super()._send_capture_request()
        source = self.source_transaction_id
        if not self.stripe_payload:
            self.stripe_payload = self._prepare_capture_payload()
        intent = self._send_api_request(
            "POST",
            f"payment_intents/{source.provider_reference}/capture",
            data=self.stripe_payload,
        )
        source._follow_captures(intent)
        return None

    def _prepare_capture_payload(self):
        """Return what Stripe is asked for; with a part it releases the rest."""
        payload = {"amount_to_capture": self._to_stripe_units(self.amount)}
        keeps_rest = not (
            self._captures_once() or self.env.context.get("portal_releases_rest")
        )
        left = self.source_transaction_id._get_uncaptured()
        if keeps_rest and self.currency_id.compare_amounts(self.amount, left) < 0:
            payload["final_capture"] = "false"
        return payload

    def _void(self, amount_to_void=None):
        """Extend: what was released with a capture is not released again."""
        if self.provider_code == "stripe" and self.state != "authorized":
            return self.browse()
        return super()._void(amount_to_void=amount_to_void)

    # ------------------------------------------------------------
    # Follow
    # ------------------------------------------------------------

    def _is_captured_in_parts(self, intent):
        """Return whether this is a capture, or not all is captured at once."""
        if self.source_transaction_id:
            return self.operation != "refund"
        asked = self._to_stripe_units(self.amount)
        received = self._get_received(intent)
        if intent.get("capture_method") != "manual" or intent.get("amount") != asked:
            return False
        captures = self.child_transaction_ids.filtered_domain(CAPTURE_DOMAIN)
        captures |= self._get_waiting_captures()
        return 0 < received < asked or (received == asked and bool(captures))

    def _get_received(self, intent):
        """Return how much Stripe has received; of one that does not say it, all."""
        amount = intent.get("amount", 0) if intent.get("status") == "succeeded" else 0
        return intent.get("amount_received", amount) or 0

    def _get_waiting_captures(self):
        """Return the captures whose answer is not known, the oldest first."""
        return self.child_transaction_ids.filtered(
            lambda tx: (
                tx.state in ("draft", "pending")
                and "amount_to_capture" in (tx.stripe_payload or {})
            )
        ).sorted("id")

    def _get_uncaptured(self):
        """Return what of this authorisation is not captured yet."""
        captures = self.child_transaction_ids.filtered_domain(CAPTURE_DOMAIN)
        return self.currency_id.round(self.amount - sum(captures.mapped("amount")))

    def _follow_captures(self, intent):
        """Let the captures be what Stripe has received, and free what it released.

        What was captured in Stripe's dashboard gets a capture here, too.

        :param dict intent: as it is now
        """
        self.ensure_one()
        self._hold()
        received = self._from_stripe_units(self._get_received(intent))
        compare = self.currency_id.compare_amounts
        new = self.currency_id.round(received - (self.amount - self._get_uncaptured()))
        for capture in self._get_waiting_captures():
            if compare(capture.amount, new) <= 0:
                new = self.currency_id.round(new - capture.amount)
                capture._end_child(intent, "done")
        if compare(new, 0) > 0:
            self._create_child_transaction(new)._end_child(intent, "done")
        left = self._get_uncaptured()
        if intent["status"] in CAPTURED:
            for capture in self._get_waiting_captures():
                capture._set_error(self.env._("Stripe has not captured this."))
            if compare(left, 0) > 0 and self.state == "authorized":
                self._release_at_stripe(intent, left)
        self._keep_stripe_intent(intent)

    def _release_at_stripe(self, intent, amount):
        """Write down that Stripe has released what was left."""
        waiting = self.child_transaction_ids.filtered(
            lambda tx: tx.state == "draft" and tx.operation == self.operation
        )
        void = waiting[:1] or self._create_child_transaction(amount)
        void.amount = amount
        void._end_child(intent, "cancel")

    def _end_child(self, intent, state):
        """Let a capture be done, or what was released be cancelled."""
        self.provider_reference = intent["id"]
        self.outcome_unknown = False
        if state == "done":
            self._set_done()
            # sudo: a scheduled action of the system
            self.env.ref("payment.cron_post_process_payment_tx").sudo()._trigger()
        else:
            self._set_canceled()

    def _find_refunded_capture(self, units):
        """Return the capture that a refund of so much is of, or this without any.

        Stripe does not say it: the first one of which so much is left.
        """
        captures = self.child_transaction_ids.filtered_domain(CAPTURE_DOMAIN)
        amount = self._from_stripe_units(units)
        fitting = captures.filtered(
            lambda tx: tx.currency_id.compare_amounts(tx._get_unrefunded(), amount) >= 0
        ).sorted("id")
        return (fitting or captures or self)[:1]

    def _get_unrefunded(self):
        refunds = self.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund" and tx.state in ("pending", "done")
        )
        return self.amount + sum(refunds.mapped("amount"))  # which are negative

    # ------------------------------------------------------------
    # Amounts
    # ------------------------------------------------------------

    def _to_stripe_units(self, amount):
        decimals = const.CURRENCY_DECIMALS.get(self.currency_id.name)
        return payment_utils.to_minor_currency_units(amount, self.currency_id, decimals)

    def _from_stripe_units(self, units):
        decimals = const.CURRENCY_DECIMALS.get(self.currency_id.name)
        return payment_utils.to_major_currency_units(units, self.currency_id, decimals)
