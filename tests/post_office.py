"""A mail server on this machine: it takes what Odoo sends, and the tests read it."""

import email
import email.policy
import socketserver
import threading
import time
from typing import NamedTuple


class Envelope(NamedTuple):
    """A mail as it came over the wire: from and to of the envelope, and the message."""

    sender: str
    recipients: list
    message: email.message.EmailMessage

    @property
    def html(self):
        return self.message.get_body(("html",)).get_content()


class PostOffice:
    """An SMTP server (RFC 5321, without extensions), as a context manager."""

    def __init__(self):
        """Listen on a free port, once entered."""
        self.box = []
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.office = self
        self.port = self._server.server_address[1]

    def __enter__(self):
        """Begin to take mails."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        """Take no more."""
        self._server.shutdown()
        self._server.server_close()

    def fetch(self, recipient, patience=30):
        """Take the first mail to an address out of the box; wait for it."""
        end = time.monotonic() + patience
        while True:
            for envelope in self.box:
                if recipient in envelope.recipients:
                    self.box.remove(envelope)
                    return envelope
            there = [envelope.recipients for envelope in self.box]
            assert time.monotonic() < end, f"nothing for {recipient}, only {there}"
            time.sleep(0.05)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self._say(220, "post office")
        self.sender, self.recipients = "", []
        while line := self.rfile.readline():
            command, _, rest = line.decode().strip().partition(" ")
            answer = getattr(self, f"_hear_{command.lower()}", None)
            if command.upper() == "QUIT":
                self._say(221, "bye")
                return
            self._say(*(answer(rest) if answer else (502, "not known here")))

    def _say(self, code, text):
        self.wfile.write(f"{code} {text}\r\n".encode())

    def _hear_ehlo(self, _rest):
        return 250, "post office"

    _hear_helo = _hear_ehlo

    def _hear_noop(self, _rest):
        return 250, "yes"

    def _hear_rset(self, _rest):
        self.sender, self.recipients = "", []
        return 250, "forgotten"

    def _hear_mail(self, rest):
        self.sender, self.recipients = _read_address(rest), []
        return 250, "go on"

    def _hear_rcpt(self, rest):
        self.recipients.append(_read_address(rest))
        return 250, "go on"

    def _hear_data(self, _rest):
        self._say(354, "end with a dot")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        envelope = Envelope(self.sender, self.recipients, message)
        self.server.office.box.append(envelope)
        return 250, "taken"


def _read_address(text):
    """Return what stands between < and > after FROM: and TO:."""
    return text.partition("<")[2].partition(">")[0]
