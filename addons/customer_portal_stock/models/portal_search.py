from odoo import api, models


class PortalSearch(models.AbstractModel):
    _inherit = "portal.search"

    @api.model
    def _get_sources(self):
        """Extend: deliveries, after the orders that they are of."""
        sources = super()._get_sources()
        place = sources.index("sale.order") + 1
        return [*sources[:place], "stock.picking", *sources[place:]]
