from . import (
    test_access,
    test_availability,
    test_delivery_slip,
    test_document,
    test_news,
    test_order_change,
    test_order_page,
    test_overview,
)
