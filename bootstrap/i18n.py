"""Write the translation template of each addon: i18n/<addon>.pot.

The files depend on nothing but the terms, so that a test can compare them with what
Odoo exports: no dates, and Odoo writes no line numbers.
"""

import os
import re

from bootstrap import environment, places, terminal

DATES = re.compile(r'^"(POT-Creation|PO-Revision)-Date: .*"\n', re.MULTILINE)


def main(arguments):
    """Export the terms of all our addons."""
    environment.enter("i18n", arguments)

    # These need the environment.
    from bootstrap import odoo, postgres
    from bootstrap.database import PREFIX, Databases, own_addons, own_path

    found = odoo.get()
    configuration = found.write_configuration("i18n", own=own_path("plain"))
    with postgres.server() as variables:
        databases = Databases(found, variables)
        name = f"{PREFIX}_test_{os.getpid()}_i18n"
        databases.clone(databases.template(demo=False), name)
        try:
            with terminal.Step("Exporting the terms"):
                # Without a name for the output, each addon gets its own file.
                terminal.run(
                    [*found.command, "i18n", "export"]
                    + ["-c", configuration, "-d", name, *own_addons(), "-l", "pot"],
                    places.LOG / "i18n.log",
                    "Exporting the terms",
                    env=found.environment(variables),
                    cwd=places.RUN,
                )
        finally:
            databases.drop(name)
    for addon in own_addons():
        path = places.ADDONS / addon / "i18n" / f"{addon}.pot"
        path.write_text(DATES.sub("", path.read_text()))
        terminal.say(f"{terminal.relative(path)} is written")
    return 0
