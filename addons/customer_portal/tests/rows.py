"""Rows that each addon of ours gives to the tests of the core, found by name.

An addon whose name begins with `customer_portal` may have `tests/leak_rows.py`,
`tests/query_rows.py`, `tests/merge_rows.py` and others. The core never names an addon
that builds on it.
"""

from importlib import import_module
from pathlib import Path

from odoo.modules import get_module_path

OURS = "customer_portal"


def find_rows(env, name):
    """Return the modules `tests/<name>.py` of the installed addons of ours."""
    return [
        import_module(f"odoo.addons.{addon}.tests.{name}")
        for addon in sorted(env.registry._init_modules)
        if addon.startswith(OURS)
        and Path(get_module_path(addon), "tests", f"{name}.py").exists()
    ]


def join(modules, name):
    """Return the table of that name of all modules as one.

    Tables are dicts or tuples; where several have a key whose value is a list, the
    lists are joined.
    """
    tables = [getattr(module, name) for module in modules if hasattr(module, name)]
    if all(isinstance(table, tuple) for table in tables):
        return sum(tables, ())
    joined = {}
    for key, value in (item for table in tables for item in table.items()):
        is_more = key in joined and isinstance(value, list)
        joined[key] = joined[key] + value if is_more else value
    return joined
