from . import (
    test_guards,
    test_pay,
    test_pay_choice,
    test_pay_link,
    test_payment_method,
    test_payments,
    test_remittance,
    test_remittance_cases,
    test_remittance_plan,
    test_reversal,
    test_transfer,
)
