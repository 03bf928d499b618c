from . import (
    portal_ticket,
    portal_ticket_return,
    portal_ticket_type_field,
    sale_order,
    stock_move,
    stock_picking,
)
