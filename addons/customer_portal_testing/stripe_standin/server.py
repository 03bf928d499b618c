"""The stand-in as a server on loopback, and what tests do with it."""

import contextlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from . import desk, disputes, ledger, payment_intents, refunds, setup_intents
from .account import Account
from .dispatch import Answer, Request, answer, refuse
from .errors import Refusal
from .faults import Faults
from .forms import parse
from .idempotency import Keys

AUTHENTICATE = "/standin/authenticate/"  # for the browser: `?intent=..&accept=true`
SCRIPT = "/standin/stripe.js"  # in the place of https://js.stripe.com/v3/
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
}


class Standin:
    """Stripe, as far as the portal uses it.

    Nobody but this machine reaches it. `requests` has all that was asked, as (method,
    path, idempotency key, status); 0 stands for an answer that was dropped.
    """

    def __init__(self, **options):
        self.account = Account(**options)
        self.keys = Keys(self.account.clock)
        self.faults = Faults()
        self.requests = []
        self._server = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_error):
        self.stop()

    @property
    def url(self):
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def webhooks(self):
        """The addresses that hear of events."""
        return self.account.webhooks

    def start(self, port=0):
        """Listen, on a free port if none is said; return itself."""
        handler = type("Handler", (_Handler,), {"standin": self})
        self._server = _Server(("127.0.0.1", port), handler)
        threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        ).start()
        return self

    def stop(self):
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self.webhooks.stop()

    def answer(self, request):
        """Return the answer to a request."""
        if request.path == AUTHENTICATE:
            found = self._answer_browser(request)
        elif request.path == SCRIPT:
            script = Path(__file__).with_name("stripe.js").read_text()
            found = Answer(200, script, {"Content-Type": "text/javascript"})
        elif request.path == desk.DESK:
            found = self._answer_desk(request)
        else:
            fault = self.faults.take(request.method, request.path)
            found = answer(self.account, self.keys, request, fault)
        self.requests.append((request.method, request.path, request.key, found.status))
        return found

    def _answer_browser(self, request):
        values = parse(request.query, request.body)
        intent = self.account.store.find(values.get("intent"))
        secret = values.get("client_secret")
        expected = intent.get("client_secret") if intent else None
        if not expected or not hmac.compare_digest(expected, secret or ""):
            return Answer(401, {"error": {"message": "Wrong secret"}})
        try:
            self.authenticate(intent["id"], accept=values.get("accept") == "true")
        except Refusal as refusal:
            return refuse(refusal)
        return Answer(200, dict(intent))

    def _answer_desk(self, request):
        if request.method == "GET":
            return Answer(200, desk.show(self), {"Content-Type": "text/html"})
        desk.act(self, request.body)
        return Answer(303, "", {"Location": desk.DESK})

    # ------------------------------------------------------------
    # What happens at Stripe, and nobody asks for
    # ------------------------------------------------------------

    def find(self, kind, **wanted):
        """Return the objects of a kind with these values, the newest first."""
        with self.account.lock:
            return self.account.store.all(kind, **wanted)

    def advance(self, **time):
        """Move the clock on: `days=3`, `hours=1`; what falls due happens."""
        with self.account.lock:
            self.account.clock.advance(**time)

    def authenticate(self, intent_id, *, accept):
        """Let the owner of a card say yes or no.

        :raise Refusal: where the card is declined afterwards
        """
        with self.account.lock:
            intent = self.account.store.find(intent_id)
            is_payment = intent["object"] == "payment_intent"
            module = payment_intents if is_payment else setup_intents
            module.authenticate(self.account, intent, accept=accept)

    def settle_debit(self, intent_id, failure=""):
        """Let the bank answer now."""
        with self.account.lock:
            intent = self.account.store.get("payment_intent", intent_id)
            charge = self.account.store.find(intent["latest_charge"])
            payment_intents.settle_debit(self.account, intent, charge, failure)

    def refund(self, intent_id, amount=None):
        """Refund as somebody would in Stripe's dashboard; return the refund."""
        values = {"payment_intent": intent_id}
        with self.account.lock:
            return refunds.create(
                self.account, values if amount is None else values | {"amount": amount}
            )

    def open_dispute(self, intent_id, reason="fraudulent", amount=None):
        """Let a customer take the money back, or a part of it; return the dispute."""
        with self.account.lock:
            intent = self.account.store.get("payment_intent", intent_id)
            charge = self.account.store.find(intent["latest_charge"])
            return disputes.open_dispute(self.account, charge, reason, amount)

    def close_dispute(self, dispute_id, status):
        """Decide a dispute: won or lost, for the seller."""
        with self.account.lock:
            dispute = self.account.store.get("dispute", dispute_id)
            disputes.close(self.account, dispute, status)

    def pay_out(self, currency):
        """Pay out what is available; return the payout, or None."""
        with self.account.lock:
            return ledger.pay_out(self.account, currency)

    def fail_payout(self, payout_id):
        """Let the bank give a payout back."""
        with self.account.lock:
            payout = self.account.store.get("payout", payout_id)
            ledger.fail_payout(self.account, payout)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, _request, _client):
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    """HTTP and nothing else."""

    protocol_version = "HTTP/1.1"
    standin = None

    def _handle(self):
        address = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        request = Request(
            self.command,
            address.path,
            address.query,
            self.rfile.read(size).decode(),  # also of GET: Odoo sends `expand[]` there
            {name.lower(): value for name, value in self.headers.items()},
        )
        found = self.standin.answer(request)
        if found.body is None:
            self.close_connection = True
            return
        with contextlib.suppress(OSError):  # who asked is gone
            self._send(found)

    do_GET = do_POST = do_DELETE = _handle

    def do_OPTIONS(self):
        """Let the pages of other addresses ask."""
        self._send(Answer(200, {}))

    def _send(self, found):
        text = found.body if isinstance(found.body, str) else json.dumps(found.body)
        body = text.encode()
        self.send_response(found.status)
        headers = {"Content-Type": "application/json", **CORS, **found.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """Write nothing to the terminal."""
