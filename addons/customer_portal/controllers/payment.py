import secrets

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
from odoo.tools.misc import get_lang

from odoo.addons.account_payment.controllers.payment import (
    PaymentPortal as InvoicePaymentPortal,
)
from odoo.addons.sale.controllers.portal import PaymentPortal as OrderPaymentPortal

from ..models.portal_remittance import MAX_DOCUMENTS
from ..report import receipt
from .forms import Form, parse_amount, parse_ids
from .invoice import ROW_FIELDS
from .portal import CHANGE, MAX_ID, PAGE, Portal


class PayForm(Form):
    """The documents ticked on the pay page and the amount of each.

    `values` holds {document id: amount} and `errors` {document id: message}.
    Amounts are in the document's currency and positive, also those of credits.
    """

    def clean(self):
        decimal_point = get_lang(self.env).decimal_point
        for name, text in self.raw.items():
            if not name.startswith("document_"):
                continue
            [document_id] = parse_ids(name.removeprefix("document_")) or [0]
            if not document_id or text != "on":
                continue
            typed = self.raw.get(f"amount_{document_id}", "")
            amount = parse_amount(typed, decimal_point) if typed else 0.0
            if amount is None:
                self.errors[document_id] = self.env._(
                    "Enter an amount, for example 1234.50."
                )
            elif amount <= 0:
                self.errors[document_id] = self.env._("Enter an amount above 0.")
            self.values[document_id] = amount


