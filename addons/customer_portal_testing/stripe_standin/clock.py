"""The time of the stand-in, which tests move on by days."""

import datetime
import heapq
import itertools
import threading
import time


class Clock:
    """Seconds since 1970, and what is to happen when.

    :param start: where the clock stands until it is moved on; without it the clock goes
        with the time of the day
    """

    def __init__(self, start=None):
        self._start = start
        self._moved = 0
        self._due = []
        self._count = itertools.count()
        self._lock = threading.RLock()

    def now(self):
        """Return the moment, in whole seconds."""
        start = time.time() if self._start is None else self._start
        return int(start) + self._moved

    def today(self):
        """Return the moment, in UTC."""
        return datetime.datetime.fromtimestamp(self.now(), datetime.UTC)

    def call_in(self, days, function):
        """Call something when so many days have passed."""
        moment = self.now() + round(days * 86400)
        with self._lock:
            heapq.heappush(self._due, (moment, next(self._count), function))

    def advance(self, *, days=0, hours=0, seconds=0):
        """Move on; what falls due on the way happens at its moment, in its order."""
        target = self.now() + round(days * 86400 + hours * 3600 + seconds)
        while self._due and self._due[0][0] <= target:
            self._moved += max(0, self._due[0][0] - self.now())
            self.run_due()
        self._moved += max(0, target - self.now())

    def run_due(self):
        """Call what is due now."""
        while True:
            with self._lock:
                if not self._due or self._due[0][0] > self.now():
                    return
                _moment, _count, function = heapq.heappop(self._due)
            function()
