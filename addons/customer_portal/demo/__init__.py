from . import (
    documents,
    payments,
    promises,
    reminders,
    shared_documents,
    statements,
    transfers,
    users,
)
