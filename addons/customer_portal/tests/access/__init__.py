from . import (
    test_access,
    test_activity,
    test_file_doors,
    test_leaks,
    test_leaks_moved,
    test_merge,
    test_moved,
    test_own_roles,
    test_roles,
    test_rpc,
    test_seller,
    test_view_as,
)
