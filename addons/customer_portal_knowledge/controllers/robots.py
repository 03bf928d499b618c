"""What search engines may read where there is no website."""

from odoo.addons.web.controllers.home import Home


class HelpHome(Home):
    def _get_allowed_robots_routes(self):
        """Extend: help; its pages say themselves what is not to be listed."""
        shown = ("/help", "/*/help", "/web/assets/", "/web/image/")
        return [*super()._get_allowed_robots_routes(), *shown]
