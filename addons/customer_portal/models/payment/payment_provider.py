from requests import exceptions as requests_errors
from urllib3.exceptions import NewConnectionError

from odoo import models
from odoo.exceptions import ValidationError


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    def _send_api_request(self, method, endpoint, *, reference=None, **kwargs):
        """Extend: remember a request whose answer was lost.

        Core says the same of a refusal and of no answer. But a provider that got
        the request may have taken the money.
        """
        try:
            return super()._send_api_request(
                method, endpoint, reference=reference, **kwargs
            )
        except ValidationError as error:
            if reference and method == "POST" and self._is_lost(error):
                self._find_asked_transaction(reference).outcome_unknown = True
            raise

    def _is_lost(self, error):
        """Return whether a request may have been carried out all the same.

        :param error: the ValidationError that core made of it
        """
        return _is_lost(error.__context__)

    def _find_asked_transaction(self, reference):
        """Return the transaction that a request is about."""
        return self.env["payment.transaction"].search(
            [("reference", "=", reference), ("provider_id", "=", self.id)]
        )


def _is_lost(error):
    """Return whether a request may have been carried out all the same."""
    if isinstance(error, requests_errors.HTTPError):
        return error.response is not None and error.response.status_code >= 500
    if isinstance(error, requests_errors.ConnectTimeout):
        return False
    if isinstance(error, requests_errors.ConnectionError):
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        return not isinstance(reason, NewConnectionError)
    return isinstance(error, requests_errors.Timeout)
