from . import test_draft, test_private_data
