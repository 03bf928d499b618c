"""The page of one order or quote, for the signed-in and for who has its link."""

import secrets
from functools import partial

from odoo import fields, http
from odoo.http import request
from odoo.tools import format_list

from ...const import MOST_MESSAGES, SHOWN_MESSAGES
from ...tools.parse import clean_text, parse_id
from ..frame.conversation import MESSAGE, MESSAGE_FILE, ConversationPortal
from .order import OrderPortal

ODOO_PAGE = "sale.sale_order_portal_template"
ODOO_CONTENT = "sale.sale_order_portal_content"


class OrderPagePortal(OrderPortal, ConversationPortal):
    @http.route()
    def portal_order_page(self, order_id, access_token=None, **query):
        """Extend: our own page of what Odoo's route has found and prepared.

        So the route notes what it notes, other addons see their values, and what is
        no page (a PDF, a redirect) stays as it is.
        """
        response = super().portal_order_page(
            order_id, access_token=access_token, **query
        )
        if getattr(response, "template", None) != ODOO_PAGE:
            return response
        order_sudo = response.qcontext["sale_order"]
        self._note_opened_quote(order_sudo)
        if not self._has_own_page(order_sudo):
            return response
        return self._render_order_page(
            order_sudo, access_token, query, response.qcontext
        )

    @staticmethod
    def _note_opened_quote(order_sudo):
        """Write down that a customer opened an open quote, once a day and session."""
        preview = request.httprequest.headers.get("Odoo-Link-Preview") == "True"
        if order_sudo.state != "sent" or not request.env.user.share or preview:
            return
        today = fields.Date.today().isoformat()
        day, ids = request.session.get("portal_quotes_opened") or ("", [])
        known = ids if day == today else []
        if order_sudo.id not in known:
            request.session["portal_quotes_opened"] = (today, [*known, order_sudo.id])
            request.env["portal.activity"]._log(
                "quote_opened", order_sudo.portal_customer_id, record=order_sudo
            )

    @http.route("/my/orders/<int:order_id>/message", **MESSAGE)
    def portal_order_message(self, order_id, access_token=None, **form):
        """Send a message about an order, once, to whoever follows it."""
        order_sudo = self._document_check_access("sale.order", order_id, access_token)
        form["access_token"] = access_token
        return self._take_message(order_sudo, form, self._render_order_again)

    @http.route("/my/orders/<int:order_id>/files/<int:attachment_id>", **MESSAGE_FILE)
    def portal_order_attachment(
        self, order_id, attachment_id, access_token=None, **_query
    ):
        """Send a file of a message that is shown on the page of the order."""
        order_sudo = self._document_check_access("sale.order", order_id, access_token)
        return self._send_message_file(order_sudo, attachment_id)

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Extend: of an order, what its page needs is read; else all columns are."""
        if model_name == "sale.order" and parse_id(document_id):
            # sudo: nothing is shown of it before the reader is checked below
            orders_sudo = request.env["sale.order"].sudo()
            # nosemgrep: route-sudo-browse-unchecked (it is only read, not shown)
            orders_sudo.browse(document_id)._fetch_for_page()
        return super()._document_check_access(model_name, document_id, access_token)

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    @staticmethod
    def _has_own_page(order_sudo):
        """Return whether it is our page; a country may have its own content."""
        return (
            order_sudo.company_id.portal_order_page == "portal"
            and order_sudo._get_name_portal_content_view() == ODOO_CONTENT
        )

    def _render_order_page(self, order_sudo, access_token, query, found):
        """Render the page with what Odoo's route has found for it.

        :param dict found: the values of Odoo's page, those of a payment among them
        """
        values = self._prepare_order_page_values(order_sudo, access_token, query, found)
        values |= {"message": "", "typed": ""}
        return self._render_page("customer_portal.order_page", {**found, **values})

    def _render_order_again(self, order_sudo, access_token, query, *, message, typed):
        """Render the page as its route does, with what is wrong with a message."""
        link = self._get_link(access_token, query)
        page = self.portal_order_page(
            order_sudo.id,
            access_token=access_token,
            pid=link.get("pid"),
            hash=link.get("hash"),
        )
        page.qcontext.update(message=message, typed=typed)
        page.status_code = 422
        return page

    def _prepare_order_page_values(self, order_sudo, access_token, query, found):
        user = request.env.user
        # sudo: the reader was checked; days are those of his or her time zone
        order = order_sudo.with_user(user).sudo()
        order.company_id._fetch_for_portal()
        link = self._get_link(access_token, query)
        is_all = query.get("messages") == "all"
        messages = order._get_portal_messages(
            MOST_MESSAGES if is_all else SHOWN_MESSAGES + 1
        )
        page = order._prepare_portal_page(user)
        lines = order._prepare_portal_lines()
        signers = order._get_portal_signers(user)
        is_quote = order.state in ("draft", "sent")
        if is_quote:
            request.portal_place = "/my/quotes"
        values = {
            "page_name": "quote" if is_quote else "order",
            "sale_order": order,
            "order": order,
            "was_placed": order._was_placed(),
            "is_quote": is_quote,
            "order_page": page,
            "steps": page["steps"],
            "lines": lines,
            "taxes": order._prepare_portal_taxes(),
            "facts": order._get_portal_facts(),
            "validity": order._prepare_portal_validity(),
            "signers": signers and format_list(request.env, signers, "or"),
            "deliveries": order._get_portal_deliveries(),
            "invoices": order._prepare_portal_invoices(user),
            "documents": [
                {"id": document.id, "name": document.ir_attachment_id.name}
                for document in found.get("product_documents") or ()
            ],
            "added_templates": order._get_portal_added_templates(),
            "has_electronic_order": bool(order._get_edi_builders()),
            "messages": messages if is_all else messages[:SHOWN_MESSAGES],
            "has_older": not is_all and len(messages) > SHOWN_MESSAGES,
            "can_write": self._can_write_message(order, link),
            "request_key": secrets.token_hex(16),
            "link": link,
            "address": partial(self._get_page_address, order, link),
            "said": clean_text(query.get("message")),
            "is_placed_now": clean_text(query.get("notice")) == "placed",
            "is_visitor": user._is_public(),
            "signs_in_first": user._is_public() and order._waits_for_people(),
            "is_staff": not user.share,
        }
        return values | self._prepare_decision_values(order, lines, found)

    @staticmethod
    def _prepare_decision_values(order, lines, found):
        """Return what the reader can decide here, by Odoo's own widgets."""
        amount = found.get("payment_amount")
        must_pay = order._has_to_be_paid()
        can_pay = must_pay or (
            amount
            and order.amount_paid < order.amount_total
            and order.state != "cancel"
        )
        must_sign = order._has_to_be_signed()
        transaction = order.get_portal_last_transaction()
        transaction_invoices = transaction.invoice_ids if transaction else ()
        values = {
            "signs_here": must_sign and not amount,
            "pays_here": bool(can_pay) and not (must_sign and not amount),
            "must_pay": must_pay,
            "can_decline": must_sign,
            "tx": transaction,
            "shows_transaction": bool(transaction)
            and not (
                transaction.state == "done"
                and transaction_invoices
                and all(move.state == "posted" for move in transaction_invoices)
            ),
            "due_now": order._get_prepayment_required_amount()
            if must_pay and order.prepayment_percent != 1.0
            else None,
        }
        can_choose = any("whole" in line for line in lines)
        if values["signs_here"] or values["pays_here"] or can_choose:
            values["light_scripts"] = False  # the forms are Odoo's
        return values
