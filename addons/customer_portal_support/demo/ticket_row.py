"""One line of what people of the demo customers asked, and what became of it.

An *age* counts working days before today, so that what was answered after so many
working hours was, whatever day the demo is loaded on. ``at`` and the hours of the
events are working hours: of the day, and since the ticket was received.
"""

from typing import Any, NamedTuple


class Ticket(NamedTuple):
    """A ticket and what became of it.

    An event is (hours, what, text); ``what`` is one of reply, word (of the customer),
    note, wait, solve, cancel, merge, duplicate (text is the key of the other ticket)
    and rate (text begins with a digit: 5, 3 or 1).
    """

    key: str
    person: str
    age: int
    at: float
    kind: str | None
    subject: str
    text: str
    events: tuple = ()
    agent: str | None = None
    channel: str = "portal"
    order: str | None = None
    invoice: str | None = None
    product: str | None = None
    category: str | None = None
    values: dict[str, Any] = {}


def invoice(key, person, age, at, subject, text, events, about=None, **values):
    """Return a question about an invoice; those go to billing."""
    values = {"agent": "accounting", "category": "invoice", "invoice": about, **values}
    return Ticket(key, person, age, at, "invoice", subject, text, events, **values)
