from . import (
    test_demo,
    test_forms,
    test_invoice,
    test_overview,
    test_payment,
    test_pdf,
    test_remittance,
    test_reorder,
)
