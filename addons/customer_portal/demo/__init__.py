from . import documents, payments, shared_documents, statements, transfers, users
