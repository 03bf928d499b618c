"""What is measured: the pages of the core, and those that an addon names."""

from benchmarks import pages


def test_pages_of_an_addon_are_found(tmp_path):
    rows = tmp_path / "customer_portal_tickets" / "tests" / "bench_rows.py"
    rows.parent.mkdir(parents=True)
    rows.write_text('PAGES = [{"name": "tickets", "ours": ("/my/tickets",)}]\n')
    assert pages.find_pages(tmp_path) == [pages.Page("tickets", ("/my/tickets",))]


def test_each_page_has_a_name_of_its_own():
    names = [page.name for page in pages.PAGES]
    assert len(set(names)) == len(names) > 10
