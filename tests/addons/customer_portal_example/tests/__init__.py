from . import test_access, test_example, test_followup
