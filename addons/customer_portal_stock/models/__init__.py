from . import (
    ir_actions_report,
    res_partner,
    stock_picking,
    stock_picking_history,
    stock_picking_mail,
)
