from odoo import http
from odoo.http import request
from odoo.tools.misc import get_lang

from .portal import PAGE, Portal
from .searchbar import Searchbar, search_text

ROW_FIELDS = [
    "name",
    "create_date",
    "settled_on",
    "amount_cash",
    "amount_credit",
    "currency_id",
    "state",
]


class PaymentsPortal(Portal):
    @http.route("/my/payments", **PAGE)
    def portal_my_payments(self, **query):
        """List what the company paid here, with its receipts, and what is pending."""
        self._check_can("see_invoices")
        remittances = request.env["portal.remittance"]
        choice = self._get_payments_searchbar().choose(query)
        domain = remittances._get_portal_domain(
            request.env.user, root=self._get_customer()
        )
        domain &= choice.get_domain("create_date")
        return self._render_page(
            "customer_portal.payments",
            {
                "page_name": "payments",
                "choice": choice,
                "can_pay": request.env.user._portal_can("pay"),
                "page": choice.fetch(remittances, domain, ROW_FIELDS),
            },
        )

    def _get_payments_searchbar(self):
        env = request.env
        return Searchbar(
            url="/my/payments",
            filters={
                "all": {
                    "label": env._("All"),
                    "domain": [("state", "!=", "cancelled")],
                },
                "pending": {
                    "label": env._("Pending"),
                    "domain": [("state", "=", "processing")],
                },
                "open": {
                    "label": env._("Not paid yet"),
                    "domain": [("state", "=", "open")],
                },
                "paid": {
                    "label": env._("Paid"),
                    "domain": [("state", "in", ("settled", "exception"))],
                },
            },
            sortings={
                "date": {
                    "label": env._("Newest"),
                    "field": "create_date",
                    "descending": True,
                },
                "amount": {
                    "label": env._("Amount"),
                    "field": "amount_cash",
                    "descending": True,
                },
            },
            search=lambda text: search_text(
                text,
                ["name", "line_ids.move_id.name"],
                ["amount_cash"],
                get_lang(env).decimal_point,
            ),
            placeholder=env._("Reference, document or amount"),
        )
