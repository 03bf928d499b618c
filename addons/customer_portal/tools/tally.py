"""What is counted for each company that a person works for."""

from typing import NamedTuple

from odoo.fields import Domain


class Tally(NamedTuple):
    """A kind of records that are counted, see `res.users._get_portal_tallies`."""

    name: str  # "coming" or "waiting": what it is added to
    code: str  # the permission whose reach is counted
    records: object  # an empty recordset of a `portal.scoped.mixin`; its rights count
    domain: Domain
    get_day: callable = (
        None  # (alias, query) -> SQL of a day, of which the first counts
    )


class Found(NamedTuple):
    """What was counted for one company."""

    count: int = 0
    day: object = None  # a date, the first of those that are known

    def add(self, count, day):
        """Return this and more of the same."""
        days = filter(None, (self.day, day))
        return Found(self.count + count, min(days, default=None))
