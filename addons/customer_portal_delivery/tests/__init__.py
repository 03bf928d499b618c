from . import test_order_change
