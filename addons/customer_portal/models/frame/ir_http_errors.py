"""What cannot be shown is said on a page of the seller's, see decision 0033."""

from odoo import models
from odoo.exceptions import AccessError
from odoo.http import request

from odoo.addons.base.models.ir_qweb import QWebError

from ...const import PRIVATE_PATH
from ...outage import get_failure


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_error_html(cls, env, code, values):
        """Extend: errors of our pages, and without a website of all, look like ours.

        Staff still see what broke, as core shows it.
        """
        if not cls._is_shown_here(code):
            return super()._get_error_html(env, code, values)
        if code >= 500:
            return code, get_failure()
        # Nobody has looked at the session yet where an address has no route.
        if not hasattr(request, "portal_is_checked"):
            cls._authenticate_explicit("public")
        template = "customer_portal.not_shown"
        # A missing document, a foreign one and an unknown address have the same words.
        shown = {"code": code, "message": values.get("error_message", "")}
        views = request.env["ir.ui.view"]
        try:
            return code, views._render_template(template, shown)
        except (AccessError, QWebError):
            # Whose invitation waits may not read what the frame shows.
            return super()._get_error_html(request.env, code, values)

    @classmethod
    def _is_shown_here(cls, code):
        if not isinstance(code, int):
            return False  # a page of the website's designer
        if code >= 500 and cls._is_staff():
            return False
        is_ours = PRIVATE_PATH.match(request.httprequest.path)
        return bool(is_ours) or "website" not in request.env
