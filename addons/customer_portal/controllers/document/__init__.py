from . import document, document_send
