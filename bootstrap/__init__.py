"""Prepare and run the portal: the Python behind `bin/`.

Everything here uses the standard library only, so that it starts on a machine
with nothing but Python, git and apt. Once the virtual environment exists a
command starts itself again in it (`environment.enter`); from there on psycopg2
can be imported.

    places       where things lie
    terminal     what the user sees: steps, progress, one-sentence failures
    locks        two runs at once
    odoo         get Odoo 19
    environment  the virtual environment
    postgres     find or start PostgreSQL
    database     templates, clones, installation

Each command is a module with a `main`: serve, test, shell, i18n and check_install
here, the others in `lint` and `benchmarks`, which use this package and are never
imported by it. `__main__` has the list.
"""
