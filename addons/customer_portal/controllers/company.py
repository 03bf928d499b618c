from odoo import http
from odoo.http import request

from .forms import parse_ids
from .portal import CHANGE, Portal


class CompanyPortal(Portal):
    @http.route("/my/company", **CHANGE)
    def portal_my_company(self, customer_id="", **_post):
        """Act for another of the own customers from now on; a foreign one is none."""
        for chosen in parse_ids(customer_id)[:1]:
            request.env.user._choose_portal_customer(chosen)
        return request.redirect("/my", code=303)
