from odoo import api, models


class PortalSearch(models.AbstractModel):
    _inherit = "portal.search"

    @api.model
    def _get_sources(self):
        """Extend: articles of help, after the records."""
        return [*super()._get_sources(), "portal.help.article"]
