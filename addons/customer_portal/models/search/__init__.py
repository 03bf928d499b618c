from . import (  # before who inherits them
    portal_found_line_mixin,
    portal_found_mixin,
)

# isort: split
from . import (
    account_move,
    account_move_line,
    portal_document,
    portal_membership,
    portal_payment,
    portal_search,
    product_product,
    res_partner,
    sale_order,
    sale_order_line,
)
