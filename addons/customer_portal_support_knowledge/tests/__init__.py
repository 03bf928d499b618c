from . import test_draft, test_private_data, test_suggested_articles
