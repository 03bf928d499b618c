from . import (
    order,
    order_change,
    order_page,
    quote,
    reorder,
    reorder_products,
)
