from odoo import models

# What an article says of a product may be wrong when one of these is another.
TOLD = {"name", "description_sale", "type", "uom_id", "active"}


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "portal.help.terms.mixin"]

    def write(self, vals):
        """Extend: articles about the product may have to be looked at."""
        names = sorted(TOLD & vals.keys())
        before = {product: [product[name] for name in names] for product in self}
        result = super().write(vals)
        changing = self.filtered(
            lambda product: before[product] != [product[name] for name in names]
        )
        changing._doubt_articles()
        return result

    def _doubt_articles(self):
        """Let the owners look at the articles about products that have changed."""
        # sudo: who may change a product lets the owners of articles know
        articles_sudo = self.env["portal.help.article"].sudo()
        for product in self:
            about = articles_sudo.search([("product_tmpl_ids", "in", product.ids)])
            name = product.name
            about._cast_doubt(
                lambda env, name=name: env._("The product %s has changed.", name)
            )
