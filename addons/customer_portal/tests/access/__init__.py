from . import (
    test_access,
    test_activity,
    test_leaks,
    test_own_roles,
    test_roles,
    test_rpc,
    test_seller,
    test_view_as,
)
