from . import (
    payment_provider,
    payment_transaction,
    payment_transaction_capture,
    payment_transaction_doubt,
    payment_transaction_nightly,
    portal_stripe_customer,
    portal_stripe_dispute,
    portal_stripe_event,
    portal_stripe_payout,
    portal_stripe_payout_line,
    res_users,
)
