from . import test_record_search
