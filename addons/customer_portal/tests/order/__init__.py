from . import (
    test_order_change,
    test_order_change_pages,
    test_order_change_queries,
    test_order_change_requests,
    test_reorder,
    test_reorder_since,
)
