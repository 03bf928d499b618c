from . import test_access, test_delivery_slip, test_order_change, test_order_page
