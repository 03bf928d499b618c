from odoo import models

MOST_LINES = 200


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_help_products(self):
        """Return the ids of the products of an order that the caller has found."""
        self.ensure_one()
        # sudo: which products the lines of a paper name that the person sees
        lines_sudo = self.env["sale.order.line"].sudo()
        lines_sudo = lines_sudo.search_fetch(
            [("order_id", "=", self.id), ("product_id", "!=", False)],
            ["product_id"],
            limit=MOST_LINES,
        )
        return lines_sudo.product_id._get_help_templates()
