from . import (
    test_access,
    test_address,
    test_demo,
    test_forms,
    test_headers,
    test_invoice,
    test_overview,
    test_payment,
    test_pdf,
    test_queries,
    test_remittance,
    test_reorder,
)
