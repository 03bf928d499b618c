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

        In the units of the delivery. The parts of a kit come back each for itself, and
        say of what they are a part.
        """
        if source._name != "stock.picking":
            return super()._prepare_returnable(source)
        moves = source.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_usage == "customer"
        )
        asked = self._get_asked("move_id", moves)
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
            waiting, _since = asked.get(move, (0.0, None))
            row = {
                "key": move.id,
                "values": {
                    "move_id": move.id,
                    "order_line_id": move._get_portal_whole_line().id,
                    "product_id": move.product_id.id,
                },
                "name": move._get_portal_return_name(),
                "uom": uom,
                "delivered": move.quantity,
            }
            row["left"] = max(uom.round(move.quantity - waiting - back), 0.0)
            rows.append(row)
        return [row for row in rows if not row["uom"].is_zero(row["delivered"])]

    @api.model
    def _get_asked_domain(self, field):
        """Extend: once Odoo's return is there, it counts in place of what was asked.

        Of an order what was delivered is less only when the goods have come, so that a
        return that is on its way counts whatever became of its ticket.
        """
        counted = super()._get_asked_domain(field)
        returns = "ticket_id.return_picking_ids"
        if field == "move_id":
            return counted & Domain(returns, "not any", [("state", "!=", "cancel")])
        coming = Domain("state", "not in", ("done", "cancel"))
        counted |= Domain(returns, "any", coming)
        return counted & Domain(returns, "not any", [("state", "=", "done")])

    def _get_moves_to_credit(self):
        """Extend: the kits of which parts are returned."""
        moves = super()._get_moves_to_credit()
        # sudo: which invoices; Odoo's dialog asks for the right to credit them
        kits = self.sudo().return_ids.move_id.sale_line_id
        return moves | kits.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
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
