"""The files of many invoices at once."""

import zipfile

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import content_disposition, request

from ...tools.file_name import clean_file_name, make_unique
from ...tools.parse import parse_ticked_ids
from ..portal import CHANGE
from .invoice import InvoicePortal

MAX_FILES = 200  # documents in one ZIP
BLOCK = 64 * 1024


class InvoiceZipPortal(InvoicePortal):
    @http.route("/my/invoices/zip", limit="export", **CHANGE)
    def portal_invoices_zip(self, **_post):
        """Send the files of the ticked documents as a ZIP, while it is made.

        What is missing of them is made first; the answer then needs the disk alone,
        and one block of memory, however many documents there are.
        """
        self._check_can("see_invoices")
        ids = parse_ticked_ids(request.httprequest.form.getlist("documents"))
        if not 0 < len(ids) <= MAX_FILES:
            raise UserError(
                request.env._("Select 1 to %s documents to download.", MAX_FILES)
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
                name = make_unique(clean_file_name(attachment.name), taken)
                entries.append((name, binary._get_stream_from(attachment)))
            request.env.invalidate_all()
        return entries


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
