from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.account.controllers.portal import PortalAccount

from .forms import clean_text
from .invoice import get_bucket_labels
from .portal import Portal, readonly

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
RECENT_ORDERS = 5
WAITING_ITEMS = 5


class OverviewPortal(Portal, PortalAccount):
    @route(readonly=readonly)
    def home(self, **kwargs):
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
            "notice": clean_text(request.httprequest.args.get("notice")),
            "replaced_cards": REPLACED_CARDS,
            "receivables": [],
            "credits": [],
            "orders": request.env["sale.order"],
            "waiting": [],
            "has_bills": False,
            "invitations": user._get_portal_invitations(),
            "can_anything": self._can_anything(),
            "refusal": self._get_overview_refusal(),
            "waiting_consents": request.env["portal.consent"]._get_waiting(user),
        }
        customers = self._get_customers("see_invoices")
        if customers:
            values["receivables"] = customers._get_receivable_summary() or [
                customers._get_empty_receivable_summary()
            ]
            moves = request.env["account.move"]
            values["has_bills"] = bool(
                moves.search_count(self._get_invoices_domain("in"), limit=1)
            )
        # That of a branch is not the company's, where its section alone is on.
        if customer in self._get_customers("see_credit"):
            values["credits"] = self._get_credits()
        if user._portal_can("see_orders"):
            orders = request.env["sale.order"]
            values["orders"] = orders.search_fetch(
                orders._get_portal_domain(user, "see_orders", customer)
                & Domain("state", "=", "sale"),
                [
                    "name",
                    "date_order",
                    "client_order_ref",
                    "amount_total",
                    "state",
                    "invoice_status",
                    "currency_id",
                ],
                order="date_order desc, id desc",
                limit=RECENT_ORDERS,
            )
        values["waiting"] = self._get_waiting_items(customer)[:WAITING_ITEMS]
        return values

    def _get_waiting_items(self, customer):
        """Return what waits for the person, what has a day first, the next one first.

        :return: list of dicts with kind, date, and the record under another key
        """
        items = request.env["sale.order"]._get_waiting_items(customer, WAITING_ITEMS)
        items += request.env["portal.document.request"]._get_waiting_items(
            customer, WAITING_ITEMS
        )
        return sorted(items, key=lambda item: (not item["date"], item["date"] or 0))

    def _get_credits(self):
        """Return the credit of the current customer.

        It is shared with branches, also those that the person does not see.
        """
        customer = self._get_customer()
        member = request.env.user._get_portal_rights().memberships[customer.id]
        tree = customer.browse(sorted(member.tree_ids))
        return customer._get_credit_summary(tree)

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
