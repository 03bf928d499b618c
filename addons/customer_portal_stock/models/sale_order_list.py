"""When the goods of an order leave or left, for the lists of orders."""

from odoo import models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_portal_row_fields(self):
        """Extend: what the status of a row depends on."""
        return [*super()._get_portal_row_fields(), "delivery_status"]

    def _get_portal_delivery_dates(self):
        """Extend: when the rest leaves, or when the last of it left.

        What sales promised goes before the plan of the warehouse, as on the page of
        the order. One query for all; a move has the day of its transfer.
        """
        dates = super()._get_portal_delivery_dates()
        orders = self.filtered(lambda order: order.state == "sale")
        if not orders:
            return dates
        self.env.flush_all()
        for order_id, planned, left in self.env.execute_query(
            SQL(
                """
                SELECT line.order_id,
                       MIN(move.date) FILTER (WHERE move.state != 'done'),
                       MAX(move.date) FILTER (WHERE move.state = 'done')
                  FROM sale_order_line line
                  JOIN stock_move move ON move.sale_line_id = line.id
                  JOIN stock_picking_type type ON type.id = move.picking_type_id
                 WHERE line.order_id IN %s
                   AND move.state NOT IN ('draft', 'cancel')
                   AND type.code IN ('outgoing', 'dropship')
                 GROUP BY line.order_id
                """,
                orders._ids,
            )
        ):
            if planned:
                _key, promised = dates.get(order_id, (None, None))
                key = "next" if left else "promised"
                dates[order_id] = (key, promised or planned)
            else:
                dates[order_id] = ("shipped", left)
        return dates
