from odoo import api, models

from .sale_order_news import LINE_FIELDS


class SaleOrderLine(models.Model):
    """A line that staff add, change or delete by itself changes its order."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: people are to be told that their order was changed."""
        ids = {values.get("order_id") for values in vals_list}
        orders = self.env["sale.order"].browse(ids - {None, False})
        before = orders._get_news_terms()
        lines = super().create(vals_list)
        orders._add_changed_news(before)
        return lines

    def write(self, vals):
        """Extend: likewise."""
        is_told = not vals.keys().isdisjoint(LINE_FIELDS)
        before = self.order_id._get_news_terms() if is_told else {}
        result = super().write(vals)
        self.order_id._add_changed_news(before)
        return result

    def unlink(self):
        """Extend: likewise."""
        orders = self.order_id
        before = orders._get_news_terms()
        result = super().unlink()
        orders._add_changed_news(before)
        return result
