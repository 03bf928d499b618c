from . import (
    test_demo,
    test_done_texts,
    test_forms,
    test_headers,
    test_limits,
    test_list_export,
    test_overview,
    test_pdf,
    test_pdf_languages,
    test_prepared,
    test_queries,
    test_requests,
)
