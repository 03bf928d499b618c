from . import (
    ir_actions_report,
    portal_document,
    res_partner,
    sale_order,
    sale_order_line,
    sale_order_list,
    sale_order_progress,
    sale_order_search,
    stock_picking,
    stock_picking_mail,
)
