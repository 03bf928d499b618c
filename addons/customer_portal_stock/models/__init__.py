from . import (
    ir_actions_report,
    sale_order,
    sale_order_line,
    sale_order_progress,
    stock_picking,
)
