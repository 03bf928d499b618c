from odoo import http
from odoo.http import request

from ...tools.parse import clean_text
from ..portal import CHANGE, Portal

LARGEST_NOTE = 64 * 1024  # bytes: a seal, and an address


class SearchLogPortal(Portal):
    # The browser sends it beside a page, also for visitors, who have no session.
    # Another site has no seal, and the seal of one person says nothing of another.
    @http.route(
        "/search/log",
        limit="search_log",
        save_session=False,
        max_content_length=LARGEST_NOTE,
        **{**CHANGE, "auth": "public", "csrf": False, "website": False},
    )
    def portal_search_log(self, seal="", opened="", **_post):
        """Note what a page has shown, and what of it was opened; says nothing."""
        logs = request.env["portal.search.log"]
        logs._hear(clean_text(seal), clean_text(opened))
        return request.make_response("", status=204)
