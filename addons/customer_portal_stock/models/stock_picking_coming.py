"""The deliveries of a customer that are on their way, for the overview."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.customer_portal.tools.moment import get_day_sql

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
        return self._search(
            own & self._get_coming_domain(), order="scheduled_date, id", limit=limit
        )

    @api.model
    def _get_coming_domain(self):
        """Return the domain of deliveries to come, and of those that have just left."""
        # Past the rules of operation types, which customers may not read.
        leaves = Domain(
            "picking_type_id", "any!", [("code", "in", ("outgoing", "dropship"))]
        )
        is_on_road = Domain("state", "=", "done") & Domain(
            "date_done", ">=", fields.Datetime.now() - ON_THE_ROAD
        )
        return leaves & (Domain("state", "in", OPEN_STATES) | is_on_road)

    def _get_planned_day_sql(self, picking, sale):
        """Return the SQL of the day for which a delivery is planned, or NULL.

        What the order promises, else what Odoo has planned. Without a lead time that
        is the moment of ordering, which says nothing.

        :param str picking, sale: aliases of the delivery and of its order, if any
        """
        orders = self.env["sale.order"]
        promised, ordered = (
            SQL.identifier(sale, name, to_flush=orders._fields[name])
            for name in ("commitment_date", "date_order")
        )
        name = "scheduled_date"
        scheduled = SQL.identifier(picking, name, to_flush=self._fields[name])
        moment = SQL(
            """
            COALESCE(%(promised)s, CASE WHEN %(ordered)s IS NULL
                OR %(scheduled)s > %(ordered)s + interval '1 minute'
                THEN %(scheduled)s END)
            """,
            promised=promised,
            ordered=ordered,
            scheduled=scheduled,
        )
        return get_day_sql(self.env, moment)

    @api.model
    def _get_coming_day_sql(self, alias, query):
        """Return the SQL of the day on which it is to leave; what has left has none."""
        orders = self.env["sale.order"]
        sale = query.left_join(alias, "sale_id", orders._table, "id", "sale")
        return SQL(
            "CASE WHEN %s != 'done' THEN GREATEST(%s, %s) END",
            self._field_to_sql(alias, "state", query),
            self._get_planned_day_sql(alias, sale),
            self._field_to_sql(alias, "wished_date", query),
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
                SELECT picking.name, picking.state, picking.wished_date,
                       %(planned)s AS planned_day, %(left)s AS day_left,
                       sale.id AS order_id, sale.name AS order_name,
                       sale.client_order_ref,
                       picking.printed IS TRUE OR EXISTS (
                           SELECT FROM stock_move move
                            WHERE move.picking_id = picking.id AND move.picked
                              AND move.state != 'cancel') AS is_begun
                  FROM stock_picking picking
             LEFT JOIN sale_order sale ON sale.id = picking.sale_id
                 WHERE picking.id IN %(ids)s
              ORDER BY picking.scheduled_date, picking.id
                """,
                planned=self._get_planned_day_sql("picking", "sale"),
                left=get_day_sql(self.env, SQL.identifier("picking", "date_done")),
                ids=tuple(self.ids),
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
        if row["state"] == "done":
            return row["day_left"], ""
        day = row["planned_day"]
        if row["wished_date"] and (not day or row["wished_date"] > day):
            return row["wished_date"], self.env._("the date you requested")
        if day and day < fields.Date.context_today(self):
            return day, self.env._("later than planned")
        return day, ""
