"""What finds an order: its numbers, amount and lines, and who had to do with it."""

from odoo import api, models
from odoo.fields import Domain

from ...tools.search import get_number_index, search_word

SEARCHED = ("name", "client_order_ref")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    _portal_search_numbers = SEARCHED
    _portal_search_amounts = ("amount_total",)

    _portal_number_idx = models.Index(
        get_number_index(SEARCHED, "portal_customer_id IS NOT NULL")
    )

    @api.model
    def _get_portal_search_sources(self, word, customer_ids):
        """Extend: what stands on the lines, the product, who ordered and signed."""
        within = self._get_portal_searched_domain(customer_ids)
        lines = self.env["sale.order.line"]
        within_lines = Domain("display_type", "=", False) & Domain(
            "order_id", "any!", within
        )
        products = self.env["product.product"]._search_portal_word(word)
        # Each by its own index, not by one condition that none of them answers.
        on_lines = [
            lines._search(within_lines & condition, bypass_access=True)
            for condition in (
                search_word(word, ["name"]),
                Domain("product_id", "in", products),
            )
        ]
        people = self._search(
            within & self._get_portal_people_domain(word), bypass_access=True
        )
        return [
            *super()._get_portal_search_sources(word, customer_ids),
            *(
                query.select(lines._field_to_sql(query.table, "order_id", query))
                for query in on_lines
            ),
            people.select(),
        ]

    @api.model
    def _get_portal_people_domain(self, word):
        """Return the domain of orders that a person of that name made or signed."""
        named = search_word(word, ["name"])
        return (
            search_word(word, ["signed_by"])
            | Domain("partner_id", "any!", named)
            | Domain("portal_user_id", "any!", Domain("partner_id", "any!", named))
        )
