"""Lists as files, and the files of many invoices at once."""

import io
import zipfile

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import content_disposition, request

from ...models.frame.portal_list_export import LISTS
from ...tools.parse import clean_text, parse_ids
from ...tools.table import MIMETYPES
from ..billing.invoice import InvoicePortal
from ..order.order import OrderPortal
from ..payment.payments import PaymentsPortal
from ..portal import CHANGE, PAGE

MAX_AT_ONCE = 2000  # rows that are worth no waiting
MAX_ROWS = 100_000
MAX_FILES = 200  # documents in one ZIP
BLOCK = 64 * 1024


class ListExportPortal(InvoicePortal, PaymentsPortal, OrderPortal):
    @http.route(
        "/my/<any(invoices,payments,orders):list_name>/export", limit="export", **CHANGE
    )
    def portal_list_export(self, list_name, file_format="csv", **query):
        """Send a list, or those rows of it that are ticked, as a file.

        A long one is made in the background, and told of when it is ready.
        """
        self._check_can(LISTS[list_name][1])
        self._check_can("export")
        file_format = file_format if file_format in MIMETYPES else "csv"
        row_ids = self._get_chosen_ids(list_name, query)
        request.env["portal.activity"]._log(
            "exported",
            self._get_customer(),
            detail=request.env._(
                "%(list)s, %(count)s rows",
                list=request.env["portal.list.export"]._get_label(list_name),
                count=len(row_ids),
            ),
        )
        if len(row_ids) > MAX_AT_ONCE:
            request.env["portal.list.export"]._ask(
                request.env.user,
                self._get_customer(),
                list_name,
                file_format,
                row_ids,
            )
            return request.redirect("/my/exports?notice=list_export_queued", code=303)
        return self._send_list(list_name, file_format, row_ids)

    def _get_done_texts(self):
        """Extend: what became of an export."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "list_export_queued": _(
                "This list is long: we prepare it, and tell you when it is ready."
            ),
        }

    def _get_chosen_ids(self, list_name, query):
        """Return the ids of the rows of the filtered list, or of the ticked ones."""
        prepare = {
            "invoices": (self._get_invoice_searchbar, "invoice_date"),
            "payments": (self._get_payments_searchbar, "date"),
            "orders": (self._get_order_searchbar, "date_order"),
        }
        get_searchbar, date_field = prepare[list_name]
        choice = get_searchbar().choose(query)
        model = request.env[LISTS[list_name][0]]
        domain = request.env["portal.list.export"]._get_readable_domain(
            request.env.user, self._get_customer(), list_name
        )
        domain &= self._get_list_domain(list_name)
        sent = request.httprequest.form.getlist("documents")
        ticked = get_ticked_ids(sent)
        if not ticked and any(sent):
            # Not the whole list in place of what was ticked.
            raise UserError(request.env._("Please tick the rows again."))
        domain &= (
            Domain("id", "in", ticked) if ticked else choice.get_domain(date_field)
        )
        direction = "desc" if choice.sorting.descending else "asc"
        name = choice.sorting.field
        return model.search(
            domain, order=f"{name} {direction}, id {direction}", limit=MAX_ROWS
        ).ids

    def _get_list_domain(self, list_name):
        """Return the domain that the page of a list begins with."""
        if list_name == "invoices":
            return self._get_documents_domain()
        if list_name == "payments":
            return self._get_payments_domain()
        return request.env["sale.order"]._get_portal_domain(
            request.env.user, root=self._get_customer()
        )

    def _send_list(self, list_name, file_format, row_ids):
        exports = request.env["portal.list.export"]
        domain = exports._get_readable_domain(
            request.env.user, self._get_customer(), list_name
        )
        target = io.BytesIO()
        exports._write_list(target, list_name, file_format, row_ids, domain)
        return self._send_table(target.getvalue(), list_name, file_format)

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
        self._check_can("export")
        stream = request.env["ir.binary"]._get_stream_from(attachment_sudo)
        response = stream.get_response(as_attachment=True)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    # ------------------------------------------------------------
    # The files of many invoices
    # ------------------------------------------------------------

    @http.route("/my/invoices/zip", limit="export", **CHANGE)
    def portal_invoices_zip(self, **_post):
        """Send the files of the ticked documents as a ZIP, while it is made.

        What is missing of them is made first; the answer then needs the disk alone,
        and one block of memory, however many documents there are.
        """
        self._check_can("see_invoices")
        ids = get_ticked_ids(request.httprequest.form.getlist("documents"))
        if not 0 < len(ids) <= MAX_FILES:
            raise UserError(
                request.env._("Tick 1 to %s documents to download.", MAX_FILES)
            )
        # In the person's own rights: of a foreign one there is nothing.
        moves = request.env["account.move"].search(
            self._get_documents_domain() & Domain("id", "in", ids), order="name, id"
        )
        if len(moves) < len(ids):
            raise NotFound
        entries = self._collect_files(moves)
        request.env["portal.activity"]._log(
            "exported",
            self._get_customer(),
            detail=request.env._("Files of %s documents", len(moves)),
        )
        name = self._get_file_name(request.env._("documents"), "zip")
        response = request.make_response(
            None,
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        response.response = stream_zip(entries)
        response.direct_passthrough = True
        return response

    @staticmethod
    def _collect_files(moves):
        """Return (name in the ZIP, stream of Odoo) of the files of documents."""
        binary = request.env["ir.binary"]
        entries, taken = [], set()
        for move in moves:
            # sudo: the files of a document that was found in the person's rights
            files = move.sudo()._issue_portal_files()
            for attachment in files:
                name = clean_text(attachment.name).replace("/", "_").lstrip(".")
                if name in taken:
                    name = f"{move.id}-{name}"
                taken.add(name)
                entries.append((name, binary._get_stream_from(attachment)))
            request.env.invalidate_all()
        return entries


def get_ticked_ids(values):
    """Return the ids that a form sent, in one field or in several, once each."""
    return parse_ids(",".join(values))


class _Sink:
    """A file that only collects what was written since it was emptied."""

    def __init__(self):
        self._parts = []

    # A file, and no model of Odoo.
    def write(self, data):  # pylint: disable=method-required-super
        self._parts.append(bytes(data))
        return len(data)

    def flush(self):
        """Do nothing: whoever writes here empties it."""

    def empty(self):
        """Return what was written since the last call."""
        data = b"".join(self._parts)
        self._parts = []
        return data


def stream_zip(entries):
    """Yield a ZIP of files, block by block.

    PDFs and XML are stored as they are in the filestore, read in blocks; only those
    that Odoo keeps in the database are in memory already.

    :param entries: (name, `odoo.http.Stream`) pairs
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, stream in entries:
            with archive.open(name, "w") as target:
                for block in _read_blocks(stream):
                    target.write(block)
                    if data := sink.empty():
                        yield data
            if data := sink.empty():
                yield data
    yield sink.empty()


def _read_blocks(stream):
    if stream.type == "data":
        yield stream.data
        return
    with open(stream.path, "rb") as source:
        yield from iter(lambda: source.read(BLOCK), b"")
