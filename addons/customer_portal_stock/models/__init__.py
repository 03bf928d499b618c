from . import ir_actions_report, portal_document, stock_picking
