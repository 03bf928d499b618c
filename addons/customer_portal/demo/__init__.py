from . import credit, documents, payments, shared_documents, transfers
