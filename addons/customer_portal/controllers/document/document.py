from datetime import timedelta

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request
from odoo.tools.misc import human_size

from ...const import DOCUMENT_NOTICE_DAYS
from ...tools import table
from ...tools.file_name import clean_file_name
from ..portal import CHANGE, PAGE, Portal
from ..searchbar import Filter, Menu, Searchbar, Sorting

# A download writes one row: who opened the file. That is its point, so the cursor is
# no read-only one.
DOWNLOAD = {**PAGE, "readonly": False, "limit": "pdf"}
# The file is saved and never shown; a browser that shows it all the same runs nothing.
FILE_POLICY = "default-src 'none'; sandbox"
ROW_FIELDS = [
    "name",
    "kind_id",
    "audience",
    "direction",
    "partner_id",
    "state",
    "valid_from",
    "valid_until",
    "file_name",
    "size",
    "added_on",
    "current_version_id",
]
MAX_ROWS = 10_000  # of an export
SHOWN_OPENINGS = 20
WAITING_REQUESTS = 3


class DocumentPortal(Portal):
    @http.route("/my/documents", **PAGE)
    def portal_my_documents(self, **query):
        """List the documents from the seller and those that the customer sent."""
        self._check_sees_documents()
        user = request.env.user
        customer = self._get_customer()
        documents = request.env["portal.document"]
        choice = self._get_document_searchbar().choose(query)
        domain = documents._get_portal_domain(user, root=customer)
        domain &= choice.get_search_domain("added_on")
        page = choice.fetch(documents, domain & choice.filter_domain, ROW_FIELDS)
        ids = self._get_document_customer_ids()
        return self._render_page(
            "customer_portal.documents",
            {
                "page_name": "documents",
                "choice": choice,
                "counts": choice.count(documents, domain),
                "page": page,
                "rows": page["records"]._prepare_portal_rows(ids),
                "requests": request.env["portal.document.request"]._get_waiting(
                    customer, WAITING_REQUESTS
                ),
                "show_customer": len(ids) > 1,
                "can_send": user._portal_can("send_documents"),
                "human_size": human_size,
                "can_export": user._portal_can("export"),
                "export_url": choice.address().replace(
                    "/my/documents", "/my/documents/export", 1
                ),
                "max_rows": MAX_ROWS,
            },
        )

    @http.route("/my/documents/export", limit="export", **CHANGE)
    def portal_my_documents_export(self, **query):
        """Answer with the filtered list as a table of text, and write that down."""
        self._check_sees_documents()
        self._check_can("export")
        documents = request.env["portal.document"]
        choice = self._get_document_searchbar().choose(query)
        domain = documents._get_portal_domain(
            request.env.user, root=self._get_customer()
        )
        documents = documents.search_fetch(
            domain & choice.get_domain("added_on"),
            ROW_FIELDS,
            order="added_on desc, id desc",
            limit=MAX_ROWS,
        )
        content = self._write_documents(documents)
        request.env["portal.activity"]._log(
            "exported",
            self._get_customer(),
            detail=request.env._("Documents, %s rows", len(documents)),
        )
        return self._send_table(content, "documents")

    def _write_documents(self, documents):
        """Return documents as a table of text."""
        env = request.env
        header = [
            env._("Title"),
            env._("Kind"),
            env._("Company"),
            env._("From"),
            env._("Valid from"),
            env._("Valid until"),
            env._("Added"),
            env._("File"),
            env._("Size in bytes"),
        ]
        sides = {"seller": env._("Us"), "customer": env._("You")}
        rows = documents._prepare_portal_rows(self._get_document_customer_ids())
        return table.write(
            header,
            (
                (
                    row["document"].name,
                    row["document"].kind_id.name,
                    row["customer"].name,
                    sides[row["document"].direction],
                    row["document"].valid_from,
                    row["document"].valid_until,
                    row["document"].added_on.date(),
                    row["document"].file_name,
                    row["document"].size,
                )
                for row in rows
            ),
        )

    def _check_sees_documents(self):
        """Refuse the pages to those who may neither see nor send documents.

        Who may only send sees what he or she sent.
        """
        if not request.env.user._portal_can("send_documents"):
            self._check_can("see_documents")

    def _get_document_customer_ids(self):
        """Return the ids of the customers whose documents the person sees here."""
        rights = request.env.user._get_portal_rights()
        root_id = self._get_customer().id
        return sorted(
            rights.get_ids("see_documents", root_id)
            | rights.get_ids("send_documents", root_id)
        )

    def _get_document_searchbar(self):
        env = request.env
        today = fields.Date.context_today(env.user)
        current = env["portal.document"]._get_current_domain()
        soon = Domain("runs_until", "<=", today + timedelta(days=DOCUMENT_NOTICE_DAYS))
        return Searchbar(
            url="/my/documents",
            filters={
                "current": Filter(env._("Current"), current),
                "from_us": Filter(
                    env._("From us"), current & Domain("direction", "=", "seller")
                ),
                "from_you": Filter(
                    env._("From your company"), [("direction", "=", "customer")]
                ),
                "expiring": Filter(env._("Expires soon"), current & soon),
                "expired": Filter(
                    env._("No longer valid"), [("runs_until", "<", today)]
                ),
                "all": Filter(env._("All")),
            },
            menus={
                "kind": Menu(
                    env._("Kind"),
                    {
                        "": Filter(env._("All kinds")),
                        **{
                            str(kind.id): Filter(kind.name, [("kind_id", "=", kind.id)])
                            for kind in env["portal.document.kind"].search_fetch(
                                [], ["name"]
                            )
                        },
                    },
                )
            },
            sortings={
                "newest": Sorting(env._("Newest"), "added_on", descending=True),
                "name": Sorting(env._("Title"), "name"),
                "valid_until": Sorting(env._("Valid until"), "runs_until"),
            },
            search=env["portal.document"]._get_portal_search_domain,
            placeholder=env._("Title, kind, file or product"),
        )

    # ------------------------------------------------------------
    # One document
    # ------------------------------------------------------------

    @http.route("/my/documents/<int:document_id>", **PAGE)
    def portal_document_page(self, document_id, **_query):
        """Show a document, its versions, and who opened it."""
        return self._render_document_page(self._get_document(document_id))

    @http.route("/my/documents/<int:document_id>/download", **DOWNLOAD)
    def portal_document_download(self, document_id, **_query):
        """Send the current file of a document."""
        document = self._get_document(document_id)
        return self._send_version(document.current_version_id)

    @http.route(
        "/my/documents/<int:document_id>/versions/<int:version_id>/download", **DOWNLOAD
    )
    def portal_document_version_download(self, document_id, version_id, **_query):
        """Send one version of a document."""
        document = self._get_document(document_id)
        version = self._get_or_404("portal.document.version", version_id)
        if version.document_id != document:
            raise NotFound
        return self._send_version(version)

    def _get_document(self, document_id):
        """Return a document that the person sees; foreign and missing are alike."""
        document = self._get_or_404("portal.document", document_id)
        self._check_sees_documents()
        return document

    def _send_version(self, version):
        """Answer with a file to save, and write down who opened it.

        Rows are written for people of customers alone, and none while staff look as
        one of them: what such a request writes does not stay.
        """
        # sudo: the file of a version that was reached in the person's rights
        version_sudo = version.sudo()
        try:
            stream = request.env["ir.binary"]._get_stream_from(
                version_sudo,
                "content",
                filename=clean_file_name(version.name),
                mimetype=version._get_mimetype(),
            )
            response = stream.get_response(
                as_attachment=True, content_security_policy=FILE_POLICY
            )
        except FileNotFoundError as error:
            raise NotFound from error
        if request.env.user.share and request.httprequest.method == "GET":
            request.env["portal.document.access"]._log(version, self._get_customer())
        return response

    def _render_document_page(
        self, document, *, form=None, message="", results=(), request_key=None
    ):
        user = request.env.user
        [row] = document._prepare_portal_rows(self._get_document_customer_ids())
        openings = request.env["portal.document.access"]
        can_see_openings = user._portal_can("see_activity")
        if can_see_openings:
            openings = openings.search_fetch(
                openings._get_portal_domain(user, root=self._get_customer())
                & Domain("document_id", "=", document.id),
                ["date", "user_name", "version_id"],
                order="date desc, id desc",
                limit=SHOWN_OPENINGS,
            )
        can_send = document.direction == "customer" and document._portal_allows(
            user, "send_documents"
        )
        wrong = message or results or (form and form.errors)
        return self._render_page(
            "customer_portal.document",
            {
                "page_name": "documents",
                "document": document,
                "row": row,
                "versions": document.version_ids.sorted("number", reverse=True),
                "openings": openings,
                "can_see_openings": can_see_openings,
                "can_send": can_send,
                "can_withdraw": document._can_withdraw(user),
                "human_size": human_size,
                "message": message,
                "results": results,
                **self._prepare_upload_values(document.kind_id, form, request_key),
            },
            status=422 if wrong else 200,
        )
