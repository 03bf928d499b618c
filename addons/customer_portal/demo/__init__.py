from . import (
    documents,
    payments,
    reminders,
    shared_documents,
    statements,
    transfers,
    users,
)
