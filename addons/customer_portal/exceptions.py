"""Refusals that carry more than a sentence."""

import logging

from odoo.exceptions import UserError


class TooManyRequests(UserError):
    """Refused for now: `seconds` says for how long, `kind` what was too much."""

    http_status = 429
    loglevel = logging.INFO  # of the line that Odoo writes: nothing is broken

    def __init__(self, message, seconds, kind):
        """Take the sentence that the person reads, the seconds and the kind."""
        super().__init__(message)
        self.seconds = seconds
        self.kind = kind


class ChoiceError(UserError):
    """Some documents cannot be paid as chosen; `errors` is {account.move: why}."""

    def __init__(self, errors):
        super().__init__("\n".join(dict.fromkeys(errors.values())))
        self.errors = errors
