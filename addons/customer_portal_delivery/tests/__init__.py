from . import test_order_change, test_payment
