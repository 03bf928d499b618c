from odoo import api, models

from odoo.addons.customer_portal.models.frame.portal_rate_limit import MINUTE, Limit


class PortalRateLimit(models.Model):
    _inherit = "portal.rate.limit"

    def _get_limits(self):
        """Extend: answers to "Was this helpful?", and searches."""
        return {
            **super()._get_limits(),
            "help_feedback": Limit(10 * MINUTE, 20, 60, 3000),
            "help_search": Limit(MINUTE, 120, 240, 6000),
        }

    def _get_kind_names(self):
        return {
            **super()._get_kind_names(),
            "help_feedback": self.env._("Answering whether an article helped"),
            "help_search": self.env._("Searching in help"),
        }

    @api.model
    def _get_reader(self, address, browser):
        """Return the word by which a visitor is known without a cookie."""
        return "visitor:" + self._blind(f"{self._get_address_key(address)} {browser}")
