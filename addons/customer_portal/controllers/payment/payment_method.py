import functools

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from ...tools.again import get_start
from ...tools.parse import parse_id
from ..portal import CHANGE
from .remittance import RemittancePortal


class PaymentMethodPortal(RemittancePortal):
    """Saved ways to pay: the own ones, and what colleagues share."""

    @http.route()
    def payment_method(self, **kwargs):
        """Extend: our own list of what is saved; core's form adds another one."""
        response = super().payment_method(**kwargs)
        user = request.env.user
        # sudo: names and last digits of what the person may see
        tokens_sudo = request.env["payment.token"].sudo()
        customer = self._get_customer()
        response.qcontext.update(
            notice=self._get_done_text(),
            tokens_sudo=tokens_sudo,
            saved_methods=tokens_sudo._get_portal_rows(user, customer),
            customer_name=customer.name,
        )
        return response

    def _get_done_texts(self):
        """Extend: what became of a way to pay."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "method_shared": _(
                "The payment method is now shared with the people who pay for "
                "your company."
            ),
            "method_unshared": _("The payment method is no longer shared."),
            "method_removed": _("The payment method has been removed."),
        }

    @http.route("/my/payment_method/<int:token_id>/share", **CHANGE)
    def portal_payment_method_share(self, token_id, **_post):
        """Let colleagues who pay for the current customer use an own method."""
        self._check_can("pay")
        token_sudo = self._find_token(token_id)
        if not token_sudo._is_own(request.env.user):
            raise NotFound
        token_sudo._share(self._get_customer())
        return self._redirect_to_methods("method_shared")

    @http.route("/my/payment_method/<int:token_id>/unshare", **CHANGE)
    def portal_payment_method_unshare(self, token_id, **_post):
        """Let nobody but the owner use a method."""
        token_sudo = self._find_token(token_id)
        if not token_sudo._may_be_unshared_by(request.env.user):
            raise NotFound
        token_sudo._unshare()
        return self._redirect_to_methods("method_unshared")

    @http.route("/my/payment_method/<int:token_id>/remove", **CHANGE)
    def portal_payment_method_remove(self, token_id, **_post):
        """Forget a method."""
        token_sudo = self._find_token(token_id)
        if not token_sudo._may_be_ended_by(request.env.user):
            raise NotFound
        token_sudo._remove_by_customer()
        return self._redirect_to_methods("method_removed")

    @http.route()
    def archive_token(self, token_id):
        """Override: the owner removes it, or the administrator of a company's own.

        Core lets every contact remove what is saved for the company.
        """
        if not request.env.user.share:
            return super().archive_token(token_id)
        token_sudo = self._find_token(token_id)
        if not token_sudo._may_be_ended_by(request.env.user):
            raise NotFound
        return token_sudo._remove_by_customer()

    def _find_token(self, token_id):
        """Return a saved method, in sudo; the caller asks whose it is.

        :raise NotFound: for one that is none, or was removed
        """
        token_sudo = request.env["payment.token"]._find_for_portal(parse_id(token_id))
        if not token_sudo:
            raise NotFound
        return token_sudo

    @staticmethod
    def _redirect_to_methods(notice):
        return request.redirect(f"/my/payment_method?notice={notice}", code=303)

    def _prepare_payment_form_values(self, remittance, partner=None):
        """Extend: what colleagues share, for a remittance of that customer."""
        values = super()._prepare_payment_form_values(remittance, partner)
        # sudo: names and last digits of what the payer may use
        tokens_sudo = request.env["payment.token"].sudo()
        values["tokens_sudo"] = tokens_sudo._get_available_tokens(
            values["providers_sudo"].ids,
            values["partner_id"],
            portal_customer=remittance.partner_id,
        ).filtered(lambda token: not token._is_over())
        return values

    def _create_transaction(
        self,
        provider_id,
        payment_method_id,
        token_id,
        amount,
        currency_id,
        partner_id,
        flow,
        **kwargs,
    ):
        """Extend: nothing but what the person is offered, on any route.

        :raise UserError: for a way to pay or an amount that is not offered
        """
        start = get_start()
        if start and start.charged_id:
            # sudo: as core gives it back; this request began it
            transactions = request.env["payment.transaction"].sudo()
            transaction = transactions._resume_charge(start.charged_id)
            PaymentPostProcessing.monitor_transaction(transaction)
            return transaction
        token_id = token_id if flow == "token" else None
        is_validation = kwargs.get("is_validation")
        custom = kwargs.get("custom_create_values") or {}
        token_sudo = request.env["payment.token"]._find_for_portal(token_id or 0)
        if token_id:
            self._check_token(token_sudo, custom)
        # sudo: customers may not read providers and transactions
        request.env["payment.transaction"].sudo()._check_person_pays(
            {
                "provider_id": provider_id,
                "payment_method_id": token_sudo.payment_method_id.id
                or payment_method_id,
                "token_id": token_id,
                "amount": amount,
                "currency_id": currency_id,
                "partner_id": partner_id,
                "operation": "validation" if is_validation else f"online_{flow}",
                **custom,
            }
        )
        create = functools.partial(
            super()._create_transaction,
            provider_id=provider_id,
            payment_method_id=payment_method_id,
            token_id=token_id,
            amount=amount,
            currency_id=currency_id,
            partner_id=partner_id,
            flow=flow,
            **kwargs,
        )
        env = request.env
        if not token_id:
            return create()
        request.update_context(delay_token_charge=True)
        try:
            transaction = create()
        finally:
            request.update_env(context=env.context)
        # sudo: as core gives it back
        transaction = transaction.with_env(env(su=True))
        if start:
            start.begun_id = transaction.id
        # Some routes charge it themselves, at their end.
        if not env.context.get("delay_token_charge"):
            transaction._charge_with_token()
        return transaction

    def _check_token(self, token_sudo, custom):
        """Refuse a saved way to pay that the person does not see.

        Core allows what belongs to anybody of the same company, and to visitors what
        belongs to the customer of a document whose link they have. What colleagues
        share pays a remittance of the customer with whom they share it.

        :raise AccessError: for another one
        """
        user = request.env.user
        usable = token_sudo
        if user._is_public():
            usable = token_sudo.browse()
        elif user.share:
            usable = token_sudo._get_usable_tokens(
                user, custom.get("portal_remittance_id")
            )
        if not token_sudo or token_sudo not in usable:
            raise AccessError(request.env._("Choose how to pay."))
