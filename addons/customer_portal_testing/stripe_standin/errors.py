"""What is refused, in the form that Stripe has for it."""


class Refusal(Exception):
    """An answer that is no success.

    :param int status: of HTTP
    :param bool is_executed: whether anything was begun; only such an answer is
        remembered with the idempotency key of its request
    """

    def __init__(
        self,
        status,
        message,
        kind="invalid_request_error",
        *,
        is_executed=True,
        **details,
    ):
        super().__init__(message)
        self.status = status
        self.is_executed = is_executed
        self.error = {"type": kind, "message": message, **details}


def bad_parameter(name, message, code="parameter_invalid_empty"):
    """Return what is said of a parameter, before anything is begun."""
    return Refusal(400, message, param=name, code=code, is_executed=False)


def wrong_state(message, **details):
    """Return what is said where an intent is not in the state for something."""
    return Refusal(400, message, code="payment_intent_unexpected_state", **details)
