from odoo import models

from ..frame.portal_rate_limit import Limit

MINUTES = 10 * 60


class PortalRateLimit(models.Model):
    _inherit = "portal.rate.limit"

    def _get_limits(self):
        """Extend: disputing, and what is written about it."""
        return {**super()._get_limits(), "dispute": Limit(MINUTES, 30, None, None)}

    def _get_kind_names(self):
        """Extend: its words."""
        return {
            **super()._get_kind_names(),
            "dispute": self.env._("Disputing invoices"),
        }
