"""`bin/test-core`: what is compared with the list of Odoo's tests that fail."""

import re

import pytest

from bootstrap import server_log
from bootstrap.test_core import FAILURES, SUITES, compare, read_report

REPORT = """<testsuites><testsuite>
  <testcase classname=".run.odoo.odoo.addons.sale.tests.test_a.TestA" name="test_one"/>
  <testcase classname="odoo.addons.sale.tests.test_a.TestA" name="test_two">
    <failure message="no"/></testcase>
  <testcase classname="odoo.addons.sale.tests.test_a.TestA" name="test_tour">
    <skipped message="without a browser"/></testcase>
  <testcase classname="odoo.addons.portal.tests.test_b.TestB" name="test_sub">
    <failure message="of one subtest"/></testcase>
  <testcase classname="odoo.addons.portal.tests.test_b.TestB" name="test_sub"/>
</testsuite></testsuites>"""

RESULTS = {
    "sale.test_a.TestA.test_one": True,
    "sale.test_a.TestA.test_two": False,
    "portal.test_b.TestB.test_sub": False,
}


def test_report_is_read_by_name_and_one_failure_counts():
    assert read_report(REPORT) == RESULTS


@pytest.mark.parametrize(
    ("listed", "suites", "complaints"),
    [
        ([r"sale\..*two", r"portal\..*"], ["sale", "portal"], []),
        # Not in the list.
        (
            [r"sale\..*two"],
            ["sale", "portal"],
            ["portal.test_b.TestB.test_sub fails, and is not in bootstrap/" + FAILURES],
        ),
        # In the list, and mended since; or renamed.
        (
            [r"sale\..*two", r"portal\..*", r"sale\..*one", r"sale\.gone"],
            ["sale", "portal"],
            [
                rf"sale\..*one is in bootstrap/{FAILURES}, and passes",
                rf"sale\.gone is in bootstrap/{FAILURES}: no test",
            ],
        ),
        # Of a suite that was not run.
        ([r"sale\..*two", r"portal\..*", r"payment\.x"], ["sale", "portal"], []),
    ],
)
def test_compares_both_ways(listed, suites, complaints):
    assert compare(RESULTS, list(map(re.compile, listed)), suites) == complaints


def test_each_name_in_the_list_has_a_reason_and_a_suite():
    for pattern in server_log.read_list(FAILURES):
        assert pattern.pattern.split(r"\.")[0] in SUITES
