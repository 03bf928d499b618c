"""What search engines may read where there is no website, and help with signing in."""

from odoo.http import request

from odoo.addons.customer_portal.controllers.people.sign_in import SignIn
from odoo.addons.web.controllers.home import Home

SIGN_IN = "/web/login"


class HelpHome(Home):
    def _get_allowed_robots_routes(self):
        """Extend: help; its pages say themselves what is not to be listed."""
        shown = ("/help", "/*/help", "/web/assets/", "/web/image/")
        return [*super()._get_allowed_robots_routes(), *shown]


class HelpSignIn(SignIn):
    def get_auth_signup_config(self):
        """Extend: articles that explain how one gets in, if visitors may read them."""
        articles = request.env["portal.help.article"]
        found = articles._find_for_page(SIGN_IN, request.env.lang or "en_US")
        return {**super().get_auth_signup_config(), "sign_in_help": found}
