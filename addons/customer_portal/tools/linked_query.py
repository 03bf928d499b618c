"""A query whose text is made once, and run for other records each time."""

from dataclasses import dataclass

from odoo.tools import SQL


class Ids:
    """Stands in the parameters of a query where the ids come."""


@dataclass(frozen=True)
class LinkedQuery:
    """The text of a query, and what its columns are."""

    sql: SQL
    # (model, field, whether a list is in its order); without a field it is the id of
    # the records of the columns behind it.
    columns: tuple

    def of(self, ids):
        """Return the SQL that reads the records with these ids."""
        given = (list(ids) if value is Ids else value for value in self.sql.params)
        return SQL(self.sql.code, *given, to_flush=self.sql.to_flush)
