from odoo import api, models


class PortalHelpArticle(models.Model):
    _inherit = "portal.help.article"

    @api.model
    def _get_shown_fields(self):
        """Extend: which lots it is for."""
        return super()._get_shown_fields() | {"lot_ids"}

    @api.depends("lot_ids")
    def _compute_audience_text(self):
        """Extend: the names of the lots."""
        return super()._compute_audience_text()
