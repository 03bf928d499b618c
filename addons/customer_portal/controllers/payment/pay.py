from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import (
    AccessError,
    MissingError,
    UserError,
    ValidationError,
)
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.account_payment.controllers.payment import (
    PaymentPortal as InvoicePaymentPortal,
)
from odoo.addons.sale.controllers.portal import PaymentPortal as OrderPaymentPortal

from ...const import MAX_DOCUMENTS, MAX_ID
from ...exceptions import ChoiceError
from ...report import receipt
from ...tools.parse import clean_text, parse_ids
from ..billing.invoice import ROW_FIELDS
from ..portal import CHANGE, PAGE, Portal
from .pay_choice import PayChoice, PayForm


class PayPortal(Portal, InvoicePaymentPortal, OrderPaymentPortal):
    # ------------------------------------------------------------
    # Choose
    # ------------------------------------------------------------

    @http.route("/my/pay", **PAGE)
    def portal_my_pay(self, documents="", select="", amount=None, **query):
        """Show what can be paid, with the documents of the address ticked.

        :param str documents: ids of invoices, comma separated
        :param str select: overdue, to tick all that is overdue, or all
        :param str amount: what to pay, shared among the oldest in the group of the
            company and the currency; with credits to use them first
        """
        self._check_can("pay")
        choice = self._get_pay_choice(chosen=parse_ids(documents), select=select)
        groups = choice.get_groups(ROW_FIELDS)
        if amount is not None:
            choice.allocate(
                groups,
                clean_text(amount),
                company_id=self._parse_id(query.get("company")),
                currency_id=self._parse_id(query.get("currency")),
                with_credits=query.get("credits") == "1",
            )
        return self._render_pay_page(choice, groups)

    @http.route("/my/pay", **CHANGE)
    def portal_my_pay_open(self, request_key="", **post):
        """Store what the person decided to pay, once, and go on to pay it."""
        self._check_can("pay")
        requests = request.env["portal.request"]
        if remittance := requests._get_result(request_key, "portal.remittance"):
            return request.redirect(f"/my/pay/{remittance.id}", code=303)
        form = PayForm(request.env, post)
        if fill := form.get_fill():
            choice = self._get_pay_choice(form=form)
            groups = choice.get_groups(ROW_FIELDS)
            choice.apply_fill(groups, *fill)
            return self._render_pay_page(choice, groups)
        if not form.is_valid:
            return self._refuse_choice(form)
        try:
            with request.env.cr.savepoint():
                remittance = self._open_choice(form)
        except ChoiceError as error:
            form.errors |= {
                document.id: message for document, message in error.errors.items()
            }
            return self._refuse_choice(form)
        except UserError as error:
            return self._refuse_choice(form, error.args[0])
        requests._remember(request_key, remittance)
        return request.redirect(f"/my/pay/{remittance.id}", code=303)

    def _open_choice(self, form):
        """Return the remittance of what was ticked.

        :raise UserError: when something of it cannot be paid like this
        """
        documents = self._get_payable_documents(list(form.values))
        if len(documents) < len(form.values):
            raise UserError(request.env._("Some documents are not open any more."))
        reason_ids = {reason_id for reason_id, _note in form.reasons.values()}
        reasons = {
            reason.id: reason
            for reason in self._get_reasons()
            if reason.id in reason_ids
        }
        remittances = request.env["portal.remittance"].sudo()  # sudo: as for documents
        return remittances._open(
            request.env.user._get_portal_customer(),
            request.env.user.partner_id,
            {document: form.values[document.id] for document in documents},
            on_account=form.on_account,
            reasons={
                document: (reasons.get(reason_id), note)
                for document in documents
                for reason_id, note in [form.reasons[document.id]]
            },
            credits_at_most=True,
            money_of=self._get_customers("pay"),
            company=self._get_advance_company(form.company_id),
            currency=self._get_advance_currency(form.currency_id),
        )

    def _get_payable_documents(self, document_ids):
        """Return those documents that are open and the person's, in sudo.

        Papers are searched in the own rights; money on account is that of customers
        of whom the person may pay everything. Credits are in the order of their use.
        """
        moves = request.env["account.move"]
        papers = moves.search(
            self._get_documents_domain("pay")
            & moves._get_open_domain()
            & Domain("id", "in", document_ids),
            order="invoice_date_due, id",
            limit=MAX_DOCUMENTS + 1,
        )
        left = [number for number in document_ids if number not in papers._ids]
        documents = papers.sudo()  # sudo: searched in the person's rights
        if left:
            rows = moves._prepare_money_rows(
                self._get_customers("pay"), MAX_DOCUMENTS, left
            )
            documents = documents.union(*(row["move"] for row in rows))
        return documents.sorted(
            lambda move: (move.invoice_date_due or move.date, move.id)
        )

    def _get_reasons(self):
        reasons = request.env["portal.short.payment.reason"]
        return reasons.search_fetch([], ["name", "needs_note"])

    @staticmethod
    def _get_advance_company(company_id):
        """Return the company to which a payment without documents goes; in sudo."""
        companies = request.env.companies.sudo()  # sudo: those of the session
        return companies.filtered(lambda company: company.id == company_id)[:1]

    @staticmethod
    def _get_advance_currency(currency_id):
        return request.env["res.currency"].search([("id", "=", currency_id)])

    @staticmethod
    def _parse_id(text):
        return (parse_ids(text or "") or [0])[0]

    def _get_pay_choice(self, **options):
        return PayChoice(
            self._get_documents_domain("pay"), self._get_customers("pay"), **options
        )

    def _refuse_choice(self, form, message=""):
        """Show the page again, with what was typed and what is wrong about it."""
        choice = self._get_pay_choice(form=form)
        return self._render_pay_page(
            choice, choice.get_groups(ROW_FIELDS), message=message, status=422
        )

    def _render_pay_page(self, choice, groups, *, message="", status=200):
        form = choice.form
        if not groups:
            # sudo: name and currency of the seller's company, as on invoices
            company = request.env.company.sudo()
            group = choice.make_group(company, company.currency_id)
            if form:
                group["on_account"] = form.raw.get("on_account", "")
            choice.sum_up(group)
            groups = [group]
        errors = form.errors if form else {}
        shown = {row["move"].id for group in groups for row in group["invoices"]}
        shown |= {row["move"].id for group in groups for row in group["credits"]}
        hidden = [text for key, text in errors.items() if key not in shown]
        if errors and not message:
            message = "\n".join(hidden) or request.env._(
                "Please check the fields that are marked."
            )
        return self._render_page(
            "customer_portal.pay",
            {
                "page_name": "pay",
                "groups": groups,
                "message": message,
                "on_account_error": errors.get("on_account"),
                "chosen": choice.chosen,
                "select": choice.select,
                "reasons": self._get_reasons(),
                "amount_labels": self._get_amount_labels(),
                "row_labels": self._get_row_labels(),
                "is_cut": choice.is_cut,
                "max_documents": MAX_DOCUMENTS,
            },
            status=status,
        )

    # ------------------------------------------------------------
    # Pay
    # ------------------------------------------------------------

    @http.route("/my/pay/<int:remittance_id>", **PAGE)
    def portal_remittance_page(self, remittance_id, **_query):
        """Show a remittance: to pay, under way, or its receipt."""
        self._check_can("see_invoices")
        remittance = self._get_or_404("portal.remittance", remittance_id)
        return self._render_remittance_page(remittance)

    def _render_remittance_page(self, remittance, message=""):
        remittance_sudo = remittance.sudo()  # sudo: names and attempts, as said below
        is_open = remittance.state == "open"
        can_pay = remittance._portal_allows(request.env.user, "pay")
        values = {
            "page_name": "pay",
            "remittance": remittance,
            # The colleague who pays, and what customers cannot read themselves:
            # entries with money on account, and transactions.
            "payer_name": remittance_sudo.payer_id.name,
            "lines": remittance_sudo._prepare_portal_lines(),
            "attempts": remittance_sudo._prepare_failed_attempts(),
            "waiting": remittance_sudo._get_waiting_message(),
            "obstacle": remittance_sudo._get_obstacle() if is_open else "",
            "can_cancel": can_pay and remittance_sudo._can_be_cancelled(),
            "instructions": self._get_instructions(remittance),
            "steps": self._get_steps(remittance),
            "message": message,
        }
        if can_pay and is_open and remittance.amount_cash:
            values.update(self._prepare_payment_form_values(remittance))
        return self._render_page(
            "customer_portal.remittance", values, status=422 if message else 200
        )

    @staticmethod
    def _get_steps(remittance):
        """Return the steps of a payment with their dates, as the timeline shows."""
        env = request.env
        paid = remittance.settled_on
        return [
            {"label": env._("Chosen"), "date": remittance.create_date, "done": True},
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
    def _get_amount_labels():
        env = request.env
        return {
            "invoices": env._("Amount to pay"),
            "credits": env._("Amount to use"),
        }

    @staticmethod
    def _get_row_labels():
        env = request.env
        return {
            "invoices": {"date": env._("Due date"), "open": env._("Amount due")},
            "credits": {"date": env._("Date"), "open": env._("Available")},
        }

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

    @http.route("/my/pay/<int:remittance_id>/transaction", type="jsonrpc", auth="user")
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
        remittance = self._get_or_404("portal.remittance", self._as_id(remittance_id))
        remittance._check_portal_allows("pay")
        choice = {
            "provider_id": self._as_id(provider_id),
            "payment_method_id": self._as_id(payment_method_id),
            "token_id": self._as_id(token_id) if flow == "token" else None,
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
        return self._change_remittance(remittance_id, "_apply_credits")

    @http.route("/my/pay/<int:remittance_id>/cancel", **CHANGE)
    def portal_remittance_cancel(self, remittance_id, **_post):
        """Cancel a remittance that nobody pays and go back to choosing."""
        return self._change_remittance(remittance_id, "_cancel_by_customer")

    def _change_remittance(self, remittance_id, action):
        """Run a change of a remittance and show the page it leads to."""
        remittance = self._get_or_404("portal.remittance", remittance_id)
        self._check_allows("pay", remittance)
        # sudo: customers change nothing themselves; the action checks the state
        remittance_sudo = remittance.sudo()
        try:
            with request.env.cr.savepoint():
                if action == "_apply_credits":
                    remittance_sudo._apply_credits()
                else:
                    remittance_sudo._cancel_by_customer()
        except UserError as error:
            return self._render_remittance_page(remittance, error.args[0])
        if action == "_apply_credits":
            return request.redirect(f"/my/pay/{remittance.id}", code=303)
        # sudo: ids of the invoices that the person chose
        invoices = remittance_sudo._get_invoices()
        ids = ",".join(map(str, invoices.ids))
        return request.redirect(f"/my/pay?documents={ids}", code=303)

    @http.route("/my/pay/<int:remittance_id>/receipt", **PAGE)
    def portal_remittance_receipt(self, remittance_id, **_query):
        """Send the receipt of a paid remittance as PDF."""
        self._check_can("see_invoices")
        remittance = self._get_or_404("portal.remittance", remittance_id)
        if remittance.state not in ("settled", "exception"):
            raise NotFound
        # sudo: the receipt names documents, provider and company of what was paid
        content = receipt.draw(remittance.sudo())
        return self._send_file(content, f"{remittance.name}.pdf")

    # ------------------------------------------------------------
    # Core's own ways to pay, held to the same rules
    # ------------------------------------------------------------

    @http.route()
    def invoice_transaction(self, invoice_id, access_token=None, **kwargs):
        """Extend: by who may pay; an amount that is no number is refused."""
        self._check_transaction_values(kwargs)
        self._check_payable("account.move", invoice_id, access_token)
        return super().invoice_transaction(invoice_id, access_token, **kwargs)

    @http.route()
    def overdue_invoices_transaction(self, payment_reference=None, **kwargs):
        """Extend: as above; the page that called it is gone."""
        self._check_transaction_values(kwargs)
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
        self._check_transaction_values({"amount": amount, **kwargs})
        user = request.env.user
        if user.share and not user._is_public():
            user._check_portal_can("pay")
        is_text = isinstance(access_token, str) and access_token.isascii()
        return super().payment_transaction(
            amount,
            currency_id if currency_id is None else self._as_id(currency_id),
            self._as_id(partner_id),
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

    def _check_transaction_values(self, kwargs):
        """Refuse amounts that are no numbers and choices that are no ids.

        The amount's bounds are checked where the transaction is created.

        :raise ValidationError: in the words of the person
        """
        amount = kwargs.get("amount")
        is_number = isinstance(amount, int | float) and not isinstance(amount, bool)
        # A card is saved without an amount: the provider decides what it asks for.
        if not is_number and not (amount is None and kwargs.get("is_validation")):
            raise ValidationError(request.env._("Enter an amount."))
        for name in ("provider_id", "payment_method_id", "token_id"):
            if kwargs.get(name) is not None:
                kwargs[name] = self._as_id(kwargs[name])
        flows = ("redirect", "direct")
        if not kwargs.get("is_validation"):
            flows += ("token",)
        if kwargs.get("flow") not in flows:
            raise ValidationError(request.env._("Choose how to pay."))

    @staticmethod
    def _as_id(value):
        """Return an id that can be looked up: 0 for anything that is none."""
        is_id = isinstance(value, int) and not isinstance(value, bool)
        return value if is_id and 0 < value < MAX_ID else 0
