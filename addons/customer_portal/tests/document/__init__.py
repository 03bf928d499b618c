from . import (
    test_document,
    test_document_desk,
    test_document_files,
    test_document_queries,
)
