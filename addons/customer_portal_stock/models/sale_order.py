from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------
    # Change: until the warehouse begins, and what follows
    # ------------------------------------------------------------

    def _get_portal_transfers(self):
        """Return the transfers that bring the goods, of all steps; no returns."""
        # A transfer of several orders names only the first of them.
        transfers = self.picking_ids | self.order_line.move_ids.picking_id
        return transfers.filtered(
            lambda picking: (
                picking.state != "cancel" and not picking._is_portal_return()
            )
        )

    def _get_open_transfers(self):
        return self._get_portal_transfers().filtered(
            lambda picking: picking.state != "done"
        )

    def _get_shared_transfers(self):
        """Return the open transfers that bring goods of other orders too."""
        return self._get_open_transfers().filtered(
            lambda picking: picking.move_ids.sale_line_id.order_id - self
        )

    def _get_planned_departure(self):
        """Extend: when the first transfer is planned that goes to the customer."""
        transfers = self._get_open_transfers()
        outgoing = transfers.filtered(
            lambda picking: picking.picking_type_code == "outgoing"
        )
        dates = [
            date for date in (outgoing or transfers).mapped("scheduled_date") if date
        ]
        return min(dates) if dates else super()._get_planned_departure()

    def _get_change_cutoff(self, until):
        """Extend: nothing has left, nothing is picked, and it is all from here."""
        reason = super()._get_change_cutoff(until)
        if reason:
            return reason
        transfers = self._get_portal_transfers()
        if any(transfer._is_begun() for transfer in transfers):
            return self.env._("Our warehouse has started picking this order.")
        if any(
            transfer.picking_type_code not in ("outgoing", "internal")
            for transfer in transfers
        ) or any(line._is_supplied_elsewhere() for line in self.order_line):
            return self.env._("Part of this order does not come from our warehouse.")
        if self._get_shared_transfers():
            return self.env._("This order ships together with another one.")
        if any(
            transfer.picking_type_code == "outgoing"
            and transfer.partner_id != self.partner_shipping_id
            for transfer in transfers
        ):
            return self.env._("Our warehouse sends part of this order elsewhere.")
        return None

    def _is_all_delivered(self):
        """Extend: what has left in part and has nothing to come is delivered too."""
        if super()._is_all_delivered():
            return True
        transfers = self._get_portal_transfers()
        return (
            bool(transfers)
            and all(transfer.state == "done" for transfer in transfers)
            and not any(
                line._is_supplied_elsewhere()
                or (
                    line.product_id.type == "service"
                    and line.product_uom_qty > line.qty_delivered
                )
                for line in self._get_delivered_lines()
            )
        )

    def _get_change_locks(self):
        """Extend: the open transfers, so that validating one at the moment conflicts.

        Picking changes moves and their lines first, validating the transfer itself.
        """
        transfer_ids = self._get_open_transfers().ids
        if not transfer_ids:
            return super()._get_change_locks()
        ids = tuple(transfer_ids)
        return [
            *super()._get_change_locks(),
            SQL("UPDATE stock_picking SET write_date = write_date WHERE id IN %s", ids),
            SQL(
                "UPDATE stock_move SET write_date = write_date WHERE picking_id IN %s",
                ids,
            ),
            SQL(
                "UPDATE stock_move_line SET write_date = write_date"
                " WHERE picking_id IN %s",
                ids,
            ),
        ]

    def _apply_change(self, values, *, by_staff=False):
        """Extend: goods do not leave for another stock than they were planned for."""
        place = self.partner_shipping_id.property_stock_customer
        result = super()._apply_change(values, by_staff=by_staff)
        if (
            self.state != "cancel"
            and self._get_open_transfers()
            and self.partner_shipping_id.property_stock_customer != place
        ):
            raise UserError(
                self.env._(
                    "Goods reach this address by a different route than planned."
                )
            )
        return result

    def _follow_change(self, values, before):
        """Extend: open transfers go to the new address; done ones stay.

        Core's own way (a key of the context) would rewrite those that are done.
        """
        result = super()._follow_change(values, before)
        if self.state == "cancel":
            return result
        if "partner_shipping_id" in values:
            self._redirect_transfers(before["partner_shipping_id"]["id"])
        if {"partner_shipping_id", "cancel_line_ids", "quantities"} & values.keys():
            self._remind_warehouse()
        return result

    def _redirect_transfers(self, old_id):
        """Send the open transfers to the order's address.

        :param int old_id: of the address before; steps inside of the warehouse that
            name another partner keep it
        :raise UserError: when one brings goods of another order too
        """
        if shared := self._get_shared_transfers():
            raise UserError(
                self.env._(
                    "%s brings goods of another order too. Split it first.",
                    ", ".join(shared.mapped("name")),
                )
            )
        self._get_open_transfers().filtered(
            lambda picking: (
                picking.picking_type_code == "outgoing"
                or picking.partner_id.id == old_id
            )
        ).write({"partner_id": self.partner_shipping_id.id})

    def _remind_warehouse(self):
        """Tell whoever has begun a transfer; only staff change an order then."""
        for picking in self._get_open_transfers():
            if picking._is_begun():
                picking.activity_schedule(
                    "mail.mail_activity_data_warning",
                    note=self.env._(
                        "The order was changed after this transfer was "
                        "started. Check its address and its lines."
                    ),
                    user_id=picking.user_id.id or self.env.uid,
                )
