"""Open an Odoo shell on the database of bin/serve."""

import subprocess

from bootstrap import environment, places, terminal


def main(arguments):
    """Open the shell; `--database NAME` chooses another database."""
    environment.enter("shell", arguments)

    # These need the environment.
    from bootstrap import odoo, postgres, serve
    from bootstrap.database import Databases

    options = serve.parse_database("bin/shell", arguments)
    found = odoo.get()
    with postgres.server() as variables:
        databases = Databases(found, variables)
        if not databases.find(options.database):
            raise terminal.Problem(
                f"there is no database {options.database} of bin/serve: run it first"
            )
        configuration = found.write_configuration("shell")
        return subprocess.run(
            terminal.tied(
                [*found.command, "shell", "-c", configuration]
                + ["-d", options.database, "--log-level", "warn"]
            ),
            cwd=places.RUN,
            env=found.environment(variables),
            check=False,
        ).returncode
