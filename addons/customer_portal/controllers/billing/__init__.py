from . import (
    credit,
    invoice,
    invoice_page,
    invoice_zip,
    statement,
)
