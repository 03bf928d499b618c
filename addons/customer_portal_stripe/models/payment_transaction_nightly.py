"""What the night finds: money at Stripe without a transaction, or without a payment."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.customer_portal.models.payment.payment_transaction import (
    PAYING_OPERATIONS,
)

from ..tools.gateway import GatewayError

_logger = logging.getLogger(__name__)

COMPARED = timedelta(days=30)  # what is older was compared thirty times
SETTLING = timedelta(hours=1)  # for what is on its way by itself
UNBOOKED = timedelta(days=1)
AT_ONCE = 100
# Of an intent with such a status Stripe has money, or may take it.
PAID = ("requires_capture", "succeeded")


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model
    def _compare_at_night(self):
        """Compare what Stripe has taken with what is known and booked (scheduled)."""
        for provider in self.env["payment.provider"]._get_stripe_accounts():
            try:
                self._find_unknown_charges(provider)
            except GatewayError as error:
                _logger.warning("Charges at Stripe were not compared: %s", error)
        self._find_unbooked()

    @api.model
    def _find_unknown_charges(self, provider):
        """Let what Stripe has taken be handled as if it had told of it just now.

        One that stays unknown is reported by `portal.stripe.event`.

        :raise GatewayError: where Stripe cannot be asked
        """
        events = self.env["portal.stripe.event"]
        now = fields.Datetime.now()
        since, until = (int((now - age).timestamp()) for age in (COMPARED, SETTLING))
        intents = {
            intent["id"]: intent
            for intent in provider._get_stripe_gateway().find_intents(since)
            if intent["status"] in PAID
            and intent["created"] < until
            and events._is_of_this_database(intent)
        }
        known = self.search_fetch(
            [
                ("provider_id", "=", provider.id),
                ("provider_reference", "in", list(intents)),
                ("source_transaction_id", "=", False),
                ("state", "in", ("authorized", "done")),
            ],
            ["provider_reference", "state"],
        )
        for transaction in known:
            reference = transaction.provider_reference
            is_captured = intents[reference]["status"] == "succeeded"
            if transaction.state == "done" or not is_captured:
                del intents[reference]
        events._keep_found(provider, list(intents.values()))

    @api.model
    def _find_unbooked(self):
        """Book what was paid and has no payment; what fails is told to accounting."""
        captured = Domain("state", "in", ("done", "cancel"))
        unbooked = self.search(
            Domain("provider_code", "=", "stripe")
            & Domain("state", "=", "done")
            & Domain("operation", "in", PAYING_OPERATIONS)
            & Domain("payment_id", "=", False)
            & Domain("child_transaction_ids", "not any", captured)
            & Domain("last_state_change", "<", fields.Datetime.now() - UNBOOKED),
            limit=AT_ONCE,
        )
        self._for_each(unbooked, lambda transaction: transaction._book_or_report())

    def _book_or_report(self):
        """Book the money of this transaction, or tell accounting why it is not."""
        reason = ""
        try:
            with self.env.cr.savepoint():
                self._post_process()
        except (UserError, ValidationError) as error:
            reason = str(error)
        if self.payment_id:
            return
        summary = self.env._("Payment %s is not booked", self.reference)
        remittance = self._get_paid_remittance()
        papers = remittance.line_ids.move_id or self.invoice_ids
        record = papers[:1] or self.sale_order_ids[:1]
        if not record:
            events = self.env["portal.stripe.event"]
            record = events.search([("transaction_id", "=", self.id)], limit=1)
        if not record:
            _logger.warning("Transaction %s is done and not booked", self.reference)
        elif summary not in record.activity_ids.mapped("summary"):
            record.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=self.env._(
                    "Stripe has %(amount)s of it, and it is in no journal. %(reason)s",
                    amount=self.currency_id.format(self.amount),
                    reason=reason,
                ),
                user_id=self.provider_id._get_stripe_accountant().id,
            )
