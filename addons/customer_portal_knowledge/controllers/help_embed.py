"""Help inside of the seller's own site: the script that opens it there."""

import json
from pathlib import Path

from odoo import http
from odoo.http import request

from ..const import EMBED_SECONDS
from .help_page import READ, HelpPortal

SCRIPT = (Path(__file__).parent.parent / "static/src/embed.js").read_text("utf-8")


class HelpEmbedPortal(HelpPortal):
    @http.route("/help/embed.js", sitemap=False, **READ)
    def portal_help_embed(self, **_query):
        """Send the script that opens help, with its texts in the language of the page.

        Without a site that may show help there is none.
        """
        if not self._get_sites():
            return self._miss()
        _ = request.env._
        texts = {"help": _("Help"), "close": _("Close help")}
        # A script ends at no sign of a text, whatever a translation says.
        text = json.dumps(texts).replace("<", "\\u003c")
        response = request.make_response(
            SCRIPT.replace("TEXTS", text),
            [
                ("Content-Type", "text/javascript;charset=utf-8"),
                ("Cache-Control", f"public, max-age={EMBED_SECONDS}"),
                ("Cross-Origin-Resource-Policy", "cross-origin"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        response.add_etag()
        return response.make_conditional(request.httprequest)
