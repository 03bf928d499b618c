"""What we ask Stripe ourselves, by its own library.

What Odoo's addon asks goes Odoo's way, where other addons extend it. Answers are plain
dicts, as that addon has them. The library is imported when it is first needed: it takes
longer than all of the rest of a start.
"""

import contextlib
from functools import cached_property

TIMEOUT = 8  # seconds for an answer
RETRIES = 2  # with the same idempotency key
PAGE = 100
# A message that is older than this is not believed: somebody may have kept it.
TOLERANCE = 300  # seconds


class GatewayError(Exception):
    """Stripe could not be asked, or said no.

    :param bool is_lost: whether it may have been done all the same
    :param str code: Stripe's, such as "resource_missing"
    """

    def __init__(self, message, *, is_lost=False, code=""):
        super().__init__(message)
        self.is_lost = is_lost
        self.code = code


class Gateway:
    """Stripe, for one account.

    :param str key: the secret key
    :param str version: of the API
    :param base: another address than Stripe's, without a slash at the end
    :param dict headers: which Odoo's addon sends too
    """

    def __init__(self, key, version, base=None, headers=None):
        self._key = key
        self._version = version
        self._base = base
        self._options = {"headers": headers} if headers else {}

    @cached_property
    def _client(self):
        import stripe

        addresses = {"api": self._base} if self._base else {}
        return stripe.StripeClient(
            self._key,
            base_addresses=addresses,
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
            max_network_retries=RETRIES,
            stripe_version=self._version,
        ).v1

    # ------------------------------------------------------------
    # Intents
    # ------------------------------------------------------------

    def get_intent(self, intent_id):
        """Return an intent, of a payment or of a setup, as it is now."""
        service = self._client.payment_intents
        if intent_id.startswith("seti_"):
            service = self._client.setup_intents
        values = {"expand": ["payment_method"]}
        with translated():
            return service.retrieve(intent_id, values, self._options).to_dict()

    def cancel_intent(self, intent_id):
        """Let nobody pay an intent any more, and return it.

        One that is paid, or cancelled already, is returned as it is.

        :raise GatewayError: where Stripe cannot be asked
        """
        service = self._client.payment_intents
        if intent_id.startswith("seti_"):
            service = self._client.setup_intents
        try:
            with translated():
                service.cancel(intent_id, {}, self._options)
        except GatewayError as error:
            if not error.code.endswith("_unexpected_state"):
                raise
        return self.get_intent(intent_id)

    def find_intents(self, since, customer_id=None):
        """Return the payment intents that were made since a moment.

        :param int since: seconds since 1970
        :param customer_id: of this customer only, with their payment methods
        """
        values = {"created": {"gte": since}, "limit": PAGE}
        if customer_id:
            values |= {"customer": customer_id, "expand": ["data.payment_method"]}
        with translated():
            found = self._client.payment_intents.list(values, self._options)
            return [one.to_dict() for one in found.auto_paging_iter()]

    def list_refunds(self, charge_id):
        """Return all refunds of a charge, the oldest first."""
        values = {"charge": charge_id, "limit": PAGE}
        with translated():
            found = self._client.refunds.list(values, self._options)
            return [one.to_dict() for one in found.auto_paging_iter()][::-1]

    def find_refunds(self, intent_id):
        """Return the refunds of an intent, the newest first."""
        values = {"payment_intent": intent_id, "limit": PAGE}
        with translated():
            found = self._client.refunds.list(values, self._options)
            return [one.to_dict() for one in found.auto_paging_iter()]

    def get_refund(self, refund_id):
        """Return a refund as it is now."""
        with translated():
            found = self._client.refunds.retrieve(refund_id, {}, self._options)
            return found.to_dict()

    def get_dispute(self, dispute_id):
        """Return a dispute as it is now."""
        with translated():
            found = self._client.disputes.retrieve(dispute_id, {}, self._options)
            return found.to_dict()

    # ------------------------------------------------------------
    # Payouts
    # ------------------------------------------------------------

    def get_payout(self, payout_id):
        """Return a payout as it is now."""
        with translated():
            found = self._client.payouts.retrieve(payout_id, {}, self._options)
            return found.to_dict()

    def list_movements(self, payout_id):
        """Return what a payout is the sum of, and what each is of, the oldest first."""
        values = {"payout": payout_id, "limit": PAGE, "expand": ["data.source"]}
        with translated():
            found = self._client.balance_transactions.list(values, self._options)
            return [one.to_dict() for one in found.auto_paging_iter()][::-1]

    # ------------------------------------------------------------
    # Customers
    # ------------------------------------------------------------

    def make_customer(self, values, key):
        """Make a customer, and return its id; the same key makes the same one."""
        options = {**self._options, "idempotency_key": key}
        with translated():
            return self._client.customers.create(values, options).id

    def has_customer(self, customer_id):
        """Return whether a customer is there, and was not deleted."""
        try:
            with translated():
                found = self._client.customers.retrieve(customer_id, {}, self._options)
        except GatewayError as error:
            if error.code == "resource_missing":
                return False
            raise
        return not found.to_dict().get("deleted")

    # ------------------------------------------------------------
    # Events
    # ------------------------------------------------------------

    def list_events(self, kinds, *, after=None, since=None):
        """Return the events of these kinds, the oldest first.

        :param after: the id of the last one that is known; one that Stripe has
            forgotten is an error with the code "resource_missing"
        :param since: seconds since 1970, where none is known
        """
        values = {"types": list(kinds), "limit": PAGE}
        if after:
            values["ending_before"] = after
        elif since:
            values["created"] = {"gte": since}
        with translated():
            found = self._client.events.list(values, self._options)
            events = [one.to_dict() for one in found.auto_paging_iter()]
        # From a cursor on the library gives the oldest first, otherwise the newest.
        return events if after else events[::-1]


def is_signed(body, signature, secret):
    """Return whether a message comes from who knows a secret, and is not an old one.

    While a secret is changed, Stripe signs with both: one of the signatures counts.

    :param bytes body: as it came
    :param str signature: the header
    """
    import stripe

    if not secret:
        return False
    try:
        return stripe.WebhookSignature.verify_header(
            body.decode(), signature, secret, TOLERANCE
        )
    except (stripe.SignatureVerificationError, UnicodeDecodeError, ValueError):
        return False


@contextlib.contextmanager
def translated():
    """Make a GatewayError of what the library raises."""
    import stripe

    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise GatewayError(str(error), is_lost=True) from error
    except stripe.StripeError as error:
        is_lost = not error.http_status or error.http_status >= 500
        raise GatewayError(
            str(error), is_lost=is_lost, code=error.code or ""
        ) from error
