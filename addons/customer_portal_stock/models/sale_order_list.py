"""When the goods of an order leave or left, for the lists of orders."""

from odoo import models
from odoo.tools import SQL

from odoo.addons.customer_portal.tools.moment import tell_planned


class SaleOrder(models.Model):
    _inherit = "sale.order"

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
        for order_id, ordered, planned, left in self.env.execute_query(
            SQL(
                """
                SELECT line.order_id, MIN(sale.date_order),
                       MIN(move.date) FILTER (WHERE move.state != 'done'),
                       MAX(move.date) FILTER (WHERE move.state = 'done')
                  FROM sale_order_line line
                  JOIN sale_order sale ON sale.id = line.order_id
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
            _key, promised = dates.get(order_id, (None, None))
            planned = planned and (promised or tell_planned(planned, ordered))
            if planned:
                dates[order_id] = ("next" if left else "promised", planned)
            elif left:
                dates[order_id] = ("shipped", left)
        return dates
