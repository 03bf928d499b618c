"""Signed messages to the addresses that want to hear of events.

Each address has a policy: `AT_ONCE`, `TWICE` (the two at the same time), `LATE` (when
the clock moves on, or on demand), `REVERSED` (likewise, the newest first), `LOST`.
"""

import hashlib
import hmac
import json
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

AT_ONCE, TWICE, LATE, REVERSED, LOST = "at_once", "twice", "late", "reversed", "lost"
HELD = (LATE, REVERSED)
SENDERS = 8
PATIENCE = 30  # seconds for an answer
# What was not taken comes again; Stripe does so for three days.
AGAIN_AFTER_HOURS = (1, 4, 24, 72)


@dataclass
class Endpoint:
    """An address that hears of events.

    :param secrets: all that count now; a message is signed with each of them
    :param events: the types that it wants, or ("*",)
    """

    url: str
    secrets: list
    events: tuple = ("*",)
    policy: str = AT_ONCE
    held: list = field(default_factory=list)
    answers: list = field(default_factory=list)  # (event id, HTTP status or 0)

    def wants(self, kind):
        """Return whether it hears of events of a type."""
        return "*" in self.events or kind in self.events


class Webhooks:
    """The addresses, and what is on its way to them."""

    def __init__(self, clock):
        self.endpoints = []
        self._clock = clock
        self._senders = ThreadPoolExecutor(SENDERS, "stripe-webhook")
        self._running = set()
        self._lock = threading.Lock()

    def add(self, url, secrets, events=("*",), policy=AT_ONCE):
        """Let an address hear of events; return it."""
        endpoint = Endpoint(url, list(secrets), tuple(events), policy)
        self.endpoints.append(endpoint)
        return endpoint

    def count(self, kind):
        """Return how many addresses hear of events of a type."""
        return sum(endpoint.wants(kind) for endpoint in self.endpoints)

    def send(self, event):
        """Send an event to whoever wants it, as the policies say."""
        for endpoint in self.endpoints:
            if not endpoint.wants(event["type"]) or endpoint.policy == LOST:
                continue
            if endpoint.policy in HELD:
                endpoint.held.append(event)
                continue
            for _time in range(2 if endpoint.policy == TWICE else 1):
                self._submit(endpoint, event)

    def release(self):
        """Send what was held, one after the other; return what was answered."""
        answers = []
        for endpoint in self.endpoints:
            held, endpoint.held = endpoint.held, []
            if endpoint.policy == REVERSED:
                held.reverse()
            answers += [self.deliver(endpoint, event) for event in held]
        return answers

    def wait(self, timeout=30):
        """Wait until nothing is on its way."""
        while True:
            with self._lock:
                running = set(self._running)
            if not running or wait(running, timeout).not_done:
                return

    def stop(self):
        """End the threads that send."""
        self._senders.shutdown(cancel_futures=True)

    def _send_once(self, endpoint, event, tries=0):
        """Send an event; if it is not taken, do so again when time has passed."""
        if endpoint not in self.endpoints:
            return
        status = self.deliver(endpoint, event)
        if not 200 <= status < 300 and tries < len(AGAIN_AFTER_HOURS):
            self._clock.call_in(
                AGAIN_AFTER_HOURS[tries] / 24,
                lambda: self._submit(endpoint, event, tries + 1),
            )

    def deliver(self, endpoint, event):
        """Send an event once, and return the HTTP status, 0 without an answer."""
        body = json.dumps(event).encode()
        # The address is one that the test itself has given.
        request = urllib.request.Request(  # noqa: S310  # nosemgrep: outgoing-request
            endpoint.url,
            body,
            {
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": sign(body, endpoint.secrets, self._clock.now()),
            },
        )
        try:
            status = _open(request)
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            status = 0
        endpoint.answers.append((event["id"], status))
        return status

    def _submit(self, endpoint, event, tries=0):
        future = self._senders.submit(self._send_once, endpoint, event, tries)
        with self._lock:
            self._running.add(future)
        future.add_done_callback(self._forget)

    def _forget(self, future):
        with self._lock:
            self._running.discard(future)


def _open(request):
    """Return the HTTP status of the answer; the address is one of the test itself."""
    # nosemgrep: outgoing-request (the address of a test)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  # nosec B310
        return answer.status


def sign(body, secrets, moment):
    """Return the header that proves who sent a body: one signature for each secret."""
    signed = f"{moment}.".encode() + body
    signatures = [
        hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        for secret in secrets
    ]
    return ",".join([f"t={moment}", *(f"v1={one}" for one in signatures)])
