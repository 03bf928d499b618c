from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _get_portal_whole_line(self):
        """Return the line of the order that the goods are; no part of a kit is one."""
        line = self.sale_line_id
        return line if line.product_id == self.product_id else line.browse()

    def _get_portal_return_name(self):
        """Return the name of the goods, and of the kit of which they are a part."""
        line = self.sale_line_id
        if not line or self._get_portal_whole_line():
            return self.product_id.display_name
        return self.env._(
            "%(part)s, part of %(kit)s",
            part=self.product_id.display_name,
            kit=line._get_portal_name(),
        )
