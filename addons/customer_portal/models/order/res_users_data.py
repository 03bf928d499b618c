from odoo import models
from odoo.fields import Domain

from ...tools.archive import DataSection, keys


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: the orders that the person sees, and the changes that one made."""
        return [
            *super()._get_portal_data_sections(own),
            DataSection(
                "orders_and_quotes",
                "sale.order",
                Domain.TRUE,
                {
                    "number": "name",
                    "your_reference": "client_order_ref",
                    "customer": "partner_id",
                    "date": "date_order",
                    "status": "state",
                    **keys("amount_untaxed", "amount_tax", "amount_total"),
                    "currency": "currency_id.name",
                },
            ),
            DataSection(
                "order_lines",
                "sale.order.line",
                Domain("display_type", "=", False),
                {
                    "order": "order_id.name",
                    "text": "name",
                    "quantity": "product_uom_qty",
                    **keys("price_unit", "price_total"),
                },
            ),
            DataSection(
                "changes_of_orders",
                "portal.order.change",
                own,
                {
                    "order": "order_id.name",
                    "date": "create_date",
                    "before": "before_text",
                    "after": "after_text",
                    "answer": "answer_text",
                    **keys("state", "message"),
                },
                is_own=True,
            ),
        ]
