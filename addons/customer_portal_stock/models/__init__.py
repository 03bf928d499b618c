from . import ir_actions_report, stock_picking, stock_picking_history
