from . import test_order_change, test_payment, test_reorder_products
