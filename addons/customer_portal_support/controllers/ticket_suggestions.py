"""What may answer a question while it is written."""

from odoo import http
from odoo.http import request

from odoo.addons.customer_portal.controllers.portal import CHANGE, PAGE, Portal
from odoo.addons.customer_portal.tools.parse import clean_text

LONGEST_TEXT = 500


class TicketSuggestionsPortal(Portal):
    @http.route("/my/tickets/new/suggestions", limit="suggestion", **PAGE)
    def portal_ticket_suggestions(self, q="", **_query):
        """Answer a piece of a page: own records that a text may be about."""
        self._check_can("open_tickets")
        text = clean_text(q)[:LONGEST_TEXT]
        rows = request.env["portal.search"]._find_for_text(text)
        counts = {}
        for row in rows:
            counts[row["key"]] = counts.get(row["key"], 0) + 1
        # Where nothing is suggested, nothing was searched: somebody writes.
        seal = rows and request.env["portal.search.log"]._seal(
            "ticket",
            text,
            counts,
            [(row["model"], row["id"], row["title"], row["url"]) for row in rows],
        )
        return request.render(
            "customer_portal_support.ticket_suggestions",
            {"rows": rows, "seal": seal},
            headers={"Cache-Control": "no-store"},
        )

    @http.route("/my/tickets/new/solved", limit="ticket", **CHANGE)
    def portal_ticket_not_needed(self, seal="", **_post):
        """Note that no ticket is needed; twice is the same as once."""
        self._check_can("open_tickets")
        log = request.env["portal.search.log"]._hear(clean_text(seal))
        log._end("solved")
        if request.env.user._portal_can("see_tickets"):
            return request.redirect("/my/tickets?notice=ticket_not_needed", code=303)
        return request.redirect("/my?notice=ticket_not_needed", code=303)

    def _get_done_texts(self):
        """Extend: no ticket was needed."""
        text = request.env._("Thank you for telling us. No ticket was sent.")
        return {**super()._get_done_texts(), "ticket_not_needed": text}
