"""All objects of the account, and pages of their lists."""

import secrets
import string

from .errors import Refusal

PREFIXES = {
    "balance_transaction": "txn",
    "charge": "ch",
    "customer": "cus",
    "dispute": "du",
    "event": "evt",
    "mandate": "mandate",
    "payment_intent": "pi",
    "payment_method": "pm",
    "payout": "po",
    "refund": "re",
    "setup_intent": "seti",
    "webhook_endpoint": "we",
}
WITHOUT_MODE = {"balance_transaction", "refund"}  # their objects lack `livemode`
ALPHABET = string.ascii_letters + string.digits
DEFAULT_PAGE, LONGEST_PAGE = 10, 100


def make_secret(length=24):
    """Return letters and digits that nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class Store:
    """Objects as Stripe shows them, and beside them what it does not show."""

    def __init__(self, clock):
        self._clock = clock
        self._objects = {}  # by id, the oldest first
        self._hidden = {}  # {id: dict}

    def add(self, kind, fields, **hidden):
        """Add an object, and return it."""
        new = {
            "id": f"{PREFIXES[kind]}_{make_secret()}",
            "object": kind,
            "created": self._clock.now(),
            **({} if kind in WITHOUT_MODE else {"livemode": False}),
            **fields,
        }
        if kind == "mandate":
            del new["created"]
        self._objects[new["id"]] = new
        self._hidden[new["id"]] = hidden
        return new

    def hidden(self, shown):
        """Return what is known of an object and not shown, to be read and changed."""
        return self._hidden[shown["id"]]

    def find(self, object_id):
        """Return an object, or None."""
        return self._objects.get(object_id)

    def get(self, kind, object_id, name="id"):
        """Return an object of a kind.

        :param str name: of the parameter that names it
        :raise Refusal: where there is none
        """
        found = self._objects.get(object_id)
        if not found or found["object"] != kind:
            self._refuse(kind, object_id, name)
        return found

    def get_live(self, kind, object_id, name="id"):
        """Return an object of a kind that was not deleted.

        :raise Refusal: where there is none
        """
        found = self.get(kind, object_id, name)
        if found.get("deleted"):
            self._refuse(kind, object_id, name)
        return found

    @staticmethod
    def _refuse(kind, object_id, name):
        words = kind.replace("_", "")
        raise Refusal(
            404,
            f"No such {words}: '{object_id}'",
            code="resource_missing",
            param=name,
        )

    def all(self, kind, **wanted):
        """Return the objects of a kind with these values, the newest first."""
        return [
            one
            for one in reversed(self._objects.values())
            if one["object"] == kind
            and all(one.get(name) == value for name, value in wanted.items())
        ]

    def cut_page(self, rows, values):
        """Return the page of rows that a request asks for, and whether more follow.

        :param rows: all of them, the newest first
        :param dict values: limit, starting_after, ending_before
        """
        limit = values.get("limit")
        limit = DEFAULT_PAGE if limit is None else limit
        if not 1 <= limit <= LONGEST_PAGE:
            raise Refusal(400, f"Invalid integer: {limit}", param="limit")
        bound = values.get("starting_after") or values.get("ending_before")
        if not bound:
            return rows[:limit], len(rows) > limit
        ids = [row["id"] for row in rows]
        if bound not in ids:
            name = "starting_after" if "starting_after" in values else "ending_before"
            raise Refusal(
                400, f"No such object: '{bound}'", code="resource_missing", param=name
            )
        place = ids.index(bound)
        if "starting_after" in values:
            rows = rows[place + 1 :]
            return rows[:limit], len(rows) > limit
        rows = rows[:place]  # what is newer: of that the part next to the bound
        return rows[-limit:], len(rows) > limit


def is_within(moment, bounds):
    """Return whether a moment is within the bounds of `parameters.period`."""
    tests = {
        "gt": moment.__gt__,
        "gte": moment.__ge__,
        "lt": moment.__lt__,
        "lte": moment.__le__,
    }
    return all(tests[name](bound) for name, bound in (bounds or {}).items())
