from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_help_templates(self):
        """Return the ids of what articles are about: products, not variants."""
        self.fetch(["product_tmpl_id"])
        return self.product_tmpl_id.ids
