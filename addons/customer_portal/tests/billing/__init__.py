from . import (
    test_credit,
    test_entries,
    test_invoice,
    test_invoice_news,
    test_invoice_page,
    test_invoice_zip,
    test_receivable_report,
    test_statement,
    test_statement_ledger,
)
