from . import ir_actions_report, sale_order, sale_order_line, stock_picking
