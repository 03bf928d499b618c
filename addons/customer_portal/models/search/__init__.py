from . import (  # before who inherits them
    portal_found_line_mixin,
    portal_found_mixin,
)

# isort: split
from . import (
    account_move,
    account_move_line,
    account_payment,
    portal_document,
    portal_membership,
    portal_payment,
    portal_remittance,
    portal_search,
    product_product,
    product_template,
    res_partner,
    sale_order,
    sale_order_line,
)
