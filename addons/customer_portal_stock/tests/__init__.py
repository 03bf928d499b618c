from . import test_access, test_delivery_slip, test_document
