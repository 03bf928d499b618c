from . import (
    test_adoption_month,
    test_order_change,
    test_order_change_lines,
    test_order_change_pages,
    test_order_change_queries,
    test_order_change_requests,
    test_order_customer,
    test_order_links,
    test_order_list,
    test_order_page,
    test_reorder,
    test_reorder_since,
)
