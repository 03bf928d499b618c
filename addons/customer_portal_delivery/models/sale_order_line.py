from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_charges(self):
        """Extend: what a carrier is booked with is freight, also when typed by hand."""
        charges = super()._get_charges()
        others = self.filtered(
            lambda line: not line.display_type and line not in charges
        )
        # sudo: which products are freight, of every company
        carriers = self.env["delivery.carrier"].sudo().with_context(active_test=False)
        freight = carriers.search(
            [("product_id", "in", others.product_id.ids)]
        ).product_id
        text = self.env._("Freight is not ordered again; it is set anew.")
        return charges | {line: text for line in others if line.product_id in freight}
