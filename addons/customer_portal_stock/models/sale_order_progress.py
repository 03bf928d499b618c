"""How far the goods of an order are, in the words of its page."""

from odoo import models

from odoo.addons.customer_portal.models.order.sale_order_page import PLACE_FIELDS

PICKING_FIELDS = [
    "backorder_id",
    "company_id",
    "date_done",
    "issued_on",
    "location_dest_id",
    "location_id",
    "name",
    "partner_id",
    "picking_type_id",
    "portal_customer_id",
    "printed",
    "return_id",
    "sale_id",
    "scheduled_date",
    "state",
]
MOVE_FIELDS = ["date", "picked", "picking_id", "sale_line_id", "state"]


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_page_fields(self):
        """Extend: how far the goods are."""
        names, line_names = super()._get_page_fields()
        ours = ["delivery_status", "incoterm", "incoterm_location", "picking_ids"]
        return [*names, *ours], [*line_names, "move_ids"]

    def _fetch_for_page(self):
        """Extend: the transfers and their moves, if any."""
        is_new = any(self._fields["picking_ids"]._cache_missing_ids(self))
        order = super()._fetch_for_page()
        if order and is_new and (self.picking_ids or self.order_line.move_ids):
            self._fetch_transfers()
        return order

    def _fetch_transfers(self):
        """Read the transfers of the order, and the moves of both."""
        names = [*self._get_page_picking_fields(), "move_ids"]
        links = {"picking_type_id": ["code"], "partner_id": PLACE_FIELDS}
        pickings = self.picking_ids
        pickings._fetch_linked(names, links)
        moves = self.order_line.move_ids | pickings.move_ids
        moves.fetch(MOVE_FIELDS)
        others = moves.picking_id - pickings
        if others:
            others._fetch_linked(names, links)
            others.move_ids.fetch(MOVE_FIELDS)

    def _get_page_picking_fields(self):
        """Return the fields of transfers that the page reads; addons add theirs."""
        return [*PICKING_FIELDS]

    def _get_portal_status(self):
        """Extend: what has left, in part or all, until it is invoiced."""
        status = super()._get_portal_status()
        if self.state == "sale" and self.delivery_status == "partial":
            return "shipped_in_part"
        if status == "sale" and self.delivery_status == "full":
            return "shipped"
        return status

    def _get_portal_status_fields(self):
        """Extend: what has left."""
        return [*super()._get_portal_status_fields(), "delivery_status"]

    def _get_portal_status_labels(self):
        """Extend: what has left."""
        _ = self.env._
        return {
            **super()._get_portal_status_labels(),
            "shipped_in_part": _("Shipped in part"),
            "shipped": _("Shipped"),
        }

    def _get_delivery_steps(self):
        """Extend: picking and shipping, where goods leave a warehouse."""
        transfers = self._get_portal_transfers()
        if not transfers:
            return super()._get_delivery_steps()
        _ = self.env._
        outgoing = transfers.filtered(
            lambda picking: picking.picking_type_code == "outgoing"
        )
        left = outgoing.filtered(lambda picking: picking.state == "done")
        days = [date for date in left.mapped("date_done") if date]
        steps = [
            self._prepare_step(
                "picking",
                _("Picking"),
                done=any(transfer._is_begun() for transfer in transfers),
            )
        ]
        is_all = self._is_all_delivered()
        if left and not is_all:
            steps.append(
                self._prepare_step(
                    "shipped_in_part",
                    _("Shipped in part"),
                    min(days, default=None),
                    done=True,
                )
            )
        return [
            *steps,
            self._prepare_step(
                "delivered",
                _("Shipped"),
                max(days, default=None) if is_all else None,
                done=is_all,
            ),
        ]

    def _get_portal_promises(self):
        """Extend: when the transfer is planned that brings what is to come."""
        promises = super()._get_portal_promises()
        for move in self._get_open_transfers().move_ids:
            line = move.sale_line_id
            if not line or move.state in ("done", "cancel"):
                continue
            planned = move.picking_id.scheduled_date or move.date
            promises[line] = {
                "date": self.commitment_date or self._get_told_date(planned),
                "is_backorder": bool(move.picking_id.backorder_id),
            }
        return promises

    def _get_portal_deliveries(self):
        """Override: what the warehouse sends and takes back; what is to come first."""
        self.ensure_one()
        transfers = self.picking_ids | self.order_line.move_ids.picking_id
        shown = transfers.filtered(
            lambda picking: (
                picking.picking_type_code == "outgoing" or picking._is_portal_return()
            )
        )
        rows = [
            self._prepare_portal_delivery(picking)
            for picking in shown.sorted("id", reverse=True)
        ]
        return sorted(rows, key=lambda row: not row["is_open"])

    def _prepare_portal_delivery(self, picking):
        """Return a delivery as `_get_portal_deliveries` says."""
        status = picking._get_portal_status()
        is_done = status == "done"
        return {
            "id": picking.id,
            "name": picking.name,
            "status": status,
            "badge": picking._get_portal_badge(),
            "place": picking._get_portal_place(),
            "date": picking.date_done
            if is_done
            else self.commitment_date or self._get_told_date(picking.scheduled_date),
            "is_return": picking._is_portal_return(),
            "is_backorder": bool(picking.backorder_id),
            "is_open": status not in ("done", "cancel"),
            "carrier": picking._get_portal_carrier(),
            "tracking": picking._get_portal_tracking(),
            "papers": picking._get_portal_papers(),
        }

    def _get_portal_facts(self):
        """Extend: who bears the risk of the way."""
        facts = super()._get_portal_facts()
        incoterm = self.incoterm
        if incoterm:
            incoterm.fetch(["code"])
            place = " ".join(filter(None, [incoterm.code, self.incoterm_location]))
            facts.append({"label": self.env._("Incoterm"), "value": place})
        return facts
