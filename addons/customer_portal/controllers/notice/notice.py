from odoo import http
from odoo.http import request

from ...tools.parse import parse_id
from ...tools.search import search_text
from ..portal import CHANGE, PAGE, Portal
from ..searchbar import Filter, Searchbar, Sorting

ROW_FIELDS = ["title", "detail", "partner_id", "url", "read_on", "create_date"]


class NoticePortal(Portal):
    @http.route("/my/notices", **PAGE)
    def portal_my_notices(self, **query):
        """List what the person was told, of all customers, newest first."""
        notices = request.env["portal.notice"]
        choice = self._get_notices_searchbar().choose(query)
        page = choice.fetch(notices, self._get_notices_domain(choice), ROW_FIELDS)
        page["records"].partner_id._fetch_names()
        user = request.env.user
        return self._render_page(
            "customer_portal.notices",
            {
                "page_name": "notices",
                "choice": choice,
                "page": page,
                "notices": page["records"],
                "newest_id": max(page["records"].ids, default=0),
                "has_unread": bool(user._get_portal_unread_count()),
                "show_customer": len(user._get_portal_rights().customer_ids) > 1,
            },
        )

    @http.route("/my/notices/<int:notice_id>", **PAGE)
    def portal_notice_follow(self, notice_id, **_query):
        """Go where a notice leads, for its customer: the button of its mail.

        It stays unread: a link changes nothing.
        """
        notice = self._get_or_404("portal.notice", notice_id)
        return request.redirect(notice._get_local_url(), code=303)

    @http.route("/my/notices/<int:notice_id>/open", **CHANGE)
    def portal_notice_open(self, notice_id, **_post):
        """Mark a notice as read, and go where it leads, for its customer."""
        notice = self._get_or_404("portal.notice", notice_id)
        notice._mark_read()
        return request.redirect(notice._get_local_url(), code=303)

    @http.route("/my/notices/read", **CHANGE)
    def portal_notices_read(self, newest_id="", **_post):
        """Mark as read what the page showed, and nothing that came since."""
        # In the person's own rights: the record rules decide.
        unread = request.env["portal.notice"].search(
            [("read_on", "=", False), ("id", "<=", parse_id(newest_id))]
        )
        unread._mark_read()
        return request.redirect("/my/notices?notice=notices_read", code=303)

    def _get_done_texts(self):
        """Extend: what became of the bell."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "notices_read": _("All notices have been marked as read."),
        }

    def _get_notices_domain(self, choice):
        """Return the domain of the filtered list; the record rules hold too."""
        user = request.env.user
        notices = request.env["portal.notice"]
        return notices._get_bell_domain(user) & choice.get_domain("create_date")

    @staticmethod
    def _get_notices_searchbar():
        env = request.env
        return Searchbar(
            url="/my/notices",
            filters={
                "all": Filter(env._("All")),
                "unread": Filter(env._("Unread"), [("read_on", "=", False)]),
            },
            sortings={
                "newest": Sorting(env._("Newest"), "create_date", descending=True),
                "oldest": Sorting(env._("Oldest"), "create_date"),
            },
            search=lambda text: search_text(text, ["title", "detail"]),
            placeholder=env._("Words of the notice"),
        )
