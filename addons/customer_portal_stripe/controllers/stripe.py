import json
import logging
import re

from werkzeug.exceptions import BadRequest, Forbidden, RequestEntityTooLarge

from odoo import http
from odoo.http import request

from odoo.addons.customer_portal.const import LARGEST_FORM
from odoo.addons.payment_stripe.controllers.main import StripeController

_logger = logging.getLogger(__name__)

INTENT_ID = re.compile(r"(?:pi|seti)_\w+", re.ASCII)


def _read_event(body):
    """Return the event that a message is, or None for something else."""
    try:
        event = json.loads(body)
        shown = event["data"]["object"]
        words = (event["id"], event["type"], shown["id"], shown["object"])
        is_event = all(isinstance(word, str) for word in words)
        return event if is_event and isinstance(event["created"], int) else None
    except (ValueError, TypeError, KeyError):
        return None


class PortalStripeController(StripeController):
    """Stripe's messages, and who comes back from it."""

    @http.route()
    def stripe_return(self, **data):
        """Extend: the transaction knows its intent, whatever the address says."""
        reference = data.get("reference") or ""
        if "\0" in reference:  # no text of a database
            return request.redirect("/payment/status")
        found = request.env["payment.transaction"]._find_of_return(reference)
        if not found:
            return request.redirect("/payment/status")
        is_validation = found.operation == "validation"
        name = "setup_intent" if is_validation else "payment_intent"
        if found.provider_reference:
            data[name] = found.provider_reference
        elif not INTENT_ID.fullmatch(data.get(name, "")):
            return request.redirect("/payment/status")
        return super().stripe_return(**data)

    @http.route()
    def stripe_webhook(self, **_form):
        """Override: keep what Stripe says, and answer; it is handled afterwards.

        Core handles it before it answers, believes everybody where no secret is set,
        and compares the last signature only.
        """
        if (request.httprequest.content_length or 0) > LARGEST_FORM:
            raise RequestEntityTooLarge
        body = request.httprequest.get_data()
        signature = request.httprequest.headers.get("Stripe-Signature", "")
        # sudo: the secrets; who signed is asked here
        providers_sudo = request.env["payment.provider"].sudo()
        provider_sudo = providers_sudo._find_signing_provider(body, signature)
        if not provider_sudo:
            _logger.info("A message that Stripe has not signed was refused")
            raise Forbidden
        event = _read_event(body)
        if not event:
            raise BadRequest
        # sudo: what Stripe says is kept by nobody else
        request.env["portal.stripe.event"].sudo()._keep(provider_sudo, event, "message")
        return request.make_json_response("")
