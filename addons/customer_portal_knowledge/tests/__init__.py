from . import (
    test_access,
    test_article,
    test_audience,
    test_drawer,
    test_embed,
    test_feedback,
    test_help_page,
    test_import,
    test_recall,
    test_search,
    test_terms,
    test_words,
)
