from odoo import models

from odoo.addons.customer_portal.models.frame.portal_rate_limit import Limit

MINUTES = 10 * 60


class PortalRateLimit(models.Model):
    _inherit = "portal.rate.limit"

    def _get_limits(self):
        """Extend: sending tickets, and what is written and done about them."""
        return {**super()._get_limits(), "ticket": Limit(MINUTES, 60, None, None)}

    def _get_kind_names(self):
        """Extend: its words."""
        return {**super()._get_kind_names(), "ticket": self.env._("Tickets")}