class PayPortal(Portal, InvoicePaymentPortal, OrderPaymentPortal):
    # ------------------------------------------------------------
    # Choose
    # ------------------------------------------------------------

    @http.route("/my/pay", **PAGE)
    def portal_my_pay(self, documents="", select="", **_query):
        """Show what can be paid, with the documents of the address ticked.

        :param str documents: ids of invoices and credit notes, comma separated
        :param str select: overdue, to tick all that is overdue
        """
        self._check_can("pay")
        chosen = parse_ids(documents)
        return self._render_pay_page(chosen, overdue=select == "overdue")

    @http.route("/my/pay", **CHANGE)
    def portal_my_pay_open(self, request_key="", **post):
        """Store what the person decided to pay, once, and go on to pay it."""
        self._check_can("pay")
        requests = request.env["portal.request"]
        if remittance := requests._get_result(request_key, "portal.remittance"):
            return request.redirect(f"/my/pay/{remittance.id}", code=303)
        form = PayForm(request.env, post)
        if not form.is_valid:
            return self._render_pay_page(list(form.values), form=form)
        documents = self._get_payable_documents(list(form.values))
        try:
            with request.env.cr.savepoint():
                remittance = (
                    request.env["portal.remittance"]
                    .sudo()  # sudo: the documents were searched in the user's rights
                    ._open(
                        request.env.user._get_portal_customer(),
                        request.env.user.partner_id,
                        {
                            document: form.values[document.id]
                            for document in documents.sudo()  # sudo: as above
                        },
                    )
                )
                if len(documents) < len(form.values):
                    raise UserError(
                        request.env._("Some documents are not open any more.")
                    )
        except UserError as error:
            return self._render_pay_page(
                list(form.values), form=form, message=error.args[0]
            )
        requests._remember(request_key, remittance)
        return request.redirect(f"/my/pay/{remittance.id}", code=303)

    def _get_payable_documents(self, document_ids):
        """Return those documents that are open and the person's, in the own rights."""
        moves = request.env["account.move"]
        return moves.search(
            self._get_documents_domain("pay")
            & moves._get_open_domain()
            & Domain("id", "in", document_ids),
            order="invoice_date_due, id",
            limit=MAX_DOCUMENTS + 1,
        )

    def _render_pay_page(self, chosen, *, overdue=False, form=None, message=""):
        moves = request.env["account.move"]
        domain = self._get_documents_domain("pay") & moves._get_open_domain()
        documents = moves.search_fetch(
            domain & Domain("id", "in", chosen) if chosen else domain,
            ROW_FIELDS,
            order="invoice_date_due, id",
            limit=MAX_DOCUMENTS,
        )
        # Credit notes of the chosen currencies are offered with the invoices.
        if chosen:
            documents |= moves.search_fetch(
                domain
                & Domain("move_type", "=", "out_refund")
                & Domain("currency_id", "in", documents.currency_id.ids),
                ROW_FIELDS,
                order="invoice_date_due, id",
                limit=MAX_DOCUMENTS,
            )
        rows = documents._prepare_portal_rows()
        for row in rows:
            document_id = row["move"].id
            row["ticked"] = row["payable"] and (
                document_id in chosen or (overdue and bool(row["overdue"]))
            )
            row["amount"] = row["overdue"] if overdue else row["move"].amount_residual
            row["amount"] = row["amount"] or row["move"].amount_residual
            row["has_discount"] = row["move"]._has_open_discount()
            row["typed"] = form.raw.get(f"amount_{document_id}") if form else None
            row["error"] = form.errors.get(document_id) if form else None
        has_error = bool(message or (form and form.errors))
        return self._render_page(
            "customer_portal.pay",
            {
                "page_name": "pay",
                "groups": self._group_rows(rows),
                "message": message,
                "chosen": chosen,
                "amount_labels": self._get_amount_labels(),
                "is_cut": len(documents) >= MAX_DOCUMENTS,
                "max_documents": MAX_DOCUMENTS,
            },
            status=422 if has_error else 200,
        )

    def _group_rows(self, rows):
        """Return the rows in groups that one payment can cover.

        :return: list of dicts with company, currency, invoices and credits (rows)
            and request_key, which keeps one form from being answered twice
        """
        groups = {}
        for row in rows:
            move = row["move"]
            # sudo: name and currency of the seller's company, as on the invoice
            company = move.company_id.sudo()
            group = groups.setdefault(
                (company, move.currency_id),
                {
                    "company": company,
                    "currency": move.currency_id,
                    "invoices": [],
                    "credits": [],
                    "request_key": secrets.token_hex(16),
                },
            )
            kind = "credits" if move.move_type == "out_refund" else "invoices"
            group[kind].append(row)
        return list(groups.values())

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
        values = {
            "page_name": "pay",
            "remittance": remittance,
            # sudo: the name of the colleague who pays
            "payer_name": remittance.sudo().payer_id.name,
            # sudo: customers may not read transactions
            "can_cancel": remittance.sudo()._can_be_cancelled(),
            "instructions": self._get_instructions(remittance),
            "steps": self._get_steps(remittance),
            "message": message,
        }
        can_pay = remittance._portal_allows(request.env.user, "pay")
        values["can_cancel"] = values["can_cancel"] and can_pay
        if can_pay and remittance.state == "open" and remittance.amount_cash:
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
                "done": bool(paid) or remittance.state == "processing",
            },
            {"label": env._("Received"), "date": paid, "done": bool(paid)},
        ]

    @staticmethod
    def _get_amount_labels():
        env = request.env
        return {
            "invoices": env._("Amount to pay"),
            "credits": env._("Amount to use"),
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

    def _prepare_payment_form_values(self, remittance):
        """Return what core's payment form needs for this remittance."""
        # sudo: customers may not read providers and methods; the form shows names
        env = request.env(su=True)
        partner = request.env.user.partner_id
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

    def _check_offered(self, remittance, choice):
        """Refuse a way to pay that the page does not offer for this remittance.

        :raise ValidationError: also for an unknown one
        """
        offer = self._prepare_payment_form_values(remittance)
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
        ids = ",".join(map(str, remittance.line_ids.move_id.ids))
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
        filename = remittance.name.replace("/", "-")
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", http.content_disposition(f"{filename}.pdf")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

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
            self._as_id(currency_id),
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
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            raise ValidationError(request.env._("Enter an amount."))
        for name in ("provider_id", "payment_method_id", "token_id"):
            if kwargs.get(name) is not None:
                kwargs[name] = self._as_id(kwargs[name])
        if kwargs.get("flow") not in ("redirect", "direct", "token"):
            raise ValidationError(request.env._("Choose how to pay."))

    @staticmethod
    def _as_id(value):
        """Return an id that can be looked up: 0 for anything that is none."""
        is_id = isinstance(value, int) and not isinstance(value, bool)
        return value if is_id and 0 < value < MAX_ID else 0
