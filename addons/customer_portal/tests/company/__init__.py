from . import (
    test_address,
    test_address_orders,
    test_company,
    test_history,
    test_typed_addresses,
)
