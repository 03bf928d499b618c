import logging

from odoo import api, fields, models

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_stripe.controllers.main import StripeController

from ..exceptions import StripeRefusal

_logger = logging.getLogger(__name__)

# Of an intent with such a status no money can come any more.
ENDED = ("canceled", "succeeded")


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    stripe_is_open = fields.Boolean(
        "Can still be paid at Stripe",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Its form may be open in a browser, and money may come.",
    )
    # What the charge of a saved card asks, word by word: with the same key Stripe takes
    # nothing else.
    stripe_payload = fields.Json(readonly=True, copy=False, groups="base.group_system")

    _stripe_is_open_index = models.Index("(id) WHERE stripe_is_open")

    # ------------------------------------------------------------
    # What is asked
    # ------------------------------------------------------------

    def _send_api_request(self, method, endpoint, *, data=None, **kwargs):
        """Extend: whatever changes something has a key, and says what it belongs to."""
        if self.provider_code == "stripe" and method == "POST":
            if not kwargs.get("idempotency_key"):
                kwargs["idempotency_key"] = payment_utils.generate_idempotency_key(
                    self, scope=endpoint
                )
            if endpoint in ("payment_intents", "setup_intents", "refunds"):
                data = {**(data or {}), **self._get_stripe_metadata()}
        try:
            return super()._send_api_request(method, endpoint, data=data, **kwargs)
        except StripeRefusal as refusal:
            # A card that was declined leaves an intent that could still be paid.
            intent = refusal.error.get("payment_intent")
            if intent and not self.source_transaction_id:
                self._keep_stripe_intent(intent)
            if refusal.is_gone and (customer := (data or {}).get("customer")):
                return self._go_on_without_customer(refusal, customer, endpoint, data)
            raise

    def _go_on_without_customer(self, refusal, customer, endpoint, data):
        """Ask with a new customer, as the one that is known was deleted at Stripe.

        What was saved with it is gone, too.

        :raise StripeRefusal: for a saved payment method, with what to do
        """
        customers = self.env["portal.stripe.customer"]
        if refusal.error["param"] == "customer":
            customers._forget(self.provider_id, customer)
        if not self.token_id:
            fresh = customers._get_reference(self.provider_id, self.partner_id)
            if fresh == customer:
                raise refusal
            return self._send_api_request(
                "POST",
                endpoint,
                data={**data, "customer": fresh},
                idempotency_key=payment_utils.generate_idempotency_key(
                    self, scope=f"{endpoint} {fresh}"
                ),
            )
        self.token_id.active = False
        raise StripeRefusal(
            self.env._(
                "This saved payment method does not exist any more. Please choose "
                "another one, or enter it again."
            ),
            refusal.status,
            refusal.error,
        ) from refusal

    def _get_stripe_metadata(self):
        """Return what tells an object at Stripe from those of another database."""
        database = self.env["portal.stripe.customer"]._get_database()
        return {
            "metadata[odoo_database]": database,
            "metadata[odoo_reference]": self.reference,
        }

    def _stripe_create_customer(self):
        """Override: the customer's own one, and not another one for each attempt."""
        customers = self.env["portal.stripe.customer"]
        return {"id": customers._get_reference(self.provider_id, self.partner_id)}

    def _stripe_prepare_payment_intent_payload(self):
        """Extend: asked again, the charge of a saved card asks the same."""
        if self.stripe_payload:
            return dict(self.stripe_payload)
        payload = super()._stripe_prepare_payment_intent_payload()
        is_card = payload["payment_method_types[]"] == "card"
        if is_card and payload["capture_method"] == "manual":
            payload |= self._get_multicapture()
        return payload

    def _charge_written_ahead(self):
        """Extend: what is asked is written down, too."""
        if self.provider_code == "stripe" and not self.stripe_payload:
            self.stripe_payload = self._stripe_prepare_payment_intent_payload()
        return super()._charge_written_ahead()

    def _stripe_create_intent(self):
        """Extend: remember which intent it is, to know it again and to cancel it.

        An intent for a form in a browser takes no money by being made: where the
        answer is lost nobody knows its secret, and nothing has to be verified.
        """
        intent = super(
            PaymentTransaction, self.with_context(stripe_takes_money=self._is_charged())
        )._stripe_create_intent()
        if intent and intent.get("id"):
            self._keep_stripe_intent(intent)
        return intent

    def _is_charged(self):
        """Return whether making the intent charges a saved card at once."""
        return self.operation in ("online_token", "offline")

    def _keep_stripe_intent(self, intent):
        """Remember the intent of this attempt, and whether money may come of it."""
        if not self.provider_reference:
            self.provider_reference = intent["id"]
        self.stripe_is_open = intent.get("status") not in ENDED

    # ------------------------------------------------------------
    # What is answered
    # ------------------------------------------------------------

    def _update_state(self, allowed_states, target_state, state_message):
        """Extend: what was asked is kept as long as nobody knows what came of it."""
        updated = super()._update_state(allowed_states, target_state, state_message)
        updated.filtered(
            lambda tx: tx.stripe_payload and not tx.outcome_unknown
        ).stripe_payload = False
        return updated

    def _process(self, provider_code, payment_data):
        """Extend: an intent counts for the transaction that it was made for only."""
        if provider_code != "stripe":
            return super()._process(provider_code, payment_data)
        transaction = self or self._search_by_reference(provider_code, payment_data)
        if not transaction:
            return transaction
        if not transaction._is_own_stripe_object(payment_data):
            _logger.warning(
                "An object of Stripe that belongs to something else was refused for "
                "transaction %s",
                transaction.reference,
            )
            return transaction
        intent = payment_data.get("payment_intent")
        if intent and transaction._is_captured_in_parts(intent):
            source = transaction.source_transaction_id or transaction
            source._follow_captures(intent)
            return transaction
        processed = super(PaymentTransaction, transaction)._process(
            provider_code, payment_data
        )
        intent = payment_data.get("payment_intent") or payment_data.get("setup_intent")
        if intent:
            (processed.source_transaction_id or processed)._keep_stripe_intent(intent)
        return processed

    def _is_own_stripe_object(self, payment_data):
        """Return whether Stripe made an object for this transaction."""
        paid = self.source_transaction_id or self
        name = "setup_intent" if self.operation == "validation" else "payment_intent"
        intent = payment_data.get(name) or {}
        intent_id = intent.get("id")
        if self.operation == "refund":
            intent_id = (payment_data.get("refund") or {}).get("payment_intent")
        if paid.provider_reference or paid != self:
            return paid.provider_reference in (False, intent_id)
        metadata = intent.get("metadata") or {}
        known = self.env["portal.stripe.customer"]._get_database()
        return (
            intent.get("description") == paid.reference
            and metadata.get("odoo_database", known) == known
            and metadata.get("odoo_reference", paid.reference) == paid.reference
            and not self._is_stripe_reference_taken(intent_id)
        )

    def _is_stripe_reference_taken(self, intent_id):
        """Return whether an intent is another transaction's."""
        return bool(
            self.search_count(
                [
                    ("provider_reference", "=", intent_id),
                    ("provider_id", "=", self.provider_id.id),
                    ("source_transaction_id", "=", False),
                    ("id", "!=", self.id),
                ],
                limit=1,
            )
        )

    @api.model
    def _find_of_return(self, reference):
        """Return the transaction to which Stripe leads back, in sudo, or none.

        Whoever knows its reference may let it be asked for; nothing of it is told.
        """
        # sudo: who comes back may be a visitor, who reads no transaction
        return self.sudo().search(
            [("reference", "=", reference), ("provider_code", "=", "stripe")]
        )

    def _process_stripe_intent(self, intent):
        """Let an intent as it is now say what became of this transaction; in sudo."""
        self.ensure_one()
        payment_data = {"reference": self.reference}
        if self.operation == "validation":
            StripeController._include_setup_intent_in_payment_data(intent, payment_data)
        else:
            StripeController._include_payment_intent_in_payment_data(
                intent, payment_data
            )
        return self._process("stripe", payment_data)
