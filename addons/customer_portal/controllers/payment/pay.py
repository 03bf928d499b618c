from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from ...const import MAX_DOCUMENTS
from ...exceptions import ChoiceError
from ...tools.choice import from_units
from ...tools.parse import clean_text, parse_id, parse_ids
from ..portal import CHANGE, PAGE, Portal
from .pay_choice import PayChoice, PayForm


class PayPortal(Portal):
    """Choosing what to pay."""

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
        groups = choice.get_groups()
        if amount is not None:
            choice.allocate(
                groups,
                clean_text(amount),
                company_id=parse_id(query.get("company")),
                currency_id=parse_id(query.get("currency")),
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
        documents = self._read_form(form)
        fill = form.get_fill()
        if fill or post.get("show"):
            choice = self._get_pay_choice(form=form)
            groups = choice.get_groups()
            if fill:
                choice.apply_fill(groups, *fill)
            return self._render_pay_page(choice, groups)
        if not form.is_valid:
            return self._refuse_choice(form)
        try:
            with request.env.cr.savepoint():
                remittance = self._open_choice(form, documents)
        except ChoiceError as error:
            form.errors |= {
                document.id: message for document, message in error.errors.items()
            }
            return self._refuse_choice(form)
        except UserError as error:
            return self._refuse_choice(form, error.args[0])
        requests._remember(request_key, remittance)
        return request.redirect(f"/my/pay/{remittance.id}", code=303)

    def _read_form(self, form):
        """Read the amounts of a form, and return its documents as they are payable.

        :return: account.move, in sudo
        """
        documents = request.env["account.move"].sudo()  # sudo: as for documents
        if form.is_valid:
            documents = self._get_payable_documents(list(form.values))
        currencies = {document.id: document.currency_id for document in documents}
        currency = (
            documents._filtered_papers().currency_id[:1]
            or self._get_advance_currency(form.currency_id)
            or self._get_advance_company(form.company_id).currency_id
            or request.env.company.sudo().currency_id  # sudo: as on invoices
        )
        form.read_amounts(currencies, currency)
        return documents

    def _open_choice(self, form, documents):
        """Return the remittance of what was ticked.

        :raise UserError: when something of it cannot be paid like this
        """
        if len(documents) < len(form.values):
            missing = set(form.values) - set(documents.ids)
            raise UserError(self._explain_missing(missing))
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
            seen={
                document: self._get_seen(form, document)
                for document in documents
                if document.id in form.seen
            },
            credits_at_most=True,
            money_of=self._get_customers("pay"),
            company=self._get_advance_company(form.company_id),
            currency=self._get_advance_currency(form.currency_id),
        )

    @staticmethod
    def _get_seen(form, document):
        """Return what the page showed as left to pay of a document."""
        currency = document.currency_id
        return from_units(form.seen[document.id], currency.decimal_places)

    def _explain_missing(self, document_ids):
        """Return why these documents cannot be paid now, as far as the person may know.

        A person who works for several customers may have chosen for another one.
        """
        # In the own rights: what is of nobody whom the person works for is not found.
        moves = request.env["account.move"].search(
            [("id", "in", list(document_ids))], limit=MAX_DOCUMENTS
        )
        scope = self._get_customer()._get_portal_scope()
        others = moves.filtered(lambda move: move.commercial_partner_id not in scope)
        if not others:
            return request.env._("Some documents are no longer open.")
        return request.env._(
            "%(document)s belongs to %(customer)s. A payment can cover one "
            "customer only: switch to %(customer)s at the top of the page and "
            "pay it there.",
            document=others[0].name,
            customer=others[0].commercial_partner_id.sudo().name,  # sudo: its customer
        )

    def _get_payable_documents(self, document_ids):
        """Return those documents that are open and the person's, in sudo.

        Papers are searched in the own rights; entries are those of customers of whom
        the person may pay everything. Credits are in the order of their use.
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
            rows = moves._prepare_entry_rows(
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

    def _get_pay_choice(self, **options):
        return PayChoice(
            self._get_documents_domain("pay"), self._get_customers("pay"), **options
        )

    def _refuse_choice(self, form, message=""):
        """Show the page again, with what was typed and what is wrong about it."""
        choice = self._get_pay_choice(form=form)
        groups = choice.get_groups()
        has_focus = choice.bring_up(groups)
        return self._render_pay_page(
            choice, groups, message=message, has_focus=has_focus, status=422
        )

    def _render_pay_page(
        self, choice, groups, *, message="", has_focus=False, status=200
    ):
        form = choice.form
        if not groups:
            # sudo: name and currency of the seller's company, as on invoices
            company = request.env.company.sudo()
            groups = [choice.make_empty_group(company, company.currency_id)]
        errors = form.errors if form else {}
        advance_error = errors.get("on_account")
        for group in groups:
            typed = group["on_account"]
            group["on_account_error"] = advance_error if typed else None
            group["is_advance_open"] = typed or advance_error or not group["invoices"]
        is_all = request.params.get("show") == "all" or request.params.get("shown")
        choice.fold(groups, is_all=is_all)
        shown = {
            row["move"].id
            for group in groups
            for row in (*group["invoices"], *group["credits"])
            if row["payable"]
        }
        hidden = dict.fromkeys(text for key, text in errors.items() if key not in shown)
        if errors and not message:
            message = "\n".join(hidden) or request.env._(
                "Please check the marked fields."
            )
        return self._render_page(
            "customer_portal.pay",
            {
                "page_name": "pay",
                "groups": groups,
                "message": message,
                "has_focus": has_focus,
                "chosen": choice.chosen,
                "select": choice.select,
                "reasons": self._get_reasons(),
                "amount_labels": self._get_amount_labels(),
                "row_labels": self._get_row_labels(),
                "is_all": is_all,
                "is_cut": choice.is_cut,
                "max_documents": MAX_DOCUMENTS,
            },
            status=status,
        )

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
        fields = {"tick": env._("Choose %s"), "amount": env._("Amount for %s")}
        return {
            "invoices": {
                "date": env._("Due date"),
                "open": env._("Amount due"),
                **fields,
            },
            "credits": {"date": env._("Date"), "open": env._("Available"), **fields},
        }
