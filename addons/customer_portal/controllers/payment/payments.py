from werkzeug.exceptions import NotFound

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from ...const import PAYMENT_PAID, PAYMENT_PENDING, PAYMENT_TO_DO
from ...report import receipt, remittance_advice
from ...tools.parse import parse_date
from ..portal import PAGE, Portal
from ..searchbar import Filter, ListPage, Searchbar, Sorting

ROW_FIELDS = [
    "name",
    "date",
    "kind",
    "status",
    "amount",
    "amount_credit",
    "currency_id",
    "memo",
    "remittance_id",
    "payment_id",
    "move_id",
]


# What the page of a payment reads of it.
PAYMENT_FIELDS = [
    "move_id",
    "partner_id",
    "payment_method_line_id",
    "portal_customer_id",
]


class PaymentsPortal(Portal):
    @http.route("/my/payments", **PAGE)
    def portal_my_payments(self, **query):
        """List what the company paid, by whatever way, with what it settled."""
        self._check_can("see_invoices")
        payments = request.env["portal.payment"]
        choice = self._get_payments_searchbar().choose(query)
        searched = self._get_payments_domain() & choice.get_search_domain("date")
        searched = choice.find(payments, searched)
        domain = searched & choice.filter_domain & self._get_newest_domain(choice)
        page = choice.fetch(payments, domain, ROW_FIELDS)
        return self._render_page(
            "customer_portal.payments",
            {
                "page_name": "payments",
                "choice": choice,
                "counts": choice.count(payments, searched),
                "beside": self._get_searches_beside(choice),
                "can_pay": request.env.user._portal_can("pay"),
                "can_export": request.env.user._portal_can("export"),
                "page": page,
                "rows": page["records"]._prepare_portal_rows(),
            },
        )

    @http.route("/my/payments/<int:payment_id>", **PAGE)
    def portal_payment_page(self, payment_id, **_query):
        """Show a payment that was not chosen in the portal, and what it settled.

        :param int payment_id: of the `account.payment`; one with a remittance has
            its page already
        """
        self._check_can("see_invoices")
        payment = self._get_payment(payment_id)
        if payment.remittance_id:
            return request.redirect(payment._get_url())
        return self._render_page(
            "customer_portal.payment", self._prepare_payment_values(payment)
        )

    @http.route("/my/payments/<int:payment_id>/receipt", limit="pdf", **PAGE)
    def portal_payment_receipt(self, payment_id, **_query):
        """Send the receipt of a payment as PDF."""
        self._check_can("see_invoices")
        payment = self._get_payment(payment_id)
        if not payment._get_receipt_url():
            raise NotFound
        # sudo: method and documents of a payment reached in the person's rights
        payments_sudo = request.env["account.payment"].sudo()
        # nosemgrep: route-sudo-browse-unchecked (`_get_payment` has searched it)
        payment_sudo = payments_sudo.browse(payment.payment_id)
        return self._send_file(
            receipt.draw_payment(payment_sudo), f"{payment.name or 'payment'}.pdf"
        )

    @http.route("/my/pay/<int:remittance_id>/advice", limit="pdf", **PAGE)
    def portal_remittance_advice(self, remittance_id, **_query):
        """Send the remittance advice of a payment as PDF: which documents it covers."""
        self._check_can("see_invoices")
        remittance = self._get_or_404("portal.remittance", remittance_id)
        if remittance.state in ("open", "cancelled"):
            raise NotFound
        # sudo: the advice names documents and company of the person's own remittance
        content = remittance_advice.draw(remittance.sudo())
        return self._send_file(content, f"{remittance.name}-advice.pdf")

    def _get_payments_domain(self):
        """Return the domain of the current customer's payments that one reaches."""
        return request.env["portal.payment"]._get_portal_domain(
            request.env.user, root=self._get_customer()
        )

    def _get_newest_domain(self, choice):
        """Return the domain of a page of the whole list, newest first; else TRUE."""
        customers = self._get_customers("see_invoices")
        position = choice.after.rpartition("~")[0]
        whole = choice.searchbar.choose({"limit": str(choice.size)}).address()
        if not customers or choice.before or choice.address() != whole:
            return Domain.TRUE
        return request.env["portal.payment"]._get_newest_domain(
            customers, choice.size + 1, parse_date(position)
        )

    def _get_payment(self, payment_id):
        """Return the `portal.payment` of an account.payment that the person reads.

        :raise NotFound: for a foreign and for a missing one alike
        """
        return self._get_or_404("portal.payment", payment_id * 2)

    def _prepare_payment_values(self, payment):
        # sudo: method and items of a payment that was reached in the person's rights
        payments_sudo = request.env["account.payment"].sudo()
        # nosemgrep: route-sudo-browse-unchecked (`_get_payment` has searched it)
        payment_sudo = payments_sudo.browse(payment.payment_id)
        payment_sudo.fetch(PAYMENT_FIELDS)
        rows = payment_sudo.move_id._get_settlements()
        # In the person's own rights: the record rules decide what has a name.
        readable = request.env["account.move"].search_fetch(
            [("id", "in", [row["other_id"] for row in rows])],
            ["invoice_date", "name"],
        )
        documents = self._prepare_settled_documents(payment, rows, readable)
        items = payment_sudo.move_id.line_ids
        items.fetch(["account_id", "amount_residual_currency"])
        items.account_id.fetch(["account_type"])
        items = items.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        on_account = -sum(items.mapped("amount_residual_currency"))
        return {
            "page_name": "payments",
            "payment": payment,
            "method": payment_sudo._get_portal_method(),
            "partner_name": payment_sudo._get_partner_as_printed("partner_id")
            ._fetch_names()
            .name,
            "documents": documents,
            "on_account": on_account,
        }

    @staticmethod
    def _prepare_settled_documents(payment, rows, readable):
        """Return what a payment settled; what one may not read is one row a currency.

        :param list rows: of `_get_settlements`
        :param readable: account.move that have a name for the person
        :return: list of dicts with move (or none), count, amount, currency and
            is_document
        """
        sign = 1 if payment.kind == "payment" else -1
        documents = {}
        for row in rows:
            move = readable.filtered(lambda move, row=row: move.id == row["other_id"])
            is_document = row["other_type"] != "entry"
            is_credit = row["other_type"] in ("out_refund", "in_invoice")
            key = (move.id, is_document, row["other_currency_id"])
            entry = documents.setdefault(
                key,
                {
                    "move": move,
                    "count": 0,
                    "amount": 0.0,
                    "currency": request.env["res.currency"].browse(key[2]),
                    "is_document": is_document,
                },
            )
            entry["count"] += 1
            entry["amount"] += (-sign if is_credit else sign) * row["other_amount"]
        # What has no name comes last.
        return sorted(documents.values(), key=lambda entry: not entry["move"])

    def _get_lists(self):
        """Extend: the payments."""
        page = ListPage(self._get_payments_searchbar, self._get_payments_domain, "date")
        return {**super()._get_lists(), "payments": page}

    def _get_payments_searchbar(self):
        env = request.env
        return Searchbar(
            url="/my/payments",
            filters={
                "all": Filter(env._("All")),
                "pending": Filter(
                    env._("Under way"), [("status", "in", PAYMENT_PENDING)]
                ),
                "open": Filter(
                    env._("Not paid yet"), [("status", "in", PAYMENT_TO_DO)]
                ),
                "paid": Filter(
                    env._("Paid"),
                    [("status", "in", PAYMENT_PAID), ("kind", "!=", "refund")],
                ),
                "refunds": Filter(env._("Refunds"), [("kind", "=", "refund")]),
            },
            sortings={
                "date": Sorting(env._("Newest"), "date", descending=True),
                "amount": Sorting(env._("Amount"), "amount", descending=True),
            },
            search=self._search_payments,
            placeholder=env._("Reference, document, person or amount"),
            menus=self._get_customer_menus(
                self._get_customers("see_invoices"), "partner_id"
            ),
            has_dates=True,
            periods=self._get_periods(),
            has_columns=True,
        )

    def _search_payments(self, text):
        """Return the domain of what a text finds, of the customer's payments."""
        return request.env["portal.payment"]._find_portal_domain(
            text, request.env.user, root=self._get_customer()
        )
