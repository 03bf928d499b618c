from odoo.http import request, route

from odoo.addons.account.controllers.portal import PortalAccount

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
        customer = self._get_customer()
        values = {
            "customer": customer,
            "companies_url": self._get_companies_url(),
            **self._prepare_script_values(),
            "buckets": request.env["account.move"]._get_bucket_labels(),
            "notice": self._get_done_text(),
            "replaced_cards": REPLACED_CARDS,
            "receivables": [],
            "credits": [],
            "can_anything": self._can_anything(),
            "refusal": self._get_overview_refusal(),
        }
        values.update(self._get_account_values(customer))
        values.update(self._get_found_values(customer))
        values.update(
            self._get_under_way_values(
                values["receivables"],
                values["holding_ids"],
                has_others=values["has_apart"] or values["has_disputes"],
            )
        )
        return values

    @staticmethod
    def _get_companies_url():
        """Return the address of all companies, for who works for several, or ""."""
        choices = request.env.user._get_portal_choices()
        return "/my/companies" if len(choices) > 1 else ""

    def _get_under_way_values(self, receivables, holding_ids, *, has_others):
        """Return the payments under way, and add to the figures how much of them it is.

        :param list receivables: of `_get_receivable_summary`
        :param list holding_ids: of the payments, the newest first; mostly none
        :param bool has_others: whether there are payments of which no page tells, or
            disputes; mostly not
        """
        customers = self._get_customers("see_invoices")
        sums = customers._get_under_way_sums() if holding_ids or has_others else {}
        customers._add_under_way(receivables, sums)
        remittances = request.env["portal.remittance"]
        payments = []
        if holding_ids:
            # In the person's own rights: a branch does not read the head office's.
            payments = remittances._prepare_under_way(holding_ids, MOST_ROWS)
        late = [line for line in receivables if line["overdue"]]
        return {
            "payments": payments,
            "late": late,
            "late_to_pay": [line for line in late if line["overdue_to_pay"]],
        }

    def _get_found_values(self, customer):
        """Return what there may be none of: it is all looked for in one query."""
        # `env.user` is in sudo; what waits is looked for in the person's own rights.
        user = request.env.user.with_env(request.env)
        orders = request.env["sale.order"]
        waiting = user._get_portal_waiting(customer, MOST_ROWS)
        coming = user._get_portal_coming(customer, MOST_ROWS)
        found = orders._find_ids(
            {
                **self._get_overview_queries(customer),
                **{
                    name: query
                    for name, (query, _prepare) in [*waiting.items(), *coming.items()]
                },
            }
        )
        # All that are shown of these, in one query.
        order_names = ("last_orders", "orders", "coming_orders")
        orders.browse(
            {order_id for name in order_names for order_id in found[name]}
        )._fetch_overview()
        items = self._prepare_items(waiting, found)
        goods = self._prepare_items(coming, found)
        goods.sort(key=lambda item: (not item["date"], item["date"] or 0))
        others = [item for item in items if not item.get("is_first")]
        # What has a day first, the next one first.
        others.sort(key=lambda item: (not item["date"], item["date"] or 0))
        return {
            "orders": orders.browse(found["last_orders"]),
            "coming": goods[:MOST_ROWS],
            "sees_coming": user._portal_can("see_orders"),
            "holding_ids": found.get("payments", []),
            "has_apart": bool(found.get("payments_apart")),
            "has_disputes": bool(found.get("disputed")),
            "has_bills": bool(found.get("bills")),
            "waiting_first": [item for item in items if item.get("is_first")],
            "waiting": others[:MOST_ROWS],
            "waiting_consents": self._get_waiting_consents(found["consents"]),
        }

    @staticmethod
    def _prepare_items(asked, found):
        """Return the items of what was found.

        :param dict asked: {name: (query, prepare)}, as of `_get_portal_waiting`
        :param dict found: {name: ids}
        """
        return [
            item
            for name, (_query, prepare) in asked.items()
            if found[name]
            for item in prepare(found[name])
        ]

    @staticmethod
    def _get_waiting_consents(begun_ids):
        """Return the texts that wait for an answer, of those in force."""
        if not begun_ids:
            return request.env["portal.consent.text"]
        return request.env["portal.consent"]._get_waiting(request.env.user)

    def _get_overview_queries(self, customer):
        """Return {name: query} of what stands on the overview beside what waits."""
        env = request.env
        texts = env["portal.consent.text"].sudo()  # sudo: what everybody may read
        queries = {
            "last_orders": env["sale.order"]._get_last_query(customer, MOST_ROWS),
            "consents": texts._search(texts._get_begun_domain(), limit=1),
        }
        if customers := self._get_customers("see_invoices"):
            queries["payments"] = customers._get_holding_query()
            queries["payments_apart"] = customers._get_apart_query()
            bills = self._get_invoices_domain("in")
            queries["bills"] = env["account.move"]._search(bills, limit=1)
        return queries

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
