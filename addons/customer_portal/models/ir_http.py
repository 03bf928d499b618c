from odoo import models
from odoo.http import request

# What a private page tells the browser: not to keep it, not to show it inside of
# other sites, and not to hand its address (which may hold a token) to them.
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
}
# Not for files: a browser's own viewer of PDFs counts as an object.
PAGE_POLICY = "frame-ancestors 'self'; object-src 'none'; base-uri 'self'"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _post_dispatch(cls, response):
        """Extend: the pages of the portal carry the headers of private pages."""
        result = super()._post_dispatch(response)
        path = request.httprequest.path
        if path == "/my" or path.startswith("/my/"):
            response.headers.update(PRIVATE_HEADERS)
            if response.mimetype == "text/html":
                response.headers["Content-Security-Policy"] = PAGE_POLICY
        return result
