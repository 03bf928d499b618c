"""The deliveries of a customer that are on their way, for the overview."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.customer_portal.tools.moment import tell_planned

# How long what has left is on its way: nobody tells Odoo when it arrives.
ON_THE_ROAD = timedelta(days=3)
OPEN_STATES = ("waiting", "confirmed", "assigned")
COMING_FIELDS = (
    "name",
    "state",
    "printed",
    "scheduled_date",
    "date_done",
    "wished_date",
    "sale_id",
)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @api.model
    def _get_coming_query(self, customer, limit):
        """Return the query of the deliveries on their way, the next first.

        In the caller's own rights.
        """
        user = self.env.user
        if not user._portal_can("see_orders"):
            return self.browse()._as_query()
        # Of this customer and its branches; which of theirs, the record rule decides.
        rights = user._get_portal_rights()
        ids = rights.get_ids("see_orders", customer.id)
        ids |= rights.get_own_ids("see_orders", customer.id)
        own = Domain("portal_customer_id", "in", sorted(ids))
        # Past the rules of operation types, which customers may not read.
        leaves = Domain(
            "picking_type_id", "any!", [("code", "in", ("outgoing", "dropship"))]
        )
        is_on_road = Domain("state", "=", "done") & Domain(
            "date_done", ">=", fields.Datetime.now() - ON_THE_ROAD
        )
        return self._search(
            own & leaves & (Domain("state", "in", OPEN_STATES) | is_on_road),
            order="scheduled_date, id",
            limit=limit,
        )

    def _get_coming_items(self):
        """Return these deliveries as items, see `res.users._get_portal_coming`.

        They were found in the person's own rights, and so was what is read of their
        orders; all of it in one query.
        """
        self.flush_model(COMING_FIELDS)
        self.env["stock.move"].flush_model(["picking_id", "picked", "state"])
        self.env["sale.order"].flush_model(
            ["name", "client_order_ref", "commitment_date", "date_order"]
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT picking.name, picking.state, picking.scheduled_date,
                       picking.date_done, picking.wished_date,
                       sale.id AS order_id, sale.name AS order_name,
                       sale.client_order_ref, sale.commitment_date, sale.date_order,
                       picking.printed IS TRUE OR EXISTS (
                           SELECT FROM stock_move move
                            WHERE move.picking_id = picking.id AND move.picked
                              AND move.state != 'cancel') AS is_begun
                  FROM stock_picking picking
             LEFT JOIN sale_order sale ON sale.id = picking.sale_id
                 WHERE picking.id IN %s
              ORDER BY picking.scheduled_date, picking.id
                """,
                tuple(self.ids),
            )
        )
        return [self._get_coming_item(row) for row in rows]

    def _get_coming_item(self, row):
        day, note = self._get_coming_day(row)
        return {
            "label": row["order_name"] or row["name"],
            "url": f"/my/orders/{row['order_id']}" if row["order_id"] else "",
            "note": note or row["client_order_ref"] or "",
            "date": day,
            "badge": self._get_coming_badge(row),
        }

    def _get_coming_badge(self, row):
        if row["state"] == "done":
            return self._get_portal_badges()["done"]
        return self._get_portal_badges()["picking" if row["is_begun"] else "planned"]

    def _get_coming_day(self, row):
        """Return the day of a delivery where the reader is, or None, and a note."""
        is_done = row["state"] == "done"
        planned = row["commitment_date"] or tell_planned(
            row["scheduled_date"], row["date_order"]
        )
        moment = row["date_done"] if is_done else planned
        day = moment and fields.Datetime.context_timestamp(self, moment).date()
        if is_done:
            return day, ""
        if row["wished_date"] and (not day or row["wished_date"] > day):
            return row["wished_date"], self.env._("the date you requested")
        if day and day < fields.Date.context_today(self):
            return day, self.env._("later than planned")
        return day, ""
