from . import documents, shared_documents, transfers
