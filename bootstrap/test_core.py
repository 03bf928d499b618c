"""Run Odoo's own tests in a database with our addons, and compare with a list.

    bin/test-core                    all suites
    bin/test-core payment sale       some of them
    bin/test-core --stock payment    without our addons: what fails there is not ours

`core_failures.txt` names each test that fails with its reason. A failure that is not
in it fails the run, and so does a name in it that passes, or is no test any more.
"""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET  # nosec B405  # pytest's own report

from bootstrap import environment, places, server_log, terminal

# The addons of Odoo whose tests are run, and which files of the large ones: what the
# portal is built on or stands beside.
ALL = ("test_*.py",)
SUITES = {
    "account_payment": ALL,
    "auth_passkey_portal": ALL,
    "auth_signup": ALL,
    "auth_totp_portal": ALL,
    "delivery": ALL,
    "mrp_subcontracting": ("test_subcontracting_portal*.py",),
    "payment": ALL,
    "payment_custom": ALL,
    "payment_demo": ALL,
    "payment_stripe": ALL,
    "portal": ALL,
    "project": (
        "test_access_rights.py",
        "test_portal.py",
        "test_project_sharing*.py",
        "test_project_update_access_rights.py",
    ),
    "rating": ALL,
    "sale": (
        "test_access_rights.py",
        "test_controllers.py",
        "test_credit_limit.py",
        "test_payment_flow.py",
        "test_sale_flow.py",
        "test_sale_order.py",
        "test_sale_refund.py",
        "test_sale_to_invoice.py",
    ),
    "sale_management": ALL,
    "sale_stock": ("test_sale_stock_access_rights.py",),
    "website_sale": (
        "test_address.py",
        "test_delivery_controller.py",
        "test_ecommerce_access.py",
        "test_express_checkout_flows.py",
        "test_website_sale_cart*.py",
        "test_website_sale_checkout_steps.py",
        "test_website_sale_mail.py",
        "test_website_sale_reorder_from_portal.py",
    ),
}
FAILURES = "core_failures.txt"
NICE = 5  # others work on this machine too


def main(arguments):
    """Run the suites; return the exit status."""
    environment.enter("test-core", arguments, development=True)

    # These need the environment.
    from bootstrap import odoo, postgres
    from bootstrap.database import PREFIX, Databases

    is_stock = "--stock" in arguments
    suites = [word for word in arguments if not word.startswith("-")] or list(SUITES)
    if unknown := set(suites) - set(SUITES):
        raise terminal.Problem(f"no suite of ours to run: {', '.join(unknown)}")
    found = odoo.get()
    with postgres.server() as variables:
        databases = Databases(found, variables)
        template = databases.peers(SUITES)
        database = f"{PREFIX}_test_{os.getpid()}_core"
        try:
            databases.clone(template, database)
            if not is_stock:
                databases.install(database, ["customer_portal"], log="core-ours")
            results = _run(databases, database, suites, is_stock)
        finally:
            databases.drop(database)
    failed = {name for name, has_passed in results.items() if not has_passed}
    terminal.say(f"{len(results)} tests ran, {len(failed)} failed")
    if is_stock:
        for name in sorted(failed):
            terminal.say(name)
        return 0
    complaints = compare(results, server_log.read_list(FAILURES), suites)
    for complaint in complaints:
        terminal.say(complaint)
    terminal.say(f"bin/test-core: {'FAILED' if complaints else 'passed'}")
    return 1 if complaints else 0


def _run(databases, database, suites, is_stock):
    """Run the tests of the suites; return {name: whether it passed}."""
    own = None if is_stock else places.ADDONS
    configuration = databases.odoo.write_configuration("test-core", own=own)
    report = places.LOG / "test-core.xml"
    report.unlink(missing_ok=True)
    files = [path for suite in suites for path in _find_tests(databases, suite)]
    values = databases.odoo.environment(databases.environment)
    values["PYTHONPATH"] = os.pathsep.join([str(databases.odoo.root), str(places.ROOT)])
    subprocess.run(
        terminal.tied(
            [
                *("nice", "-n", str(NICE)),
                *(sys.executable, "-m", "pytest", "-q", "--tb=short"),
                *(
                    "-p",
                    "bootstrap.core_plugin",
                    "-p",
                    "no:cacheprovider",
                    f"--junitxml={report}",
                ),
                f"--odoo-config={configuration}",
                f"--odoo-database={database}",
                *("--odoo-http", "--odoo-log-level=critical"),
                *files,
            ]
        ),
        cwd=places.ROOT,
        env=values,
        check=False,
    )
    if not report.exists():
        raise terminal.Problem("pytest did not come to its end")
    return read_report(report.read_text())


def _find_tests(databases, suite):
    """Return the files of a suite; both folders of Odoo may show the same addon."""
    for folder in databases.odoo.addons_path:
        tests = folder / suite / "tests"
        if found := {path for name in SUITES[suite] for path in tests.glob(name)}:
            return sorted(found)
    return []


def read_report(text):
    """Return {name: whether it passed} of a report; what was skipped is left out.

    A name is suite.file.class.test; one with a subtest that failed has not passed.
    """
    results = {}
    # Pytest's own report, made just before.
    report = ET.fromstring(text)  # noqa: S314  # nosec B314
    for case in report.iter("testcase"):
        if case.find("skipped") is not None:
            continue
        _root, _addons, place = case.get("classname").rpartition("addons.")
        suite, _tests, rest = place.partition(".tests.")
        name = f"{suite}.{rest}.{case.get('name').split(' ')[0]}"
        has_passed = case.find("failure") is None and case.find("error") is None
        results[name] = has_passed and results.get(name, True)
    return results


def compare(results, patterns, suites):
    """Return what is not as the list says, as sentences.

    :param dict results: {name: whether it passed}
    :param patterns: compiled, of the names that fail
    :param suites: those that were run; names of others are not looked at
    """
    complaints = [
        f"{name} fails, and is not in bootstrap/{FAILURES}"
        for name, has_passed in sorted(results.items())
        if not has_passed and not any(pattern.fullmatch(name) for pattern in patterns)
    ]
    for pattern in patterns:
        if pattern.pattern.split("\\.")[0] not in suites:
            continue
        found = [name for name in results if pattern.fullmatch(name)]
        if not found:
            complaints.append(f"{pattern.pattern} is in bootstrap/{FAILURES}: no test")
        elif all(results[name] for name in found):
            complaints.append(
                f"{pattern.pattern} is in bootstrap/{FAILURES}, and passes"
            )
    return complaints
