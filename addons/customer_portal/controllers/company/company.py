from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ...const import MAX_BRANCHES, MOST_LISTED, SWITCH_PLACES
from ...tools.parse import parse_id
from ..portal import CHANGE, PAGE, Portal

# What the page shows of a company.
COMPANY_FIELDS = (
    "bank_ids",
    "city",
    "commercial_company_name",
    "company_registry",
    "country_id",
    "name",
    "ref",
    "state_id",
    "street",
    "street2",
    "vat",
    "zip",
)


class CompanyPortal(Portal):
    @http.route("/my/company", **PAGE)
    def portal_my_company_page(self, company="", **_query):
        """Show the company's data, for whom the person works, and the invitations."""
        return self._render_company_page(chosen=company)

    @http.route("/my/company", **CHANGE)
    def portal_my_company(self, customer_id="", to="", **_post):
        """Act for another of the own customers from now on; a foreign one is none.

        :param str to: the page to open then, a key of `SWITCH_PLACES`
        """
        chosen = parse_id(customer_id)
        is_own = chosen and request.env.user._choose_portal_customer(chosen)
        place = SWITCH_PLACES.get(to, "") if is_own else ""
        return request.redirect(f"/my{place}", code=303)

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
        _done, refusal = self._attempt(invitation._accept)
        if refusal:
            return self._render_company_page(message=refusal)
        request.env.user._choose_portal_customer(customer_id)
        return request.redirect("/my?notice=accepted", code=303)

    def _get_done_texts(self):
        """Extend: what became of an invitation."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "accepted": _("Welcome. You are now acting for this company."),
            "declined": _("The invitation was declined."),
        }

    def _render_company_page(self, *, message="", chosen=""):
        user = request.env.user
        return self._render_page(
            "customer_portal.company",
            {
                "page_name": "company",
                "invitations": user._get_portal_invitations(),
                "choices": user._get_portal_choices(),
                "customer": self._get_customer(),
                "message": message,
                **self._prepare_company_values(chosen),
            },
            status=422 if message else 200,
        )

    def _prepare_company_values(self, chosen=""):
        """Return what the page shows of a company that the person works for.

        Nothing without any right there, as long as a second factor is missing.

        :param str chosen: id of the customer or of a branch within reach
        """
        user = request.env.user
        customer = self._get_customer()
        member = user._get_portal_rights().memberships.get(customer.id)
        reach = {**member.full, **member.own} if member else {}
        if not reach:
            return {"company_data": None}
        reached = request.env["res.partner"].browse(
            sorted(set().union(*reach.values()))
        )
        if parse_id(chosen) in reached.ids:
            customer = reached.browse(parse_id(chosen))
        changes = request.env["portal.company.change"]
        # In the person's own rights: the record rules decide.
        history = changes.search_fetch(
            [("partner_id", "=", customer.id)],
            ["state", "create_date", "user_name", "effective_date", "line_ids"],
            limit=MOST_LISTED,
        )
        history.line_ids.fetch(["field_name"])
        # sudo: the company's own data, which its people see on every paper
        customer_sudo = customer.sudo()
        customer_sudo.fetch(COMPANY_FIELDS)
        address = customer_sudo._display_address(without_company=True).split("\n")
        return {
            "company_data": customer_sudo,
            "company_reached": reached[:MAX_BRANCHES]._fetch_names(),
            "company_address": [line.strip() for line in address if line.strip()],
            "company_accounts": changes._get_accounts(customer_sudo),
            "company_changes": history,
            "open_change": history.filtered(lambda change: change.state == "submitted"),
            "can_manage_company": customer in self._get_customers("manage_company"),
        }
