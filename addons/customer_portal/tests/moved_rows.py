"""Whose a paper is after its contact, or its customer, became something else.

Each row is a situation: who the papers are made for (`of`), what happens then, who sees
them afterwards, and whose used credit they count for. The same holds for each kind of
paper; an addon with more kinds has `add_moved_papers(case, contact)` in such a
file, which returns {kind: record}.

Before it happens there are: Northwind, where `buyer` works; its branch Northwind
North, where `colleague` works; Southwind, where `stranger` works. `contact` works at
Northwind, `clerk` below its department `sales`, and `single` stands alone. Each sees
all papers of the customer, with its branches.
"""

from typing import NamedTuple


class Situation(NamedTuple):
    of: str  # who the papers are made for
    happens: tuple  # (who, {field: value}), or ("merge", (into, *others)), in turn
    seen_by: set  # who sees them, of the people who can sign in
    credit: set  # whose used credit has them


NORTHWIND, SOUTHWIND, NORTH = {"northwind"}, {"southwind"}, {"north"}
OF_NORTHWIND = {"seen_by": {"buyer"}, "credit": NORTHWIND}
# The head office shares the limit of a branch that has none of its own.
OF_NORTH = {
    "seen_by": {"buyer", "contact", "colleague"},
    "credit": NORTH | NORTHWIND,
}

SITUATIONS = {
    # A contact moves; the papers stay.
    "nothing happens": Situation(
        "contact", (), seen_by={"buyer", "contact"}, credit=NORTHWIND
    ),
    "a contact moves to another customer": Situation(
        "contact", (("contact", {"parent_id": "southwind"}),), **OF_NORTHWIND
    ),
    "a contact leaves and stands alone": Situation(
        "contact", (("contact", {"parent_id": False}),), **OF_NORTHWIND
    ),
    "a contact moves to a branch": Situation(
        "contact", (("contact", {"parent_id": "north"}),), **OF_NORTHWIND
    ),
    "a contact moves, and comes back": Situation(
        "contact",
        (
            ("contact", {"parent_id": "southwind"}),
            ("contact", {"parent_id": "northwind"}),
        ),
        seen_by={"buyer", "contact"},
        credit=NORTHWIND,
    ),
    "a contact moves by way of standing alone": Situation(
        "contact",
        (
            ("contact", {"parent_id": False}),
            ("contact", {"parent_id": "southwind"}),
        ),
        **OF_NORTHWIND,
    ),
    "a department moves, with the people below": Situation(
        "clerk",
        (("sales", {"parent_id": "southwind"}),),
        seen_by={"buyer", "contact"},
        credit=NORTHWIND,
    ),
    "a contact becomes a company of its own": Situation(
        "contact", (("contact", {"is_company": True}),), **OF_NORTHWIND
    ),
    "a contact becomes a company elsewhere": Situation(
        "contact",
        (("contact", {"is_company": True, "parent_id": "southwind"}),),
        **OF_NORTHWIND,
    ),
    "a contact is archived": Situation(
        "clerk",
        (("clerk", {"active": False}),),
        seen_by={"buyer", "contact"},
        credit=NORTHWIND,
    ),
    "the company of a contact joins another": Situation(
        "contact",
        (("northwind", {"parent_id": "southwind"}),),
        seen_by={"buyer", "contact", "stranger"},
        credit=NORTHWIND | SOUTHWIND,
    ),
    # A customer becomes a part of another: it brings its papers.
    "a person who was a customer joins a company": Situation(
        "single",
        (("single", {"parent_id": "southwind"}),),
        seen_by={"stranger", "single"},
        credit=SOUTHWIND,
    ),
    "a person joins a company and leaves it": Situation(
        "single",
        (
            ("single", {"parent_id": "southwind"}),
            ("single", {"parent_id": False}),
        ),
        seen_by={"stranger"},
        credit=SOUTHWIND,
    ),
    "a branch is closed": Situation(
        "north",
        (("north", {"is_company": False}),),
        seen_by={"buyer", "colleague", "contact"},
        credit=NORTHWIND,
    ),
    # A branch is a customer of its own, and takes its papers along.
    "a branch is sold": Situation(
        "north",
        (("north", {"parent_id": "southwind"}),),
        seen_by={"colleague", "stranger"},
        credit=NORTH | SOUTHWIND,
    ),
    "a branch stands alone": Situation(
        "north",
        (("north", {"parent_id": False}),),
        seen_by={"colleague"},
        credit=NORTH,
    ),
    "a person of a branch moves to the head office": Situation(
        "colleague", (("colleague", {"parent_id": "northwind"}),), **OF_NORTH
    ),
    # Merged: what both had is of the one that stays.
    "a customer is merged into another": Situation(
        "contact",
        (("merge", ("southwind", "northwind")),),
        seen_by={"buyer", "contact", "stranger"},
        credit=SOUTHWIND,
    ),
    "another customer is merged into this one": Situation(
        "contact",
        (("merge", ("northwind", "southwind")),),
        seen_by={"buyer", "contact", "stranger"},
        credit=NORTHWIND,
    ),
    "a contact is merged into one of another customer": Situation(
        "clerk",
        (("merge", ("stranger", "clerk")),),
        seen_by={"buyer", "contact"},
        credit=NORTHWIND,
    ),
    "a person who was a customer is merged into a contact": Situation(
        "single",
        (("merge", ("clerk", "single")),),
        seen_by={"buyer", "contact", "single"},
        credit=NORTHWIND,
    ),
    "a contact moves, then its new customer is merged into the old": Situation(
        "contact",
        (
            ("contact", {"parent_id": "southwind"}),
            ("merge", ("northwind", "southwind")),
        ),
        seen_by={"buyer", "contact", "stranger"},
        credit=NORTHWIND,
    ),
}
