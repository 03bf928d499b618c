from odoo import api, models
from odoo.tools import ormcache

# What it takes to round an amount and to write it.
FIGURE_FIELDS = ("decimal_places", "name", "position", "rounding", "symbol")


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def write(self, vals):
        """Extend: what pages remember of currencies; core forgets but some of it."""
        result = super().write(vals)
        if "rounding" in vals:
            self.env.registry.clear_cache("stable")
        return result

    @api.model
    @ormcache(cache="stable")
    def _get_figure_columns(self):
        """Return the ids of the currencies in use, and of each field their values."""
        # sudo: everybody may read currencies
        currencies = self.sudo().search_fetch([], FIGURE_FIELDS)
        return [currencies.mapped(name) for name in ("id", *FIGURE_FIELDS)]

    @api.model
    def _remember_figures(self):
        """Put what pages need of currencies into the ORM's cache, without a query."""
        ids, *columns = self._get_figure_columns()
        currencies = self.browse(ids)
        for name, column in zip(FIGURE_FIELDS, columns, strict=True):
            self._fields[name]._insert_cache(currencies, column)
