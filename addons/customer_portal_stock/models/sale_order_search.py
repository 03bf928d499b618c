from odoo import api, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _get_portal_search_sources(self, word, customer_ids):
        """Extend: the number of a delivery, and what else is known of it."""
        pickings = self.env["stock.picking"]
        query = pickings._search(
            pickings._get_portal_searched_domain(customer_ids)
            & Domain("sale_id", "!=", False)
            & pickings._get_portal_number_domain(word),
            bypass_access=True,
        )
        return [
            *super()._get_portal_search_sources(word, customer_ids),
            query.select(pickings._field_to_sql(query.table, "sale_id", query)),
        ]
