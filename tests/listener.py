"""An address that hears of events, as the portal's does."""

import http.server
import threading
import time

import stripe


class Listener:
    """Keeps what it hears; `status` is what it answers."""

    def __init__(self, secret):
        self.secret = secret
        self.status = 200
        self.messages = []  # (body, signature)
        handler = type("Handler", (_Handler,), {"listener": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        ).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    @property
    def events(self):
        """The events, as far as their signatures are right."""
        return [
            stripe.Webhook.construct_event(*message, self.secret, tolerance=None)
            for message in [*self.messages]
        ]

    def wait_for(self, kind, object_id):
        """Wait until it has heard of an event; return whether it has."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if any(
                (event.type, event.data.object.id) == (kind, object_id)
                for event in self.events
            ):
                return True
            time.sleep(0.02)
        return False


class _Handler(http.server.BaseHTTPRequestHandler):
    listener = None

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.listener.messages.append((body, self.headers["Stripe-Signature"]))
        self.send_response(self.listener.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        pass
