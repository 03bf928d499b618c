from datetime import timedelta

from odoo import api, models


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
