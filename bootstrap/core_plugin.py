"""Odoo's own tests without a browser: `bin/test-core` asks what the server answers."""


def pytest_collection():
    """Skip what opens a browser; tours click on pages that ours replace."""
    from odoo.tests.common import HttpCase

    HttpCase.browser_js = _skip


def _skip(case, *_args, **_kwargs):
    case.skipTest("without a browser")
