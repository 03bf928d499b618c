from odoo import models

from ..frame.portal_rate_limit import MINUTE, Limit


class PortalRateLimit(models.Model):
    _inherit = "portal.rate.limit"

    def _get_limits(self):
        """Extend: what pages report of searches, beside them."""
        return {
            **super()._get_limits(),
            "search_log": Limit(MINUTE, 120, 600, None),
        }

    def _get_kind_names(self):
        """Extend: its words."""
        return {
            **super()._get_kind_names(),
            "search_log": self.env._("What is noted of searches"),
        }
