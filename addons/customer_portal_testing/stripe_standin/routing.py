"""What answers which address."""

import re
from dataclasses import dataclass, field

from .errors import Refusal
from .parameters import EXPAND, PAGE, Shape, period, text
from .store import is_within


@dataclass
class Page:
    """A part of a list."""

    rows: list
    has_more: bool = False


@dataclass
class Route:
    """A function that answers an address.

    :param str path: without `/v1/`; `{}` stands for an id, which the function gets
    :param shape: of the parameters
    :param bool is_open: also for browsers, with the client secret of the object
    """

    method: str
    path: str
    function: callable
    shape: Shape
    is_open: bool = False
    pattern: re.Pattern = field(init=False)

    def __post_init__(self):
        words = re.escape(self.path).replace(r"\{\}", r"([\w-]+)")
        self.pattern = re.compile(f"/v1/{words}")

    @classmethod
    def retrieving(cls, path, kind, *, is_open=False):
        """Return the route that shows an object."""
        further = {"client_secret": text} if is_open else {}

        def retrieve(account, _values, object_id):
            return account.store.get(kind, object_id, kind)

        shape = Shape(**EXPAND, **further)
        return cls("GET", f"{path}/{{}}", retrieve, shape, is_open)

    @classmethod
    def listing(cls, path, kind, *names, has_period=True):
        """Return the route that lists objects, by these of their values."""

        def find(account, values):
            wanted = {name: values[name] for name in names if values.get(name)}
            rows = [
                row
                for row in account.store.all(kind, **wanted)
                if is_within(row["created"], values.get("created"))
            ]
            return Page(*account.store.cut_page(rows, values))

        filters = dict.fromkeys(names, text)
        if has_period:
            filters["created"] = period
        return cls("GET", path, find, Shape(**filters, **PAGE))


def find(routes, method, path):
    """Return the route of a request, and the ids in its address.

    :raise Refusal: where there is none
    """
    for route in routes:
        found = route.method == method and route.pattern.fullmatch(path)
        if found:
            return route, found.groups()
    raise Refusal(
        404, f"Unrecognized request URL ({method}: {path}).", is_executed=False
    )
