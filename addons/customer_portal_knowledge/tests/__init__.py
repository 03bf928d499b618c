from . import (
    test_access,
    test_article,
    test_audience,
    test_feedback,
    test_help_page,
    test_import,
)
