from . import documents, payments, shared_documents, transfers
