"""Idempotency keys: a request that comes again gets the answer of the first one."""

import threading
from dataclasses import dataclass

from .errors import Refusal

KEPT_HOURS = 24
LONGEST = 255


@dataclass
class _Kept:
    request: tuple  # method, path and body
    moment: int
    answer: object = None  # None while it is in flight


class Keys:
    """What was asked and answered with each key."""

    def __init__(self, clock):
        self._clock = clock
        self._kept = {}
        self._lock = threading.Lock()

    def begin(self, key, request):
        """Return the answer of an earlier request, or None: this one is the first.

        :raise Refusal: while the first one is in flight, and for another request
        """
        if len(key) > LONGEST:
            raise Refusal(400, "The idempotency key is too long.", is_executed=False)
        with self._lock:
            kept = self._kept.get(key)
            age = self._clock.now() - kept.moment if kept else 0
            if not kept or age >= KEPT_HOURS * 3600:
                self._kept[key] = _Kept(request, self._clock.now())
                return None
            if kept.request != request:
                raise Refusal(
                    400,
                    "Keys for idempotent requests can only be used with the same "
                    "parameters they were first used with. Try using a key other "
                    f"than '{key}' if you meant to execute a different request.",
                    "idempotency_error",
                    is_executed=False,
                )
            if kept.answer is None:
                raise Refusal(
                    409,
                    "There is currently another in-progress request using this "
                    "Idempotent Key. Please try again later.",
                    "idempotency_error",
                    code="idempotency_key_in_use",
                    is_executed=False,
                )
            return kept.answer

    def end(self, key, answer):
        """Keep what was answered; None forgets the key, as nothing was begun."""
        with self._lock:
            if answer is None:
                self._kept.pop(key, None)
            else:
                self._kept[key].answer = answer
