"""The kinds of events that are handled, by what is asked of Stripe for them."""

INTENTS = (
    "charge.captured",  # a part of it, and the intent may stay as it is
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.succeeded",
    "setup_intent.succeeded",
)
REFUNDS = ("charge.refunded", "charge.refund.updated")
DISPUTES = (
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
)
PAYOUTS = ("payout.failed", "payout.paid", "payout.reconciliation_completed")
CUSTOMERS = ("customer.deleted",)
HANDLED = (*INTENTS, *REFUNDS, *DISPUTES, *PAYOUTS, *CUSTOMERS)
