"""Write the translation template of each addon: i18n/<addon>.pot."""

import os

from bootstrap import environment, places, terminal


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
            for addon in own_addons():
                target = places.ADDONS / addon / "i18n" / f"{addon}.pot"
                target.parent.mkdir(exist_ok=True)
                what = f"Exporting the terms of {addon}"
                with terminal.Step(what):
                    terminal.run(
                        [*found.command, "i18n", "export"]
                        + ["-c", configuration, "-d", name, "-l", "pot"]
                        + ["-o", target, addon],
                        places.LOG / "i18n.log",
                        what,
                        env=found.environment(variables),
                        cwd=places.RUN,
                    )
                terminal.say(f"{terminal.relative(target)} is written")
        finally:
            databases.drop(name)
    return 0
