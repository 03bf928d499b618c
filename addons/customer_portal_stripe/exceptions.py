from odoo.exceptions import ValidationError


class StripeRefusal(ValidationError):
    """An error that Stripe has answered, with what it says of it.

    :param int status: of HTTP
    :param dict error: the `error` of the answer
    """

    def __init__(self, message, status, error):
        super().__init__(message)
        self.status = status
        self.error = error

    @property
    def is_lost(self):
        """Return whether the first request of its key is still being carried out."""
        return self.error.get("code") == "idempotency_key_in_use"

    @property
    def is_gone(self):
        """Return whether a customer, or what it had saved, is not there any more."""
        return self.error.get("code") == "resource_missing" and self.error.get(
            "param"
        ) in ("customer", "payment_method")

    @property
    def may_be_repeated(self):
        """Return whether Stripe may do it, if it is asked once more."""
        return self.is_lost or self.status == 429
