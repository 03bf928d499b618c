from odoo.http import request, route

from odoo.addons.account.controllers.portal import PortalAccount

from ..billing.invoice import get_bucket_labels
from ..portal import Portal, readonly

# Cards of core that the portal's own navigation and figures replace.
REPLACED_CARDS = {
    "/my/addresses",
    "/my/invoices?filterby=bills",
    "/my/invoices?filterby=invoices",
    "/my/invoices?filterby=overdue_invoices",
    "/my/orders",
    "/my/payment_method",
    "/my/quotes",
    "/my/security",
}
MOST_ROWS = 5  # of the last orders, and of what waits


class OverviewPortal(Portal, PortalAccount):
    @route(readonly=readonly)
    def home(self, **kwargs):
        # They read of the person what pages need; core would read all columns.
        request.env.user._get_portal_rights()
        return super().home(**kwargs)

    def _prepare_home_portal_values(self, counters):
        """Extend: the overview's figures, for the page and not for /my/counters."""
        values = super()._prepare_home_portal_values(counters)
        if not counters and request.httprequest.path.rstrip("/").endswith(
            ("/my", "/my/home")
        ):
            values.update(self._prepare_overview_values())
        return values

    def _prepare_overview_values(self):
        """Return the values of the overview; glue adds its own."""
        user = request.env.user
        customer = self._get_customer()
        values = {
            "customer": customer,
            "light_scripts": self._has_light_scripts(),
            "buckets": get_bucket_labels(request.env),
            "notice": self._get_done_text(),
            "replaced_cards": REPLACED_CARDS,
            "receivables": [],
            "credits": [],
            "orders": request.env["sale.order"],
            "waiting": [],
            "has_bills": False,
            "invitations": request.env["portal.membership"],
            "can_anything": self._can_anything(),
            "refusal": self._get_overview_refusal(),
            "waiting_consents": request.env["portal.consent.text"],
        }
        values.update(self._get_account_values(customer))
        present = self._find_present(customer)
        values["has_bills"] = present.get("bills", False)
        if present["invitations"]:
            values["invitations"] = user._get_portal_invitations()
        if present["consents"]:
            values["waiting_consents"] = request.env["portal.consent"]._get_waiting(
                user
            )
        orders = request.env["sale.order"]
        values["orders"], waiting = orders._get_overview_orders(customer, MOST_ROWS)
        if present["requests"]:
            requests = request.env["portal.document.request"]
            waiting += requests._get_waiting_items(customer, MOST_ROWS)
        # What has a day first, the next one first.
        waiting.sort(key=lambda item: (not item["date"], item["date"] or 0))
        values["waiting"] = waiting[:MOST_ROWS]
        return values

    def _find_present(self, customer):
        """Return {name: whether there is any} of what is rare, in one query."""
        env = request.env
        memberships = env["portal.membership"].sudo()  # sudo: the person's own
        texts = env["portal.consent.text"].sudo()  # sudo: what everybody may read
        requests = env["portal.document.request"]
        queries = {}
        if self._get_customers("see_invoices"):
            bills = self._get_invoices_domain("in")
            queries["bills"] = env["account.move"]._search(bills)
        return requests._find_any(
            **queries,
            requests=requests._search(requests._get_waiting_domain(customer)),
            invitations=memberships._search(env.user._get_portal_invitations_domain()),
            consents=texts._search(texts._get_begun_domain()),
        )

    def _get_account_values(self, customer):
        """Return receivables and credits, as far as the person sees them."""
        customers = self._get_customers("see_invoices")
        # That of a branch is not the company's, where its section alone is on.
        sees_credit = customer in self._get_customers("see_credit")
        # It is shared with branches, also those that the person does not see.
        member = request.env.user._get_portal_rights().memberships.get(customer.id)
        tree = customer.browse(sorted(member.tree_ids) if sees_credit else ())
        sums = (customers | tree)._get_account_sums(with_orders=sees_credit)
        values = {}
        if customers:
            values["receivables"] = customers._get_receivable_summary(sums) or [
                customers._get_empty_receivable_summary()
            ]
        if sees_credit:
            values["credits"] = customer._get_credit_summary(tree, sums)
        return values

    def _get_overview_refusal(self):
        """Return why the overview is empty, or ""; a banner tells of two factors."""
        user = request.env.user
        if self._can_anything() or user._get_portal_two_factor_customer():
            return ""
        return user._get_portal_refusal()

    def _can_anything(self):
        """Return whether the person may do anything for the current customer."""
        rights = request.env.user._get_portal_rights()
        member = rights.memberships.get(self._get_customer().id)
        return bool(member and (member.full or member.own))
