from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.payment.controllers.portal import PaymentPortal

from ...report import receipt
from ...tools.parse import parse_id
from ..portal import CHANGE, PAGE, Portal


class RemittancePortal(Portal, PaymentPortal):
    """A remittance: paying what was chosen, and its receipt."""

    @http.route("/my/pay/<int:remittance_id>", **PAGE)
    def portal_remittance_page(self, remittance_id, **_query):
        """Show a remittance: to pay, under way, or its receipt."""
        self._check_can("see_invoices")
        remittance = self._get_or_404("portal.remittance", remittance_id)
        return self._render_remittance_page(remittance)

    def _render_remittance_page(self, remittance, message=""):
        return self._render_page(
            "customer_portal.remittance",
            {**self._prepare_remittance_values(remittance), "message": message},
            status=422 if message else 200,
        )

    def _prepare_remittance_values(self, remittance):
        """Return what the page shows of a remittance that the person reads."""
        remittance_sudo = remittance.sudo()  # sudo: names and attempts, as said below
        user = request.env.user
        is_open = remittance.state == "open"
        can_pay = remittance._portal_allows(user, "pay")
        lines = remittance_sudo._prepare_portal_lines()
        waiting = remittance_sudo._get_waiting_message()
        obstacle = remittance_sudo._get_obstacle() if is_open else ""
        values = {
            "page_name": "pay",
            "remittance": remittance,
            # The colleague who pays, and what customers cannot read themselves:
            # entries with money on account, and transactions.
            "payer_name": remittance_sudo.payer_id.name,
            "day_note": self._get_day_note(),
            "lines": lines,
            "attempts": remittance_sudo._prepare_failed_attempts(),
            "waiting": waiting,
            "obstacle": obstacle,
            "choice_url": self._get_choice_url(
                line["move_id"] for line in lines if line["sign"] > 0
            ),
            "extra": remittance.amount_on_account
            if remittance.settled_on
            else remittance.amount_extra,
            "is_free": remittance.currency_id.is_zero(remittance.amount_cash),
            "is_to_pay": is_open
            and not obstacle
            and not waiting
            and user._portal_can("pay"),
            "can_cancel": can_pay and remittance_sudo._can_be_cancelled(),
            "instructions": self._get_instructions(remittance),
            "steps": self._get_steps(remittance),
        }
        if can_pay and is_open and remittance.amount_cash:
            values.update(self._prepare_payment_form_values(remittance))
        return values

    @staticmethod
    def _get_choice_url(move_ids):
        """Return the address where documents are chosen again; ids of 0 say nothing."""
        return f"/my/pay?documents={','.join(map(str, filter(None, move_ids)))}"

    @staticmethod
    def _get_steps(remittance):
        """Return the steps of a payment with their dates, as the timeline shows."""
        env = request.env
        paid = remittance.settled_on
        return [
            {"label": env._("Selected"), "date": remittance.create_date, "done": True},
            {
                "label": env._("Sent"),
                "date": None,
                "done": bool(paid) or remittance.state in ("processing", "booking"),
            },
            {
                "label": env._("Received"),
                "date": paid,
                "done": bool(paid) or remittance.state == "booking",
            },
        ]

    @staticmethod
    def _get_instructions(remittance):
        """Return what the provider asks the person to do now, as HTML, or nothing.

        A wire transfer waits for the person; its account stands in the message.
        """
        # sudo: customers may not read transactions; the provider's public message
        transaction = remittance.sudo().transaction_ids._get_last()
        if remittance.state != "processing" or transaction.provider_code != "custom":
            return ""
        return transaction.provider_id.pending_msg

    def _prepare_payment_form_values(self, remittance, partner=None):
        """Return what core's payment form needs for this remittance.

        :param partner: who pays, by default the current person
        """
        # sudo: customers may not read providers and methods; the form shows names
        env = request.env(su=True)
        partner = partner or request.env.user.partner_id
        company, currency = remittance.company_id, remittance.currency_id
        report = {}
        providers = env["payment.provider"]._get_compatible_providers(
            company.id,
            partner.id,
            remittance.amount_cash,
            currency_id=currency.id,
            report=report,
        )
        methods = env["payment.method"]._get_compatible_payment_methods(
            providers.ids, partner.id, currency_id=currency.id, report=report
        )
        return {
            "mode": "payment",
            "light_scripts": False,  # the form is Odoo's
            "reference_prefix": remittance.name,
            "amount": remittance.amount_cash,
            "currency": currency,
            "partner_id": partner.id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": env["payment.token"]._get_available_tokens(
                providers.ids, partner.id
            ),
            "availability_report": report,
            "transaction_route": f"/my/pay/{remittance.id}/transaction",
            "landing_route": f"/my/pay/{remittance.id}",
            "access_token": "",  # nosec B105  # signed in: none is needed
            "show_tokenize_input_mapping": self._compute_show_tokenize_input_mapping(
                providers
            ),
            "company_mismatch": not self._can_partner_pay_in_company(partner, company),
            "expected_company": company.sudo(),  # sudo: its name, as on the invoice
        }

    @http.route(
        "/my/pay/<int:remittance_id>/transaction",
        limit="pay",
        type="jsonrpc",
        auth="user",
    )
    def portal_remittance_transaction(
        self,
        remittance_id,
        provider_id=None,
        payment_method_id=None,
        token_id=None,
        flow=None,
        tokenization_requested=False,
        **_browser_values,
    ):
        """Begin a payment; the browser chooses how, the remittance says how much."""
        remittance = self._get_or_404("portal.remittance", parse_id(remittance_id))
        remittance._check_portal_allows("pay")
        choice = {
            "provider_id": parse_id(provider_id),
            "payment_method_id": parse_id(payment_method_id),
            "token_id": parse_id(token_id) if flow == "token" else None,
            "flow": flow,
        }
        self._check_offered(remittance, choice)
        transaction = self._create_transaction(
            **choice,
            amount=remittance.amount_cash,
            currency_id=remittance.currency_id.id,
            partner_id=request.env.user.partner_id.id,
            tokenization_requested=bool(tokenization_requested),
            landing_route=f"/my/pay/{remittance.id}",
            reference_prefix=remittance.name,
            # sudo: ids of the invoices that the remittance holds
            custom_create_values=remittance.sudo()._prepare_transaction_values(),
        )
        return transaction._get_processing_values()

    def _check_offered(self, remittance, choice, offer=None):
        """Refuse a way to pay that the page does not offer for this remittance.

        :param dict offer: the values of the form, by default the current person's
        :raise ValidationError: also for an unknown one
        """
        offer = offer or self._prepare_payment_form_values(remittance)
        if choice["flow"] == "token":
            is_offered = choice["token_id"] in offer["tokens_sudo"].ids
        else:
            is_offered = (
                choice["flow"] in ("redirect", "direct")
                and choice["provider_id"] in offer["providers_sudo"].ids
                and choice["payment_method_id"] in offer["payment_methods_sudo"].ids
            )
        if not is_offered or offer["company_mismatch"]:
            raise ValidationError(request.env._("Choose how to pay."))

    @http.route("/my/pay/<int:remittance_id>/apply", **CHANGE)
    def portal_remittance_apply(self, remittance_id, **_post):
        """Settle a remittance whose credits cover its invoices."""
        remittance = self._reach_to_pay(remittance_id)
        # sudo: customers change nothing themselves; the action checks the state
        _done, refusal = self._attempt(remittance.sudo()._apply_credits)
        if refusal:
            return self._render_remittance_page(remittance, refusal)
        return request.redirect(f"/my/pay/{remittance.id}", code=303)

    @http.route("/my/pay/<int:remittance_id>/cancel", **CHANGE)
    def portal_remittance_cancel(self, remittance_id, **_post):
        """Cancel a remittance that nobody pays and go back to choosing."""
        remittance = self._reach_to_pay(remittance_id)
        # sudo: as above, and the ids of the invoices that the person chose
        remittance_sudo = remittance.sudo()
        _done, refusal = self._attempt(remittance_sudo._cancel_by_customer)
        if refusal:
            return self._render_remittance_page(remittance, refusal)
        invoices = remittance_sudo.line_ids.filtered(
            lambda line: line.kind == "invoice"
        )
        url = self._get_choice_url(invoices.move_id.ids)
        return request.redirect(url, code=303)

    def _reach_to_pay(self, remittance_id):
        """Return a remittance that the person may pay.

        :raise HTTPException: 404 for one that is not read, 403 for the role
        """
        remittance = self._get_or_404("portal.remittance", remittance_id)
        self._check_allows("pay", remittance)
        return remittance

    @http.route("/my/pay/<int:remittance_id>/receipt", limit="pdf", **PAGE)
    def portal_remittance_receipt(self, remittance_id, **_query):
        """Send the receipt of a paid remittance as PDF."""
        self._check_can("see_invoices")
        remittance = self._get_or_404("portal.remittance", remittance_id)
        if remittance.state not in ("settled", "exception"):
            raise NotFound
        # sudo: the receipt names documents, provider and company of what was paid
        content = receipt.draw(remittance.sudo())
        return self._send_file(content, f"{remittance.name}.pdf")
