from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .forms import parse_ids
from .portal import CHANGE, PAGE, Portal


class CompanyPortal(Portal):
    @http.route("/my/company", **PAGE)
    def portal_my_company_page(self, **_query):
        """Show for whom the person works, and the invitations that wait."""
        return self._render_company_page()

    @http.route("/my/company", **CHANGE)
    def portal_my_company(self, customer_id="", **_post):
        """Act for another of the own customers from now on; a foreign one is none."""
        for chosen in parse_ids(customer_id)[:1]:
            request.env.user._choose_portal_customer(chosen)
        return request.redirect("/my", code=303)

    @http.route("/my/company/invitations/<int:membership_id>", **CHANGE)
    def portal_my_invitation(self, membership_id, action="", **_post):
        """Accept or decline an invitation to work for another customer."""
        invitation = request.env.user._get_portal_invitations().filtered(
            lambda membership: membership.id == membership_id
        )
        if not invitation:
            raise NotFound
        if action == "decline":
            invitation._decline()
            return request.redirect("/my/company?notice=declined", code=303)
        if action != "accept":
            return self._render_company_page(
                message=request.env._("Accept or decline the invitation.")
            )
        customer_id = invitation.partner_id.id
        try:
            with request.env.cr.savepoint():
                invitation._accept()
        except UserError as error:
            return self._render_company_page(message=error.args[0])
        request.env.user._choose_portal_customer(customer_id)
        return request.redirect("/my?notice=accepted", code=303)

    def _render_company_page(self, *, message=""):
        user = request.env.user
        return self._render_page(
            "customer_portal.company",
            {
                "page_name": "company",
                "invitations": user._get_portal_invitations(),
                "choices": user._get_portal_choices(),
                "customer": self._get_customer(),
                "message": message,
            },
            status=422 if message else 200,
        )
