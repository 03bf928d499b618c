"""Goods of a delivery that come back: asked for, then made Odoo's return."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PortalTicketReturn(models.Model):
    _inherit = "portal.ticket.return"

    move_id = fields.Many2one("stock.move", "Of the delivery", index="btree_not_null")


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    return_picking_ids = fields.One2many(
        "stock.picking",
        "portal_ticket_id",
        "Returns",
        readonly=True,
        groups="stock.group_stock_user",
    )

    @api.model
    def _get_return_source(self, chosen):
        """Extend: a delivery, where one is chosen."""
        return chosen.get("delivery") or super()._get_return_source(chosen)

    @api.model
    def _prepare_returnable(self, source):
        """Extend: of a delivery what left, less what came back or is to come back.

        In the units of the delivery. Of a kit these are its parts, each for itself.
        """
        if source._name != "stock.picking":
            return super()._prepare_returnable(source)
        moves = source.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_usage == "customer"
        )
        asked = self._sum_asked("move_id", moves)
        rows = []
        for move in moves:
            uom = move.product_uom
            back = sum(
                came.product_uom._compute_quantity(
                    came.quantity if came.state == "done" else came.product_uom_qty, uom
                )
                for came in move.returned_move_ids
                if came.state != "cancel" and came.location_id == move.location_dest_id
            )
            row = {
                "key": move.id,
                "values": {
                    "move_id": move.id,
                    "order_line_id": move.sale_line_id.id,
                    "product_id": move.product_id.id,
                },
                "name": move.product_id.display_name,
                "uom": uom,
                "delivered": move.quantity,
                "asked": asked.get(move, 0.0) + back,
            }
            row["left"] = max(uom.round(row["delivered"] - row["asked"]), 0.0)
            rows.append(row)
        return [row for row in rows if not row["uom"].is_zero(row["delivered"])]

    @api.model
    def _get_asked_domain(self, field):
        """Extend: once Odoo's return is there, it counts in place of what was asked.

        Of an order what was delivered is less only when the goods have come.
        """
        counted = Domain("state", "!=", "cancel")
        if field != "move_id":
            counted = Domain("state", "=", "done")
        return super()._get_asked_domain(field) & Domain(
            "ticket_id.return_picking_ids", "not any", counted
        )

    def action_return_goods(self):
        """Open Odoo's return of the delivery, with what the customer asks for.

        :raise UserError: where it was made already, or the goods are of no delivery
        """
        self.ensure_one()
        self.check_access("write")
        if self.return_picking_ids.filtered(lambda back: back.state != "cancel"):
            raise UserError(self.env._("The return was made already."))
        pickings = self.return_ids.move_id.picking_id
        if len(pickings) != 1:
            raise UserError(self.env._("Choose the delivery in the warehouse."))
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": pickings.id, "portal_ticket_id": self.id}
        )
        asked = {goods.move_id: goods.quantity for goods in self.return_ids}
        for line in wizard.product_return_moves:
            line.quantity = asked.get(line.move_id, 0.0)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.act_stock_return_picking"
        )
        return {**action, "res_id": wizard.id}

    def action_open_returns(self):
        """Open the returns that were made for the ticket."""
        self.ensure_one()
        pickings = self.return_picking_ids
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Returns"),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": [("id", "in", pickings.ids)],
        }
        if len(pickings) == 1:
            action |= {"view_mode": "form", "res_id": pickings.id}
        return action
