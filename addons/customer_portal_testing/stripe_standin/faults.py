"""What goes wrong on the way to Stripe and back.

- `ERROR`: 500, and nothing was done. `ERROR_AFTER`: 500, and it was done; the key of
  the request keeps the 500, as Stripe says of its own.
- `RATE_LIMIT`: 429.
- `DELAY`: the answer takes its time; what was asked is done all the same.
- `DROP`: the connection ends, and nothing was done. `DROP_AFTER`: it ends, and it was
  done.
"""

import re
import threading
from dataclasses import dataclass, field

ERROR, ERROR_AFTER, RATE_LIMIT = "error", "error_after", "rate_limit"
DELAY, DROP, DROP_AFTER = "delay", "drop", "drop_after"


@dataclass
class Fault:
    """A fault of the next requests that it fits.

    :param str path: a pattern, found anywhere in the path
    :param times: how often; None: until it is removed
    :param seconds: of a delay, which `release` ends earlier
    """

    kind: str
    path: str = ""
    method: str = "POST"
    times: int | None = 1
    seconds: float = 0
    begun: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def fits(self, method, path):
        """Return whether a request has it."""
        return self.method == method and re.search(self.path, path) is not None

    def delay(self):
        """Wait, unless it is released earlier."""
        self.begun.set()
        self.release.wait(self.seconds)


class Faults:
    """The faults that wait for their requests."""

    def __init__(self):
        self._waiting = []
        self._lock = threading.Lock()

    def add(self, kind, path="", **options):
        """Let the next request to a path have a fault; return it."""
        fault = Fault(kind, path, **options)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self):
        """Let everything go well from now on."""
        with self._lock:
            self._waiting.clear()

    def take(self, method, path):
        """Return the fault of a request, or None."""
        with self._lock:
            for fault in self._waiting:
                if fault.fits(method, path):
                    if fault.times is not None:
                        fault.times -= 1
                        if not fault.times:
                            self._waiting.remove(fault)
                    return fault
        return None
