from . import (
    portal_adoption_month,
    portal_order_change,
    res_users,
    res_users_data,
    sale_order,
    sale_order_address,
    sale_order_change,
    sale_order_change_terms,
    sale_order_customer,
    sale_order_line,
    sale_order_progress,
    sale_order_reorder,
)
