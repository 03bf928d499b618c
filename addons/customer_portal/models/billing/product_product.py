from odoo import api, models
from odoo.fields import Domain

from ...tools.search import search_word


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def _search_portal_word(self, word):
        """Return the query of products that have a word in name or internal number.

        To find papers that have them on a line; people do not read products.

        :param Word word: of `tools/search.py`
        """
        name = Domain("product_tmpl_id", "any!", search_word(word, ["name"]))
        return self._search(
            search_word(word, ["default_code"]) | name,
            active_test=False,
            bypass_access=True,
        )
