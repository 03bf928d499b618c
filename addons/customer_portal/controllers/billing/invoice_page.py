"""The page of one invoice, for the signed-in and for who has its link."""

import secrets
from functools import partial

from odoo import http
from odoo.http import request
from odoo.tools import consteq

from ...const import (
    INVOICE_TYPES,
    MOST_MESSAGES,
    SHOWN_MESSAGES,
)
from ...tools.parse import clean_text, parse_id
from ..frame.conversation import MESSAGE, MESSAGE_FILE, ConversationPortal
from .invoice import InvoicePortal

# What Odoo's form says about a payment; of a draft there is nothing to say.
SHOWN_TRANSACTION_STATES = ("pending", "authorized", "done", "error", "cancel")


def reads_only(*_args):
    """Mark the page as one that only reads, except when a file is asked for.

    A download may store the legal PDF that it hands out, see docs/billing.md.
    """
    return "report_type" not in request.httprequest.args


class InvoicePagePortal(InvoicePortal, ConversationPortal):
    @http.route(readonly=reads_only)
    def portal_my_invoice_detail(
        self, invoice_id, access_token=None, report_type=None, download=False, **query
    ):
        """Extend: our own page; the legal PDF is made once, see `_issue_portal_files`.

        Core draws a pro forma where somebody only looks; ours is the legal PDF too.
        """
        invoice_sudo = self._document_check_access(
            "account.move", invoice_id, access_token
        )
        is_issued = invoice_sudo.state == "posted" and invoice_sudo.is_sale_document()
        is_stored = report_type == "pdf" and is_issued
        if report_type and (not is_stored or invoice_sudo._lacks_portal_files()):
            request.env["ir.http"]._count("pdf")
        if is_stored:
            file = invoice_sudo._issue_portal_files()[:1]
            return self._send_stored_file(file, as_attachment=bool(download))
        if report_type in ("pdf", "html", "text"):
            return super().portal_my_invoice_detail(
                invoice_id,
                access_token=access_token,
                report_type=report_type,
                download=download,
                **query,
            )
        return self._render_invoice_page(invoice_sudo, access_token, query)

    @http.route("/my/invoices/<int:invoice_id>/message", **MESSAGE)
    def portal_invoice_message(self, invoice_id, access_token=None, **form):
        """Send a message about an invoice, once, to whoever follows it."""
        invoice_sudo = self._document_check_access(
            "account.move", invoice_id, access_token
        )
        form["access_token"] = access_token
        return self._take_message(invoice_sudo, form, self._render_invoice_page)

    @http.route(
        "/my/invoices/<int:invoice_id>/files/<int:attachment_id>", **MESSAGE_FILE
    )
    def portal_invoice_attachment(
        self, invoice_id, attachment_id, access_token=None, **_query
    ):
        """Send a file of a message that is shown on the page of the invoice."""
        invoice_sudo = self._document_check_access(
            "account.move", invoice_id, access_token
        )
        return self._send_message_file(invoice_sudo, attachment_id)

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Extend: what is not posted is staff's, also for who has a token.

        Of an invoice, what its page needs is read; else all columns are.
        """
        if model_name == "account.move" and parse_id(document_id):
            # sudo: nothing is shown of it before the reader is checked below
            moves_sudo = request.env["account.move"].sudo()
            # nosemgrep: route-sudo-browse-unchecked (it is only read, not shown)
            moves_sudo.browse(document_id)._fetch_for_page()
        document_sudo = super()._document_check_access(
            model_name, document_id, access_token
        )
        is_issued = model_name != "account.move" or document_sudo.state == "posted"
        if request.env.user.share and not is_issued:
            self._hide_document()
        return document_sudo

    def _show_report(self, model, report_type, report_ref, download=False):
        """Extend: what is posted is no pro forma, whoever asks for it and how."""
        if model._name == "account.move" and model.state == "posted":
            request.update_context(proforma_invoice=False)
        return super()._show_report(model, report_type, report_ref, download=download)

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    def _render_invoice_page(
        self, invoice_sudo, access_token, query, *, message="", typed=""
    ):
        if query.get("payment") and self._pays_in_portal(invoice_sudo):
            return request.redirect(f"/my/pay?documents={invoice_sudo.id}")
        values = self._prepare_invoice_page_values(invoice_sudo, access_token, query)
        values |= {"message": message, "typed": typed}
        return self._render_page(
            "customer_portal.invoice", values, status=422 if message else 200
        )

    def _prepare_invoice_page_values(self, invoice_sudo, access_token, query):
        user = request.env.user
        # sudo: the reader was checked; days are those of his or her time zone
        invoice_sudo = invoice_sudo.with_user(user).sudo()
        invoice_sudo.company_id._fetch_for_portal()
        items = invoice_sudo._get_portal_items()
        link = self._get_link(access_token, query)
        is_all = query.get("messages") == "all"
        chosen = invoice_sudo._pick_holds(invoice_sudo._get_holds(with_choices=True))
        holds = chosen.without_choices()
        keyed = invoice_sudo._key_holds(holds)
        [row] = invoice_sudo._prepare_portal_rows(
            invoice_sudo._get_overdue_of_items(items), keyed
        )
        settlements = invoice_sudo._prepare_portal_settlements(user)
        messages = invoice_sudo._get_portal_messages(
            MOST_MESSAGES if is_all else SHOWN_MESSAGES + 1
        )
        values = {
            "page_name": "invoice",
            "res_company": invoice_sudo.company_id,  # whose logo and colours it has
            "invoice": invoice_sudo,
            "kind": invoice_sudo._get_portal_kind(),
            "row": row,
            "journal_items": items,
            "holds": keyed,
            "lines": invoice_sudo._prepare_portal_lines(items),
            "taxes": invoice_sudo._prepare_portal_taxes(items),
            "instalments": invoice_sudo._prepare_portal_instalments(items, holds),
            "discount": invoice_sudo._prepare_portal_discount(),
            "settlements": settlements,
            "under_way": invoice_sudo._prepare_portal_under_way(user, chosen),
            "orders": invoice_sudo._get_portal_order_links(items, user),
            "steps": invoice_sudo._get_portal_invoice_steps(row, settlements),
            "messages": messages if is_all else messages[:SHOWN_MESSAGES],
            "has_older": not is_all and len(messages) > SHOWN_MESSAGES,
            "can_write": self._can_write_message(invoice_sudo, link),
            "request_key": secrets.token_hex(16),
            "link": link,
            "page_address": self._get_page_address(invoice_sudo, link),
            "address": partial(self._get_page_address, invoice_sudo, link),
            "pays_in_portal": self._pays_in_portal(invoice_sudo),
            "pays_here": False,
            "payment_reference": self._get_payment_reference(row),
            "shows_transaction": False,
            "error": clean_text(query.get("error")),
            "success": clean_text(query.get("success")),
            "contact": self._get_contact_name(invoice_sudo),
            "is_visitor": user._is_public(),
        }
        if self._pays_by_link(invoice_sudo, access_token):
            values |= self._prepare_link_payment_values(
                invoice_sudo, access_token, query
            )
            values |= invoice_sudo._prepare_core_form(holds)
        return values

    @staticmethod
    def _get_payment_reference(row):
        """Return what to write on a transfer, where it is not the invoice's name."""
        move = row["move"]
        reference = move.payment_reference if row["payable"] else ""
        return reference if reference != move.name else ""

    @staticmethod
    def _get_contact_name(invoice_sudo):
        """Return the name of the salesperson, reading no more of him or her."""
        user_sudo = invoice_sudo.invoice_user_id
        contact_sudo = request.env.user._get_portal_contact()
        if not user_sudo or user_sudo == contact_sudo:
            return contact_sudo.partner_id.name if user_sudo else ""
        return user_sudo.partner_id.name or ""

    def _prepare_link_payment_values(self, invoice_sudo, access_token, query):
        """Return what Odoo's own payment form needs, for who came by a link."""
        names = ("payment", "amount", "error", "warning", "success", "pid", "hash")
        known = {name: query[name] for name in names if query.get(name)}
        values = self._invoice_get_page_view_values(invoice_sudo, access_token, **known)
        for name in ("page_name", "pays_in_portal", "error", "success"):
            values.pop(name, None)
        transaction = invoice_sudo.get_portal_last_transaction()
        return {
            **values,
            "light_scripts": False,  # the form is Odoo's
            "pays_here": bool(invoice_sudo._has_to_be_paid()),
            "payment": bool(query.get("payment")),
            "tx": transaction if invoice_sudo.amount_total else None,
            "shows_transaction": invoice_sudo.amount_total
            and transaction.state in SHOWN_TRANSACTION_STATES,
        }

    def _pays_in_portal(self, invoice_sudo):
        """Return whether the person pays on /my/pay, where amounts are decided once."""
        user = request.env.user
        return (
            not user._is_public()
            and invoice_sudo.move_type in INVOICE_TYPES
            and invoice_sudo._is_open_document()
            and invoice_sudo._portal_allows(user, "pay")
        )

    def _pays_by_link(self, invoice_sudo, access_token):
        """Return whether Odoo's own form is for this reader: the link is the right.

        A person of the customer has a role instead, whatever link he or she opened.
        """
        user = request.env.user
        token = invoice_sudo.access_token
        return (
            bool(access_token and token)
            and isinstance(access_token, str)
            and access_token.isascii()
            and consteq(access_token, token)
            and (
                user._is_public()
                or not user.share
                or not invoice_sudo._portal_is_of(user)
            )
        )
