"""The search of help: for visitors, from a proxy if there is one, and for people."""

import json

from odoo import http
from odoo.http import request

from ..tools.wanted import LONGEST_QUESTION
from .help_page import READ, VISITOR_HEADERS, HelpPortal

ON_A_PAGE = 20
SUGGESTED = 6


class HelpSearchPortal(HelpPortal):
    @http.route("/help/search", sitemap=False, limit="help_search", **READ)
    def portal_help_search(self, q="", **_query):
        """Show the articles that answer a question, of those that one sees."""
        question = self._read_question(q)
        found = self._find(question, ON_A_PAGE)
        return self._render_help(
            "customer_portal_knowledge.search",
            {
                "question": question,
                "rows": found.rows if found else [],
                "mended": self._get_mended(question, found) if found else "",
                "seal": self._seal(question, found) if found else "",
                "path": "/help/search",
                "title": request.env._("Search in help"),
            },
            is_indexed=False,
        )

    @http.route("/help/suggest", sitemap=False, limit="help_search", **READ)
    def portal_help_suggest(self, q="", **_query):
        """Return titles and addresses for what is being typed, as JSON."""
        found = self._find(self._read_question(q), SUGGESTED)
        prefix = request.env["ir.http"]._url_for
        text = json.dumps(
            [
                {"title": row["name"], "url": prefix(row["url"]), "lang": row["tag"]}
                for row in (found.rows if found else [])
            ]
        )
        response = request.make_response(
            text, [("Content-Type", "application/json;charset=utf-8")]
        )
        response.headers.update(VISITOR_HEADERS)
        response.headers["X-Robots-Tag"] = "noindex"
        return self._let_keep(response)

    @staticmethod
    def _read_question(text):
        """Return what was asked, on one line and not too long."""
        return " ".join(str(text).replace("\0", " ").split())[:LONGEST_QUESTION]

    def _find(self, question, limit):
        if not question:
            return None
        articles = request.env["portal.help.article"]
        return articles._find_by_words(question, self._get_lang(), limit)

    @staticmethod
    def _seal(question, found):
        """Return the seal of what the page shows, see `portal.search.log`."""
        return request.env["portal.search.log"]._seal(
            "help",
            question,
            {"help": len(found.rows)},
            [
                ("portal.help.article", row["id"], row["name"], row["url"])
                for row in found.rows
            ],
        )

    @staticmethod
    def _get_mended(question, found):
        """Return what was looked for in place of mistyped words, or nothing."""
        return ", ".join(dict.fromkeys(found.mended.values()))
