from . import (
    payment_provider,
    payment_transaction,
    payment_transaction_doubt,
    portal_stripe_customer,
    portal_stripe_dispute,
    portal_stripe_event,
)
