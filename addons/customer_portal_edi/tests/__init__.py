from . import test_access, test_electronic_invoice
