from . import (
    credit,
    invoice,
    invoice_page,
    statement,
)
