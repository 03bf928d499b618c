from . import (
    documents,
    invoice_disputes,
    payments,
    promises,
    reminders,
    searches,
    shared_documents,
    statements,
    transfers,
    users,
)
