from . import (
    test_access,
    test_clock,
    test_desk,
    test_end,
    test_expected,
    test_gateway,
    test_teams,
    test_views,
    test_working_time,
)
