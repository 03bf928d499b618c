from odoo import models

from odoo.addons.customer_portal.tools.parse import parse_own_path


class PortalNotice(models.Model):
    _inherit = "portal.notice"

    def _get_local_url(self):
        """Extend: a notice may lead to an article."""
        url = parse_own_path(self.url)
        return url if url.startswith("/help/") else super()._get_local_url()
