"""The cast of the tests, made once for all classes of a database.

Making it takes longer than most tests that use it. Where the database is thrown away
after the run, the first class makes the cast in a transaction of its own and commits
it; that class and all others then read it. `bin/test` says so by the variable below.
Without it, in a database that somebody keeps, nothing is committed: each class makes
the cast in its own transaction, which is rolled back.
"""

import os
from dataclasses import dataclass
from datetime import date

from odoo.models import BaseModel
from odoo.tests import TransactionCase
from odoo.tests.common import get_db_name

from odoo.addons.base.tests.common import BaseCommon

THROWN_AWAY = "CUSTOMER_PORTAL_THROWN_AWAY"

_casts = {}  # {(name of the database, class): Cast}


def is_allowed():
    """Return whether the database may be changed for good."""
    return bool(os.environ.get(THROWN_AWAY))


def set_up(cls, maker):
    """Set up a class as `maker.setUpClass` does, the records of it made once.

    :param cls: the test class, a subclass of the maker
    :param maker: the class whose set-up makes the cast; it may depend on nothing
        that a subclass overrides
    """
    _check_same_way(cls, maker)
    key = get_db_name(), maker
    if key not in _casts:
        _casts[key] = Cast.make(maker)
    # What stands before core's first common class: the cursor, and HTTP.
    super(BaseCommon, cls).setUpClass()
    _casts[key].bind(cls)


def _check_same_way(cls, maker):
    """Refuse a class with a set-up of its own between the maker and core's."""
    ways = [
        [
            parent
            for parent in start.__mro__[start.__mro__.index(maker) :]
            if issubclass(parent, BaseCommon) and "setUpClass" in vars(parent)
        ]
        for start in (cls, maker)
    ]
    if ways[0] != ways[1]:
        names = ", ".join(parent.__name__ for parent in {*ways[0]} ^ {*ways[1]})
        raise TypeError(f"{cls.__name__}: the cast is made without {names}")


class Start(TransactionCase):
    """Notes what a class has before the set-up of the cast begins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = {*vars(cls), "before"}


class Cast:
    """What a set-up has made: the attributes of its class, without a cursor."""

    def __init__(self, maker):
        """Read it from a class that is set up."""
        self.user, self.context = maker.env.uid, dict(maker.env.context)
        self.attributes = {}
        for name in vars(maker).keys() - maker.before:
            try:
                self.attributes[name] = pack(getattr(maker, name))
            except TypeError as error:
                raise TypeError(f"{maker.__name__}.{name}: {error}") from error

    @classmethod
    def make(cls, maker):
        """Return the cast of a set-up, committed; one that fails leaves nothing."""
        # A class of its own: what the set-up assigns belongs to one transaction.
        making = type("Making", (maker, Start), {"__module__": maker.__module__})
        try:
            making.setUpClass()
            cast = cls(making)
            # Past the patch that forbids it inside of a test.
            type(making.cr).commit(making.cr)
        finally:
            making.doClassCleanups()
        if making.tearDown_exceptions:
            raise making.tearDown_exceptions[0][1]
        return cast

    def bind(self, cls):
        """Give the attributes to a class, as records of its own transaction."""
        cls.env = cls.env(user=self.user, context=self.context)
        for name, packed in self.attributes.items():
            setattr(cls, name, unpack(cls.env, packed))


@dataclass(frozen=True)
class Records:
    """Records without a cursor, with the rights that they were read with."""

    model: str
    ids: list
    user: int
    context: dict
    su: bool


def pack(value):
    """Return a value without a cursor.

    :raise TypeError: for what another transaction could not use
    """
    if isinstance(value, BaseModel):
        env = value.env
        return Records(value._name, value.ids, env.uid, env.context, env.su)
    if isinstance(value, dict):
        return {key: pack(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return type(value)(pack(one) for one in value)
    if value is None or isinstance(value, str | int | float | date):
        return value
    raise TypeError(f"{type(value).__name__} cannot be kept for other classes")


def unpack(env, value):
    """Return what `pack` was given, in the transaction of an environment."""
    if isinstance(value, Records):
        env = env(user=value.user, context=value.context, su=value.su)
        return env[value.model].browse(value.ids)
    if isinstance(value, dict):
        return {key: unpack(env, one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return type(value)(unpack(env, one) for one in value)
    return value
