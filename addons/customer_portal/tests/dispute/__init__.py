from . import (
    test_dispute,
    test_dispute_cases,
    test_dispute_page,
    test_dispute_short,
    test_dispute_told,
)
