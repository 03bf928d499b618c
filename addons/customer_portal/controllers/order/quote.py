from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.sale_management.controllers.portal import (
    CustomerPortal as QuotePortalOfCore,
)

from ...tools.number import parse_amount
from ...tools.parse import parse_id
from ..portal import Portal


class QuotePortal(Portal, QuotePortalOfCore):
    """Deciding about a quote: by who may sign, up to the own limit, and on record."""

    @http.route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None
    ):
        """Extend: the person's role and order limit decide."""
        order_sudo = self._get_quote(order_id, access_token)
        user = request.env.user
        if order_sudo and order_sudo._portal_is_of(user):
            try:
                order_sudo._check_portal_allows("sign_quotes")
                order_sudo._check_order_limit(user)
            except UserError as error:
                return {"error": error.args[0]}
        answer = super().portal_quote_accept(
            order_id, access_token=access_token, name=name, signature=signature
        )
        if order_sudo and "error" not in answer:
            amount = order_sudo.currency_id.format(order_sudo.amount_total)
            self._log("quote_signed", order_sudo, f"{amount}, {name or ''}")
        return answer

    @http.route()
    def portal_quote_decline(
        self, order_id, access_token=None, decline_message=None, **_form
    ):
        """Extend: by who may sign; logged."""
        answer = super().portal_quote_decline(
            order_id, access_token=access_token, decline_message=decline_message
        )
        order_sudo = self._get_quote(order_id, access_token)
        if order_sudo and order_sudo.state == "cancel" and decline_message:
            self._log("quote_declined", order_sudo, decline_message)
        return answer

    @http.route()
    def portal_quote_option_update(
        self,
        order_id,
        line_id=None,
        access_token=None,
        remove=False,
        input_quantity=False,
        **_browser_values,
    ):
        """Extend: who may not sign a quote does not change what it offers."""
        order_sudo = self._get_quote(order_id, access_token)
        line_id = parse_id(line_id)
        quantity = 0 if input_quantity is False else parse_amount(str(input_quantity))
        if (
            not order_sudo
            or not order_sudo._may_be_accepted_here()
            or not line_id
            or quantity is None
            or quantity < 0
        ):
            return None
        return super().portal_quote_option_update(
            order_id,
            line_id,
            access_token=access_token,
            remove=bool(remove),
            input_quantity=input_quantity if input_quantity is False else quantity,
        )

    def _get_quote(self, order_id, access_token):
        """Return a quote that this person or visitor sees, in sudo, or nothing."""
        token = access_token or request.httprequest.args.get("access_token")
        try:
            return self._document_check_access("sale.order", order_id, token)
        except (AccessError, MissingError):
            return None

    @staticmethod
    def _log(action, order_sudo, detail):
        request.env["portal.activity"]._log(
            action,
            order_sudo.portal_customer_id,
            record=order_sudo,
            detail=(detail or "")[:200],
        )
