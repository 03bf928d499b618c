from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_supplied_elsewhere(self):
        """Return whether goods of this line are to come that no transfer brings."""
        self.ensure_one()
        return (
            self.product_id.type == "consu"
            and not self.is_expense
            and self.product_uom_id.compare(self.product_uom_qty, self.qty_delivered)
            > 0
            and not self.move_ids.filtered(lambda move: move.state != "cancel")
        )
