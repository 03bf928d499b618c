from . import test_record_search, test_search_log
