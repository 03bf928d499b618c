from odoo import api, fields, models
from odoo.tools import SQL


class PortalDocument(models.Model):
    _inherit = "portal.document"

    audience = fields.Selection(
        selection_add=[("lot", "Owners of a lot")],
        ondelete={"lot": lambda documents: documents.write({"active": False})},
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots and serial numbers",
        groups="base.group_user",
        help="Customers who received some of it and have not returned it.",
    )

    def _get_audience_domains(self, customer_ids):
        """Extend: what is for owners of a lot."""
        return {
            **super()._get_audience_domains(customer_ids),
            "lot": self._make_portal_domain(
                lambda alias: SQL(
                    """%s IN (
                        SELECT document_lot.portal_document_id
                          FROM portal_document_stock_lot_rel document_lot
                         WHERE document_lot.stock_lot_id IN (
                               SELECT owner.lot_id FROM (%s) owner))""",
                    SQL.identifier(alias, "id"),
                    self._get_lot_owners_query(SQL("buyer.id IN %s", customer_ids)),
                ),
                self._get_lot_owners_fields(),
            ),
        }

    @api.model
    def _get_lot_owners_query(self, condition):
        """Return the SQL of who has which lot: customer_id and lot_id.

        What came to a place of a customer counts, less what came back. It belongs to
        the customer of the order; without one, to that of the delivery.

        :param condition: SQL about buyer (res_partner) and line (stock_move_line)
        """
        return SQL(
            """
            SELECT moved.customer_id, moved.lot_id
              FROM (
                SELECT buyer.id AS customer_id, line.lot_id,
                       line.quantity_product_uom
                       * CASE WHEN target.usage = 'customer' THEN 1 ELSE -1 END
                       AS quantity
                  FROM res_partner buyer
                  JOIN sale_order sale ON sale.portal_customer_id = buyer.id
                  JOIN sale_order_line sale_line ON sale_line.order_id = sale.id
                  JOIN stock_move move ON move.sale_line_id = sale_line.id
                  JOIN stock_move_line line ON line.move_id = move.id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
                 WHERE line.state = 'done' AND line.lot_id IS NOT NULL
                   AND (source.usage = 'customer') <> (target.usage = 'customer')
                   AND %(condition)s
                 UNION ALL
                SELECT buyer.id, line.lot_id,
                       line.quantity_product_uom
                       * CASE WHEN target.usage = 'customer' THEN 1 ELSE -1 END
                  FROM res_partner buyer
                  JOIN stock_picking picking ON picking.portal_customer_id = buyer.id
                  JOIN stock_move move ON move.picking_id = picking.id
                  JOIN stock_move_line line ON line.move_id = move.id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
                 WHERE line.state = 'done' AND line.lot_id IS NOT NULL
                   AND move.sale_line_id IS NULL
                   AND (source.usage = 'customer') <> (target.usage = 'customer')
                   AND %(condition)s
              ) moved
          GROUP BY moved.customer_id, moved.lot_id
            HAVING SUM(moved.quantity) > 0
            """,
            condition=condition,
        )

    @api.model
    def _get_lot_owners_fields(self):
        """Return {model: names} that `_get_lot_owners_query` reads."""
        return {
            "portal.document": ["lot_ids"],
            "sale.order": ["portal_customer_id"],
            "sale.order.line": ["order_id"],
            "stock.move": ["sale_line_id", "picking_id"],
            "stock.move.line": [
                "state",
                "lot_id",
                "quantity_product_uom",
                "location_id",
                "location_dest_id",
            ],
            "stock.picking": ["portal_customer_id"],
        }

    def _get_portal_products(self, customer_ids):
        """Extend: of documents for lots, the lots that these customers have."""
        products = super()._get_portal_products(customer_ids)
        documents = self.filtered(lambda document: document.audience == "lot")
        if not documents or not customer_ids:
            return products
        for name, names in self._get_lot_owners_fields().items():
            self.env[name].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT rel.portal_document_id, lot.name
                  FROM portal_document_stock_lot_rel rel
                  JOIN stock_lot lot ON lot.id = rel.stock_lot_id
                 WHERE rel.portal_document_id IN %s
                   AND lot.id IN (SELECT owner.lot_id FROM (%s) owner)
              ORDER BY rel.portal_document_id, lot.name
                """,
                tuple(documents.ids),
                self._get_lot_owners_query(SQL("buyer.id IN %s", tuple(customer_ids))),
            )
        )
        for document_id, name in rows:
            products.setdefault(document_id, []).append(name)
        return products

    def _find_audience(self, customer_ids):
        """Extend: the customers that have one of the lots."""
        if self.audience != "lot" or not customer_ids:
            return super()._find_audience(customer_ids)
        if not self.lot_ids:
            return set()
        for name, names in self._get_lot_owners_fields().items():
            self.env[name].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT owner.customer_id FROM (%s) owner",
                self._get_lot_owners_query(
                    SQL("line.lot_id IN %s", tuple(self.lot_ids.ids))
                ),
            )
        )
        return customer_ids & {customer_id for (customer_id,) in rows}

    @api.depends("lot_ids")
    def _compute_audience_text(self):
        """Extend: the names of the lots."""
        return super()._compute_audience_text()

    def _get_audience_names(self):
        if self.audience == "lot":
            return self.lot_ids.mapped("display_name")
        return super()._get_audience_names()
