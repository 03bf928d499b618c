from . import (
    documents,
    invoice_disputes,
    payments,
    promises,
    reminders,
    shared_documents,
    statements,
    transfers,
    users,
)
