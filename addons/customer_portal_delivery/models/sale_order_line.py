from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_freight(self):
        """Extend: what a carrier is booked with is freight, also when typed by hand."""
        others = self - super()._get_freight()
        freight = self.env["delivery.carrier"]._get_freight_products()
        return self - others.filtered(lambda line: line.product_id.id not in freight)
