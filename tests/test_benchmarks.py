"""What is measured: the pages of the core, and those that an addon names."""

from benchmarks import pages
from bootstrap import places


def test_pages_of_an_addon_are_found():
    found = pages.find_pages(places.TEST_ADDONS)
    assert found == [pages.Page("examples", ("/my/examples",))]


def test_each_page_has_a_name_of_its_own():
    names = [page.name for page in pages.PAGES]
    assert len(set(names)) == len(names) > 10
