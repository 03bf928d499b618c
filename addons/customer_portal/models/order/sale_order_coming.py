"""What of the orders of a customer is on its way, for the overview."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.moment import get_day_sql

OLDEST = timedelta(days=366)  # what is older and not delivered will not be


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _get_coming_query(self, customer, limit):
        """Return the query of the orders of which goods are to come, the next first.

        In the caller's own rights.
        """
        user = self.env.user
        if not user._portal_can("see_orders"):
            return self.browse()._as_query()
        own = self._get_portal_domain(user, "see_orders", customer)
        return self._search(
            own & self._get_coming_domain(),
            order="commitment_date, date_order, id",
            limit=limit,
        )

    @api.model
    def _get_coming_domain(self):
        """Return the domain of confirmed orders with goods that are not delivered."""
        self.env["sale.order.line"].flush_model(
            ["order_id", "product_id", "product_uom_qty", "qty_delivered"]
        )
        return (
            Domain("state", "=", "sale")
            & Domain("date_order", ">=", fields.Datetime.now() - OLDEST)
            & Domain.custom(to_sql=self._get_coming_sql)
        )

    @staticmethod
    def _get_coming_sql(_model, alias, _query):
        return SQL(
            """
            EXISTS (SELECT FROM sale_order_line line
                      JOIN product_product product ON product.id = line.product_id
                      JOIN product_template template
                        ON template.id = product.product_tmpl_id
                     WHERE line.order_id = %s
                       AND template.type = 'consu'
                       AND line.product_uom_qty > COALESCE(line.qty_delivered, 0))
            """,
            SQL.identifier(alias, "id"),
        )

    @api.model
    def _get_coming_day_sql(self, alias, query):
        """Return the SQL of the day of `_get_coming_day`."""
        promised, wished = (
            self._field_to_sql(alias, name, query)
            for name in ("commitment_date", "wished_date")
        )
        return SQL("COALESCE(%s, %s)", get_day_sql(self.env, promised), wished)

    def _get_coming_items(self):
        """Return these orders as items, see `res.users._get_portal_coming`."""
        labels = self._get_portal_status_labels()
        items = []
        for order in self:
            day, note = order._get_coming_day()
            items.append(
                {
                    "label": order.name,
                    "url": f"/my/orders/{order.id}",
                    "note": note or order.client_order_ref or "",
                    "date": day,
                    "badge": ("sale", labels["sale"]),
                }
            )
        return items

    def _get_coming_day(self):
        """Return the promised day of an order, else the wished one, and a note."""
        if self.commitment_date:
            return self._get_portal_day(self.commitment_date), ""
        if self.wished_date:
            return self.wished_date, self.env._("the date you requested")
        return None, ""
