from odoo import models

from ...tools.search import get_translated_index


class ProductTemplate(models.Model):
    _inherit = "product.template"

    # Papers are found by the products on their lines.
    _portal_name_idx = models.Index(get_translated_index("name"))
