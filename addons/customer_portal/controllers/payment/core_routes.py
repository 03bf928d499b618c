from odoo import http
from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.http import request

from odoo.addons.account_payment.controllers.payment import (
    PaymentPortal as InvoicePaymentPortal,
)
from odoo.addons.sale.controllers.portal import PaymentPortal as OrderPaymentPortal

from ...tools.parse import parse_id, parse_own_path, parse_units
from ...tools.shapes import find_odd, is_bool, is_number, is_word, maybe
from ..portal import Portal

# What the payment form of core says besides ids and the way to pay.
SHAPES = {
    "payment_reference": maybe(is_word),
    "reference_prefix": maybe(is_word),
    "name_next_installment": maybe(is_word),
    "tokenization_requested": maybe(is_bool),
    "is_validation": maybe(is_bool),
}


class CoreRoutesPortal(Portal, InvoicePaymentPortal, OrderPaymentPortal):
    """Odoo's own ways to pay, held to the same rules as ours."""

    @http.route()
    def invoice_transaction(self, invoice_id, access_token=None, **kwargs):
        """Extend: by who may pay; an amount that is no number is refused.

        Beside what is under way, the page says in the address what it showed as left.
        """
        self._check_transaction_values(kwargs)
        self._check_payable("account.move", invoice_id, access_token)
        left = parse_units(request.httprequest.args.get("left"))
        request.update_context(portal_seen_left=left)
        return super().invoice_transaction(invoice_id, access_token, **kwargs)

    @http.route()
    def overdue_invoices_transaction(self, payment_reference=None, **kwargs):
        """Extend: as above; the page that called it is gone."""
        self._check_transaction_values(kwargs, payment_reference=payment_reference)
        request.env.user._check_portal_can("pay")
        return super().overdue_invoices_transaction(payment_reference, **kwargs)

    @http.route()
    def portal_order_transaction(self, order_id, access_token=None, **kwargs):
        """Extend: as above, for orders; a person's draft is placed, not paid.

        Paying it would confirm it past the review.
        """
        self._check_transaction_values(kwargs)
        order_sudo = self._check_payable("sale.order", order_id, access_token)
        if order_sudo.state == "draft" and order_sudo.portal_user_id:
            raise ValidationError(request.env._("Place the order first."))
        if not order_sudo._may_be_accepted_here():
            raise ValidationError(request.env.user._get_portal_refusal())
        if order_sudo.state == "sent" and order_sudo._portal_is_of(request.env.user):
            order_sudo._check_order_limit(request.env.user)
        return super().portal_order_transaction(order_id, access_token, **kwargs)

    def _check_payable(self, model, record_id, access_token):
        """Return a document, in sudo, that this person or visitor may pay.

        :raise ValidationError: when it is missing or not theirs to see, or when the
            person works for the customer and the role is not to pay
        """
        try:
            document_sudo = self._document_check_access(model, record_id, access_token)
        except (AccessError, MissingError):
            raise ValidationError(request.env._("The access is invalid.")) from None
        document_sudo._check_portal_allows("pay")
        return document_sudo

    @http.route()
    def payment_pay(self, *args, **kwargs):
        """Extend: a person whose role is not to pay pays nothing on account."""
        self._check_may_pay_anything()
        return super().payment_pay(*args, **kwargs)

    @http.route()
    def payment_transaction(
        self,
        amount=None,
        currency_id=None,
        partner_id=None,
        access_token=None,
        **kwargs,
    ):
        """Extend: as above; odd values are refused in a sentence."""
        self._check_transaction_values(kwargs, amount=amount)
        user = request.env.user
        if user.share and not user._is_public():
            user._check_portal_can("pay")
        is_text = isinstance(access_token, str) and access_token.isascii()
        return super().payment_transaction(
            amount,
            currency_id if currency_id is None else parse_id(currency_id),
            parse_id(partner_id),
            access_token if is_text else "",
            **kwargs,
        )

    @http.route()
    def payment_method(self, **kwargs):
        """Extend: as above; who does not pay saves no card."""
        self._check_may_pay_anything()
        return super().payment_method(**kwargs)

    def _check_may_pay_anything(self):
        user = request.env.user
        if user.share and not user._is_public():
            self._check_can("pay")

    def _check_transaction_values(self, kwargs, **named):
        """Refuse what no payment form sends; what core must have is there afterwards.

        The amount's bounds are checked where the transaction is created.

        :param dict kwargs: what goes on to core; ids and switches are made such
        :param named: what core's method has as an argument of its own
        :raise ValidationError: in the words of the person
        """
        values = {**kwargs, **named}
        is_validation = values.get("is_validation") is True
        amount = values.get("amount")
        # A card is saved without an amount: the provider decides what it asks for.
        if not is_number(amount) and not (amount is None and is_validation):
            raise ValidationError(request.env._("Enter an amount."))
        choice = {
            name: parse_id(values.get(name)) or None
            for name in ("provider_id", "payment_method_id", "token_id")
        }
        flow = values.get("flow")
        needed = ["provider_id", "payment_method_id"]
        if flow == "token" and not is_validation:
            needed = ["provider_id", "token_id"]
        elif flow not in ("redirect", "direct"):
            needed = []
        if not needed or not all(choice[name] for name in needed):
            raise ValidationError(request.env._("Choose how to pay."))
        if find_odd(values, SHAPES) or not parse_own_path(values.get("landing_route")):
            raise ValidationError(
                request.env._("This payment cannot be started. Open its page again.")
            )
        kwargs.update(choice)
        kwargs["tokenization_requested"] = bool(values.get("tokenization_requested"))
