"""What finds an invoice: its numbers, amounts and lines, and the person on it."""

from odoo import api, models
from odoo.fields import Domain

from ...const import PAYABLE_TYPES
from ...tools.search import get_number_index, search_word

SEARCHED = ("name", "ref", "payment_reference", "invoice_origin")


class AccountMove(models.Model):
    _inherit = "account.move"

    _portal_search_numbers = SEARCHED
    _portal_search_amounts = ("amount_total", "amount_residual")

    _portal_number_idx = models.Index(
        get_number_index(SEARCHED, f"state = 'posted' AND move_type IN {PAYABLE_TYPES}")
    )

    def _get_portal_searched_domain(self, customer_ids):
        """Extend: what is posted, as in the lists."""
        return (
            super()._get_portal_searched_domain(customer_ids)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", PAYABLE_TYPES)
        )

    @api.model
    def _get_portal_search_sources(self, word, customer_ids):
        """Extend: what stands on the lines, the product and the person."""
        within = self._get_portal_searched_domain(customer_ids)
        lines = self.env["account.move.line"]
        within_lines = (
            Domain("display_type", "=", "product")
            & Domain("parent_state", "=", "posted")
            & Domain("move_id", "any!", within)
        )
        products = self.env["product.product"]._search_portal_word(word)
        person = Domain(
            "commercial_partner_id", "in", sorted(customer_ids)
        ) & search_word(word, ["name"])
        # Each by its own index, not by one condition that none of them answers.
        on_lines = [
            lines._search(within_lines & condition, bypass_access=True)
            for condition in (
                search_word(word, ["name"]),
                Domain("product_id", "in", products),
            )
        ]
        people = self._search(
            within & Domain("partner_id", "any!", person), bypass_access=True
        )
        return [
            *super()._get_portal_search_sources(word, customer_ids),
            *(
                query.select(lines._field_to_sql(query.table, "move_id", query))
                for query in on_lines
            ),
            people.select(),
        ]
