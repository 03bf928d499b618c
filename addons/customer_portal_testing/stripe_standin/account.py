"""The account at the stand-in: its objects, its time, and who hears what happens."""

import threading

from .clock import Clock
from .store import Store
from .views import show
from .webhooks import Webhooks

EVENT_DAYS = 30  # that events can be listed


class Account:
    """What all requests share. Whoever changes it holds its lock.

    :param start: see Clock
    :param str version: of the API in which events are written, the account's own
    :param fee: of a charge, a share of it and an amount, in the smallest unit
    :param bool multicapture: whether one authorization may be captured several times
    """

    def __init__(
        self, start=None, version="2019-05-16", fee=(0.029, 30), *, multicapture=False
    ):
        self.clock = Clock(start)
        self.store = Store(self.clock)
        self.webhooks = Webhooks(self.clock)
        self.version = version
        self.fee = fee
        self.multicapture = multicapture
        self.lock = threading.RLock()
        self.request_key = None  # the idempotency key of the request that is running

    def tell(self, kind, shown, **previous):
        """Write an event about an object as it is now, and send it.

        :param previous: values that it had before
        """
        data = {"object": show(self.store, shown, self.version)}
        if previous:
            data["previous_attributes"] = previous
        event = self.store.add(
            "event",
            {
                "type": kind,
                "api_version": self.version,
                "data": data,
                "pending_webhooks": self.webhooks.count(kind),
                "request": {"id": None, "idempotency_key": self.request_key},
            },
        )
        self.webhooks.send(event)

    def get_events(self):
        """Return the events that can still be listed, the newest first."""
        oldest = self.clock.now() - EVENT_DAYS * 86400
        return [one for one in self.store.all("event") if one["created"] >= oldest]
