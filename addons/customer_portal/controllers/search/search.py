from odoo import http
from odoo.http import request

from ...tools.parse import clean_text
from ..portal import PAGE, Portal
from ..searchbar import MAX_SEARCH

SUGGESTED = ("title", "note", "kind", "icon", "url")  # what the script draws


class SearchPortal(Portal):
    """One search over all that the person may see.

    Both routes look for words through `portal.search`, and through nothing else.
    """

    @http.route("/my/search", limit="search", **PAGE)
    def portal_my_search(self, q="", kind="", **_query):
        """Show what the words find, the exact ones first, each kind in its group."""
        text = clean_text(q)[:MAX_SEARCH]
        search = request.env["portal.search"]
        is_asked = search._is_enough(text)
        found = search._find(text, clean_text(kind)) if is_asked else None
        return self._render_page(
            "customer_portal.search",
            {
                "page_name": "search",
                "text": text,
                "found": found,
                "seal": search._seal_found(text, found) if found else "",
                "lists": [] if found and found["groups"] else search._get_lists(),
            },
        )

    @http.route("/my/search/suggestions", limit="suggestion", **PAGE)
    def portal_my_search_suggestions(self, q="", **_query):
        """Answer what a text may mean, as JSON, while it is typed."""
        text = clean_text(q)[:MAX_SEARCH]
        search = request.env["portal.search"]
        found = search._suggest(text)
        seal = search._seal_suggested(text, found)
        rows = [{name: row[name] for name in SUGGESTED} for row in found]
        return request.make_json_response({"found": rows, "seal": seal})
