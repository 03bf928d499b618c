from . import (
    order,
    order_change,
    quote,
    reorder,
)
