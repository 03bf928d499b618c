from . import (
    test_api_base,
    test_stripe_capture,
    test_stripe_customers,
    test_stripe_data,
    test_stripe_disputes,
    test_stripe_messages,
    test_stripe_night,
    test_stripe_once,
    test_stripe_payouts,
    test_stripe_stock,
)
