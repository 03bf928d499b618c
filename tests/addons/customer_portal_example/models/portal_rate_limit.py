from odoo import models

from odoo.addons.customer_portal.models.frame.portal_rate_limit import MINUTE, Limit


class PortalRateLimit(models.Model):
    _inherit = "portal.rate.limit"

    def _get_limits(self):
        """Extend: confirming; a route is of this kind by `limit="example"`."""
        return {**super()._get_limits(), "example": Limit(MINUTE, 20, 100, None)}

    def _get_kind_names(self):
        return {**super()._get_kind_names(), "example": self.env._("Examples")}
