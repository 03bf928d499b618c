"""What Odoo has compiled of templates, routes and bundles, kept from test to test.

Core clears all caches after each test. The first page of the next one is then compiled
anew, which takes ten times as long as drawing it. Here a test leaves behind what is
compiled, unless it, or the set-up of its class, has changed what that was made from:
Odoo itself clears these caches then, and a mark in them is gone.
"""

from psycopg2 import Error

from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

COMPILED = ("templates", "routing", "assets", "groups")
OTHERS = ("default", "stable")  # of records
MARK = "as it was when the test began"


def keep(cls):
    """Keep what the tests of a class compile; to be called before its set-up."""
    registry = Registry(get_db_name())
    cls.compiles_its_own = False

    def clear():
        if cls.compiles_its_own or not _is_marked(registry):
            del registry.clear_all_caches
            registry.clear_all_caches()
            registry.clear_all_caches = clear
            _mark(registry)
        else:
            registry.clear_cache(*OTHERS)

    _mark(registry)
    registry.clear_all_caches = clear
    # The first clean-up is the last that runs: after core's, which clears the caches.
    cls.addClassCleanup(delattr, registry, "clear_all_caches")


def watch(test):
    """Notice what a test, or the set-up of its class, changes; call it in `setUp`."""
    if not _is_marked(test.registry):
        type(test).compiles_its_own = True
    test.addCleanup(_forget_languages, test)


def _forget_languages(test):
    """Drop what is compiled where texts of a language may have been loaded.

    Odoo does not, but the next test may have the language without its texts.
    """
    try:
        test.cr.execute(
            "SELECT COUNT(*) FROM res_lang WHERE active", log_exceptions=False
        )
        is_one = test.cr.fetchone()[0] == 1
    except Error:  # the test broke its transaction
        is_one = False
    if not is_one:
        test.registry.clear_cache(*COMPILED)


def _get_caches(registry):
    # As `odoo.tools.cache` reaches them.
    return [registry._Registry__caches[name] for name in COMPILED]


def _mark(registry):
    for cache in _get_caches(registry):
        cache[MARK] = True


def _is_marked(registry):
    return all(MARK in cache for cache in _get_caches(registry))
