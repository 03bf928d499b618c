"""The whole suite runs in shares: every file once, and no failure is lost."""

from bootstrap import places, test
from bootstrap.test import NOTHING_COLLECTED, join_statuses, share_out


def find_all():
    return test._find_addon_tests(), test._find_process_tests()


def test_every_test_file_is_in_one_share():
    for files in find_all():
        shares = share_out(files, 2)
        assert sorted(file for share in shares for file in share) == files
        sizes = [sum(map(test.weigh, share)) for share in shares]
        assert max(sizes) < 1.2 * min(sizes)


def test_long_files_are_there():
    files = {
        file.relative_to(places.ROOT).as_posix() for part in find_all() for file in part
    }
    assert test.LONG_FILES.keys() <= files


def test_one_failing_share_fails_the_part():
    assert join_statuses([0, 1], installed_well=True) == 1
    assert join_statuses([NOTHING_COLLECTED, 2], installed_well=True) == 2
    assert join_statuses([NOTHING_COLLECTED, 0], installed_well=True) == 0
    assert join_statuses([0, 0], installed_well=False) == 1
    only_nothing = [NOTHING_COLLECTED, NOTHING_COLLECTED]
    assert join_statuses(only_nothing, installed_well=True) == NOTHING_COLLECTED
