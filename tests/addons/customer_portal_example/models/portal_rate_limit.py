from odoo import api, models

from odoo.addons.customer_portal.models.frame.portal_rate_limit import MINUTE, Limit


class PortalRateLimit(models.Model):
    _inherit = "portal.rate.limit"

    @api.model
    def _get_limits(self):
        """Extend: how often a person confirms examples."""
        return {**super()._get_limits(), "example": Limit(MINUTE, 60, None, None)}

    def _get_kind_names(self):
        """Extend: as above."""
        names = super()._get_kind_names()
        return {**names, "example": self.env._("Confirming examples")}
