"""How far the goods of an order are, in the words of its page."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

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
            date = self.commitment_date or move.picking_id.scheduled_date or move.date
            promises[line] = {
                "date": date,
                "is_backorder": bool(move.picking_id.backorder_id),
            }
        return promises

    def _get_portal_deliveries(self):
        """Return the deliveries and returns of an order, newest first.

        In sudo: the caller sees the order, and with it what is delivered of it.

        :return: list of dicts with picking, status and badge (of the picking), date,
            place (where it goes), is_return and is_backorder
        """
        self.ensure_one()
        transfers = self.picking_ids | self.order_line.move_ids.picking_id
        shown = transfers.filtered(
            lambda picking: (
                picking.picking_type_code == "outgoing" or picking._is_portal_return()
            )
        )
        return [
            {
                "picking": picking,
                "status": picking._get_portal_status(),
                "badge": picking._get_portal_badge(),
                "place": picking._get_portal_place(),
                "date": picking.date_done
                if picking.state == "done"
                else picking.scheduled_date,
                "is_return": picking._is_portal_return(),
                "is_backorder": bool(picking.backorder_id),
            }
            for picking in shown.sorted("id", reverse=True)
        ]
