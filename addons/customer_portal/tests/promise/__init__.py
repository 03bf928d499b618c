from . import test_promise, test_promise_page, test_year
