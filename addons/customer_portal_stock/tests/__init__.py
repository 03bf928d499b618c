from . import test_delivery_slip
