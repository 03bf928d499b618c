from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal as SalePortal

from ...tools.number import parse_amount
from ...tools.parse import parse_id
from ..portal import Portal, readonly
from ..searchbar import Filter, ListPage, Searchbar, Sorting


class OrderPortal(Portal, SalePortal):
    @http.route(readonly=readonly)
    def portal_my_orders(self, **query):
        """Extend: searched, filtered and paged by position, without a write."""
        self._check_can("see_orders")
        return self._render_page(
            "customer_portal.orders",
            self._prepare_orders_values(query, self._get_order_searchbar(), "order"),
        )

    @http.route(readonly=readonly)
    def portal_my_quotes(self, **query):
        """Extend: as the list of orders, for quotations that were sent."""
        self._check_can("see_quotes")
        return self._render_page(
            "customer_portal.quotes",
            self._prepare_orders_values(query, self._get_quote_searchbar(), "quote"),
        )

    def _prepare_orders_values(self, query, searchbar, page_name):
        orders = request.env["sale.order"]
        choice = searchbar.choose(query)
        searched = self._get_orders_domain() & choice.get_search_domain("date_order")
        searched = choice.find(orders, searched)
        domain = searched & choice.filter_domain
        customers = self._get_customers(
            "see_quotes" if page_name == "quote" else "see_orders"
        )
        page = choice.fetch(orders, domain, orders._get_portal_row_fields())
        return {
            "page_name": page_name,
            "choice": choice,
            "counts": choice.count(orders, searched),
            "beside": self._get_searches_beside(choice),
            "page": page,
            "rows": page["records"]._prepare_portal_rows(),
            "totals": orders._get_portal_totals(domain),
            "customer_names": {
                customer.id: customer.name
                for customer in (customers if len(customers) > 1 else ())
            },
            "can_order": request.env.user._portal_can("order"),
            "can_export": request.env.user._portal_can("export"),
        }

    def _get_orders_domain(self):
        """Return the domain of the current customer's orders that one reaches."""
        return request.env["sale.order"]._get_portal_domain(
            request.env.user, root=self._get_customer()
        )

    def _get_lists(self):
        """Extend: the orders."""
        page = ListPage(
            self._get_order_searchbar, self._get_orders_domain, "date_order"
        )
        return {**super()._get_lists(), "orders": page}

    def _get_order_searchbar(self):
        env = request.env
        is_confirmed = Domain("state", "=", "sale")
        return Searchbar(
            url="/my/orders",
            filters={
                "confirmed": Filter(env._("Confirmed"), is_confirmed),
                "to_invoice": Filter(
                    env._("Not fully invoiced"),
                    is_confirmed & Domain("invoice_status", "!=", "invoiced"),
                ),
                "invoiced": Filter(
                    env._("Invoiced"),
                    is_confirmed & Domain("invoice_status", "=", "invoiced"),
                ),
                "cancelled": Filter(env._("Cancelled"), [("state", "=", "cancel")]),
                "draft": Filter(env._("My drafts"), [("state", "=", "draft")]),
                "all": Filter(env._("All"), [("state", "!=", "sent")]),
            },
            **self._get_order_search("see_orders"),
        )

    def _get_quote_searchbar(self):
        env = request.env
        return Searchbar(
            url="/my/quotes",
            filters={
                "open": Filter(env._("Open"), [("state", "=", "sent")]),
            },
            **self._get_order_search("see_quotes"),
        )

    def _get_order_search(self, code):
        """Return what the search bars of orders and quotes have in common.

        :param str code: the permission that shows the list
        """
        env = request.env
        return {
            "sortings": {
                "date": Sorting(env._("Newest"), "date_order", descending=True),
                "number": Sorting(env._("Number"), "name", descending=True),
                "amount": Sorting(env._("Amount"), "amount_total", descending=True),
            },
            "search": lambda text: env["sale.order"]._find_portal_domain(
                text, env.user, code, self._get_customer()
            ),
            "placeholder": env._("Number, reference, product, person or amount"),
            "menus": self._get_customer_menus(
                self._get_customers(code), "portal_customer_id"
            ),
            "has_dates": True,
            "periods": self._get_periods(),
            "has_columns": True,
        }

    @staticmethod
    def _is_own_draft(order_id):
        """Return whether the person reads an order that is not placed yet."""
        orders = request.env["sale.order"]
        # sudo: the page needs it anyway; what is no draft is not asked for twice
        orders_sudo = orders.sudo()
        # nosemgrep: route-sudo-browse-unchecked (it is only read, not shown)
        order_sudo = orders_sudo.browse(order_id)
        if not order_sudo._fetch_for_page() or order_sudo.state != "draft":
            return False
        return bool(orders.search_count([("id", "=", order_id)]))

    @http.route()
    def portal_order_page(self, order_id, **kwargs):
        """Extend: a draft that the person makes opens where it is finished."""
        # An amount in the address (a payment link) that is no number is none.
        amount = kwargs.get("payment_amount")
        if amount and (parse_amount(str(amount)) or 0) <= 0:
            kwargs.pop("payment_amount")
        user = request.env.user
        is_person = user.share and not user._is_public()
        if is_person and parse_id(order_id) and self._is_own_draft(order_id):
            return request.redirect(f"/my/orders/{order_id}/review")
        return super().portal_order_page(order_id, **kwargs)
