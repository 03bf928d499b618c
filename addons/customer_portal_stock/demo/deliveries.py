from datetime import timedelta

from odoo import api, fields, models


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _load_deliveries(self):
        """Deliver what the demo customers were invoiced for, in the past.

        The orders were confirmed at their own dates, but their transfers were made
        when the demo was loaded.
        """
        # The demo company's customers have no phone and no mailbox.
        self.env.ref("base.main_company").write(
            {"stock_move_email_validation": False, "stock_text_confirmation": False}
        )
        customers = self.env["res.partner"].search(
            [
                (
                    "id",
                    "child_of",
                    [
                        self.env.ref("customer_portal.alder_works").id,
                        self.env.ref("customer_portal.birch_supply").id,
                    ],
                )
            ]
        )
        orders = self.env["sale.order"].search(
            [
                ("partner_id", "in", customers.ids),
                ("state", "=", "sale"),
                ("invoice_status", "=", "invoiced"),
            ]
        )
        pickings = orders.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        for move in pickings.move_ids:
            move.quantity = move.product_uom_qty
        pickings.move_ids.picked = True
        # Not button_validate, which may answer with a question.
        pickings.with_context(mail_notrack=True, tracking_disable=True)._action_done()
        for picking in pickings:
            done = picking.sale_id.date_order + timedelta(days=2)
            picking.write({"scheduled_date": done, "date_done": done})

    @api.model
    def _load_changes(self):
        """Show an order before its cut-off, one after it and one shipped in part.

        A promise is the day on which the demo company plans to ship.
        """
        demo = self.with_context(mail_notrack=True, tracking_disable=True)
        for order in demo._orders_to_ship():
            order.picking_ids.scheduled_date = order.commitment_date
        demo._ship_in_part(demo._ref("order_alder_partly_invoiced"))
        demo._change_contact(demo._ref("order_alder_confirmed"))
        demo._request_other_day(demo._ref("order_alder_late"))

    @api.model
    def _load_stock(self):
        """Keep two products in stock, one of them still to come; one takes long.

        All three are on the orders of boots, which customers reorder.
        """
        boots = self._ref("product_safety_boots")
        masks = self._ref("product_dust_mask")
        (boots | masks).product_tmpl_id.is_storable = True
        company = self.env.ref("base.main_company")
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        place = warehouse.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(boots, place, 40)
        self.env["stock.move"].create(
            {
                "product_id": masks.id,
                "product_uom_qty": 200,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": place.id,
                "picking_type_id": warehouse.in_type_id.id,
                "date": fields.Datetime.now() + timedelta(days=9),
                "company_id": company.id,
            }
        )._action_confirm()
        self._ref("product_first_aid_kit").product_tmpl_id.sale_delay = 14

    def _orders_to_ship(self):
        orders = self.env["sale.order"].search(
            [("state", "=", "sale"), ("commitment_date", "!=", False)]
        )
        return orders.filtered(
            lambda order: any(
                picking.state not in ("done", "cancel") for picking in order.picking_ids
            )
        )

    def _ship_in_part(self, order):
        """Ship what is invoiced; the rest is a backorder."""
        picking = order.picking_ids
        for move in picking.move_ids:
            move.quantity = move.sale_line_id.qty_invoiced
            move.picked = bool(move.quantity)
        picking._action_done()
        picking.date_done = order.date_order + timedelta(days=3)

    def _change_contact(self, order):
        """Let the buyer name somebody at the yard, in time."""
        user = self._ref("user_alder_buyer")
        order.with_user(user).sudo()._change_in_portal(  # sudo: as the page does it
            user,
            {
                "site_contact_name": "Tomás Reilly",
                "site_contact_phone": "+1 617-555-0188",
            },
        )

    def _request_other_day(self, order):
        """Let the administrator ask for another address when it is picked already."""
        order.picking_ids.move_ids[0].picked = True
        user = self._ref("user_alder_admin")
        order = order.with_user(user).sudo()  # sudo: as the page does it
        order.env["portal.order.change"]._request(
            order,
            user,
            {"partner_shipping_id": self._ref("alder_works").id},
            "The yard is closed on Friday: please bring it to the main gate.",
        )
