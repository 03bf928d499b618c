"""Lists as files: at once when they are short, else in the background."""

import io

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from ...tools.parse import parse_ticked_ids
from ...tools.table import MIMETYPES
from ..portal import CHANGE, PAGE, Portal

MAX_AT_ONCE = 2000  # rows that are worth no waiting
MAX_ROWS = 100_000


class ListExportPortal(Portal):
    @http.route("/my/<string:list_name>/export", limit="export", **CHANGE)
    def portal_list_export(self, list_name, file_format="csv", **query):
        """Send a list, or those rows of it that are ticked, as a file.

        A long one is made in the background, and told of when it is ready.
        """
        page = self._get_lists().get(list_name)
        if not page:
            raise NotFound
        exports = request.env["portal.list.export"]
        listed = request.env[exports._get_listed(list_name)]
        self._check_can(listed._portal_code)
        self._check_can("export")
        file_format = file_format if file_format in MIMETYPES else "csv"
        row_ids, more = self._get_rows_to_export(listed, page, query)
        request.env["portal.activity"]._log(
            "exported",
            self._get_customer(),
            detail=request.env._(
                "%(list)s, %(count)s rows",
                list=listed._get_portal_list_label(),
                count=len(row_ids) + len(more),
            ),
        )
        if len(row_ids) > MAX_AT_ONCE:
            exports._ask(
                request.env.user,
                self._get_customer(),
                list_name,
                file_format,
                row_ids,
                more,
            )
            return request.redirect("/my/exports?notice=list_export_queued", code=303)
        return self._send_list(listed, file_format, row_ids, more)

    def _get_done_texts(self):
        """Extend: what became of an export."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "list_export_queued": _(
                "This list is long. We are preparing it and will let you know "
                "when it is ready."
            ),
        }

    def _get_rows_to_export(self, listed, page, query):
        """Return the ids of the rows of the filtered list, or of the ticked ones.

        :param listed: empty recordset of the list
        :param ListPage page: what its page offers
        :param dict query: what was chosen there
        :return: (ids, keys of what the list shows besides: nothing of ticked rows)
        """
        choice = page.get_searchbar().choose(query)
        domain = listed._get_portal_list_domain(request.env.user, self._get_customer())
        domain &= page.get_domain()
        sent = request.httprequest.form.getlist("documents")
        ticked = parse_ticked_ids(sent)
        if not ticked and any(sent):
            # Not the whole list in place of what was ticked.
            raise UserError(request.env._("Please select the rows again."))
        domain &= (
            Domain("id", "in", ticked) if ticked else choice.get_domain(page.date_field)
        )
        direction = "desc" if choice.sorting.descending else "asc"
        name = choice.sorting.field
        records = listed.search(
            domain, order=f"{name} {direction}, id {direction}", limit=MAX_ROWS
        )
        return records.ids, [] if ticked else page.get_more(choice)

    def _send_list(self, listed, file_format, row_ids, more):
        """Answer with the file of these rows, as far as the person may export them."""
        target = io.BytesIO()
        domain = listed._get_portal_list_domain(request.env.user, self._get_customer())
        more_rows = listed._prepare_portal_list_more(
            request.env.user, self._get_customer(), more
        )
        listed._write_portal_list(target, file_format, row_ids, domain, more_rows)
        return self._send_table(target.getvalue(), listed._portal_list, file_format)

    # ------------------------------------------------------------
    # What was made in the background
    # ------------------------------------------------------------

    @http.route("/my/exports", limit="export", **PAGE)
    def portal_my_exports(self, **_query):
        """List the person's own exports, ready and not."""
        self._check_can("export")
        exports = request.env["portal.list.export"].search_fetch(
            [("user_id", "=", request.env.uid)],
            ["create_date", "list_name", "file_format", "row_count", "state"],
            limit=50,
        )
        return self._render_page(
            "customer_portal.exports", {"page_name": "exports", "exports": exports}
        )

    @http.route("/my/exports/<int:list_export_id>/download", limit="export", **PAGE)
    def portal_list_export_download(self, list_export_id, **_query):
        """Hand out the file of a person's own export, for a week."""
        export = self._get_or_404("portal.list.export", list_export_id)
        attachment_sudo = export._get_attachment()
        if not attachment_sudo:
            raise NotFound
        if not export._may_be_fetched():
            self._refuse()
        stream = request.env["ir.binary"]._get_stream_from(attachment_sudo)
        response = stream.get_response(as_attachment=True)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
