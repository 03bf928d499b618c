"""What customers send: new documents, newer versions, and what we asked for."""

import hashlib
import logging
import secrets

from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools.misc import human_size

from ...const import MOST_FILES
from ...tools.parse import clean_text, parse_own_path
from ..forms import MAX_TEXT, Form
from ..portal import CHANGE, PAGE
from ..searchbar import Filter, Searchbar, Sorting
from .document import DocumentPortal

_logger = logging.getLogger(__name__)

# Several files of 10 MB come one by one from our script; without it in one request.
UPLOAD = {**CHANGE, "max_content_length": 64 * 1024 * 1024}
REQUEST_FIELDS = ["name", "kind_id", "partner_id", "due_date", "state"]


class UploadForm(Form):
    """What stands beside the files: title, note, end of validity, kind, customer."""

    def clean(self):
        self.clean_line("title")
        self.clean_line("note")
        self.clean_date("valid_until")
        self.clean_id("kind_id")
        self.clean_id("customer_id")

    def check_validity(self, kind):
        """Ask for the last day where the kind has one, and refuse one in the past."""
        until = self.values["valid_until"]
        if "valid_until" in self.errors:
            return
        if kind.needs_validity and not until:
            self.errors["valid_until"] = self.env._("Enter the last day it is valid.")
        elif until and until < fields.Date.context_today(self.env.user):
            self.errors["valid_until"] = self.env._("This day is over.")


class DocumentSendPortal(DocumentPortal):
    @http.route("/my/documents/send", **PAGE)
    def portal_document_send(self, **_query):
        """Ask which files of which kind are to be sent."""
        self._check_can("send_documents")
        return self._render_send_page()

    @http.route("/my/documents/send", **UPLOAD)
    def portal_document_send_files(self, request_key="", **post):
        """Keep the files that are right, once, and say what is wrong with others."""
        self._check_can("send_documents")
        form = UploadForm(request.env, post)
        customer = self._get_customer_to_send(form)
        kind = self._get_kind_to_send(form)
        form.check_validity(kind)
        files = self._get_files(form, kind)
        if not form.is_valid:
            return self._answer_upload(
                self._render_send_page, request_key, form=form, results=()
            )

        def keep(name, content):
            return self._keep_document(
                form, kind, customer, name, content, len(files) > 1
            )

        results = self._keep_files(files, kind, request_key, keep)
        return self._answer_upload(
            self._render_send_page, request_key, form=form, results=results
        )

    @http.route("/my/documents/<int:document_id>/versions", **UPLOAD)
    def portal_document_add_version(self, document_id, request_key="", **post):
        """Keep a newer file of a document that the customer sent."""
        document = self._get_document(document_id)
        self._check_allows("send_documents", document)
        form = UploadForm(request.env, post)
        files = self._get_files(form, document.kind_id, most=1)
        # sudo: the permission for the very document was asked just above
        document_sudo = document.sudo()

        def render(**values):
            return self._render_document_page(document, **values)

        def keep(name, content):
            document_sudo._receive_version(name, content, form.values["note"])
            return document

        results = ()
        if form.is_valid:
            results = self._keep_files(files, document.kind_id, request_key, keep)
        return self._answer_upload(
            render,
            request_key,
            form=form,
            results=results,
            url=f"/my/documents/{document.id}",
        )

    @http.route("/my/documents/<int:document_id>/withdraw", **CHANGE)
    def portal_document_withdraw(self, document_id, **_post):
        """Take back a document that was not accepted yet."""
        document = self._get_document(document_id)
        self._check_allows("send_documents", document)
        # sudo: the permission for the very document was asked just above
        _done, refusal = self._attempt(document.sudo()._withdraw)
        if refusal:
            return self._render_document_page(document, message=refusal)
        return request.redirect("/my/documents?notice=document_withdrawn", code=303)

    # ------------------------------------------------------------
    # What we ask for
    # ------------------------------------------------------------

    @http.route("/my/documents/requests", **PAGE)
    def portal_document_requests(self, **query):
        """List what the seller needs from the customer, and needed before."""
        self._check_sees_documents()
        requests = request.env["portal.document.request"]
        user, customer = request.env.user, self._get_customer()
        choice = self._get_document_request_searchbar().choose(query)
        domain = requests._get_portal_domain(
            user, root=customer
        ) | requests._get_portal_domain(user, "send_documents", customer)
        page = choice.fetch(
            requests, domain & choice.get_domain("due_date"), REQUEST_FIELDS
        )
        page["records"].kind_id.fetch(["name"])
        page["records"].partner_id._fetch_names()
        return self._render_page(
            "customer_portal.document_requests",
            {
                "page_name": "documents",
                "choice": choice,
                "page": page,
                "show_customer": len(self._get_document_customer_ids()) > 1,
            },
        )

    @http.route("/my/documents/requests/<int:request_id>", **PAGE)
    def portal_document_request_page(self, request_id, **_query):
        """Show what the seller needs, and take the files."""
        asked = self._get_document_request(request_id)
        return self._render_request_page(asked)

    @http.route("/my/documents/requests/<int:request_id>", **UPLOAD)
    def portal_document_request_answer(self, request_id, request_key="", **post):
        """Keep the files that answer a request."""
        asked = self._get_document_request(request_id)
        self._check_allows("send_documents", asked)
        form = UploadForm(request.env, post)
        form.check_validity(asked.kind_id)
        files = self._get_files(form, asked.kind_id)
        # sudo: the permission for the very request was asked just above
        asked_sudo = asked.sudo()

        def render(**values):
            return self._render_request_page(asked, **values)

        def keep(name, content):
            asked_sudo._receive()
            return self._keep_document(
                form,
                asked.kind_id,
                asked.partner_id,
                name,
                content,
                len(files) > 1,
                asked_sudo,
            )

        results = ()
        if form.is_valid:
            results = self._keep_files(files, asked.kind_id, request_key, keep)
        return self._answer_upload(
            render,
            request_key,
            form=form,
            results=results,
            url=f"/my/documents/requests/{asked.id}",
        )

    def _get_done_texts(self):
        """Extend: what became of files."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "document_sent": _(
                "We have your files. You will see here when we have checked them."
            ),
            "document_withdrawn": _("The document was withdrawn."),
        }

    def _get_document_request(self, request_id):
        """Return a request of a customer of the person."""
        asked = self._get_or_404("portal.document.request", request_id)
        self._check_sees_documents()
        return asked

    def _get_document_request_searchbar(self):
        env = request.env
        waiting = [("state", "in", ("open", "sent_back"))]
        return Searchbar(
            url="/my/documents/requests",
            filters={
                "waiting": Filter(env._("Waiting for you"), waiting),
                "received": Filter(env._("With us"), [("state", "=", "received")]),
                "closed": Filter(
                    env._("Closed"), [("state", "in", ("accepted", "cancelled"))]
                ),
                "all": Filter(env._("All")),
            },
            sortings={
                "due": Sorting(env._("Needed by"), "due_date"),
                "latest": Sorting(
                    env._("Latest day first"), "due_date", descending=True
                ),
                "name": Sorting(env._("Title"), "name"),
            },
            search=env["portal.document.request"]._get_portal_search_domain,
            placeholder=env._("What we need"),
        )

    def _render_request_page(
        self, asked, *, form=None, results=(), request_key=None, message=""
    ):
        user = request.env.user
        documents = request.env["portal.document"].search(
            [("id", "in", self._get_answer_ids(asked))], order="added_on desc, id desc"
        )
        return self._render_page(
            "customer_portal.document_request",
            {
                "page_name": "documents",
                "asked": asked,
                "rows": documents._prepare_portal_rows(
                    self._get_document_customer_ids()
                ),
                "can_send": asked._is_waiting()
                and asked._portal_allows(user, "send_documents"),
                "human_size": human_size,
                "results": results,
                "message": message,
                **self._prepare_upload_values(asked.kind_id, form, request_key),
            },
            status=422 if results or message or (form and form.errors) else 200,
        )

    @staticmethod
    def _get_answer_ids(asked):
        # sudo: which documents answer a request that the person sees; only their ids
        return asked.sudo().document_ids.ids

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    def _get_customer_to_send(self, form):
        """Return the chosen customer among those whom the person may send for."""
        customers = self._get_customers_to_send()
        chosen = customers.filtered(
            lambda customer: customer.id == form.values["customer_id"]
        )
        return chosen or (customers & self._get_customer()) or customers[:1]

    def _get_customers_to_send(self):
        """Return the customers whom the person may send for, in whatever scope."""
        rights = request.env.user._get_portal_rights()
        root_id = self._get_customer().id
        ids = rights.get_ids("send_documents", root_id)
        ids |= rights.get_own_ids("send_documents", root_id)
        return request.env["res.partner"].browse(sorted(ids))

    def _get_kind_to_send(self, form):
        """Return the chosen kind, in the person's rights; none is an error."""
        kinds = request.env["portal.document.kind"]._get_to_send()
        kind = kinds.filtered(lambda kind: kind.id == form.values["kind_id"])
        if not kind:
            form.errors["kind_id"] = request.env._("Choose a kind.")
        return kind

    @staticmethod
    def _get_files(form, kind, most=None):
        """Return the files that were chosen; none or too many are an error."""
        files = [
            file
            for file in request.httprequest.files.getlist("files")
            if file.filename or file.stream.read(1)
        ]
        most = most or kind.most or MOST_FILES
        if not files:
            form.errors["files"] = request.env._("Choose a file.")
        elif len(files) > most:
            form.errors["files"] = request.env._(
                "You chose %(count)s files. At most %(most)s can be sent at once.",
                count=len(files),
                most=most,
            )
        return files

    def _keep_files(self, files, kind, request_key, keep):
        """Check files and keep those that are right, each for itself.

        :param kind: the portal.document.kind that says what is accepted
        :param str request_key: of the form; a file that came with it is there already
        :param callable keep: takes a clean name and the content, returns the document
        :return: list of dicts with name, error (or "") and document
        """
        return [self._keep_file(file, kind, request_key, keep) for file in files]

    def _keep_file(self, file, kind, request_key, keep):
        attachments = request.env["ir.attachment"]
        result = {
            "name": attachments._clean_portal_name(file.filename),
            "error": "",
            "document": request.env["portal.document"],
        }
        # When Odoo runs a request again, it rewinds the first file alone.
        file.stream.seek(0)
        try:
            name = self._check_file(file, kind)
            content = file.stream.read()
            with request.env.cr.savepoint():
                result["document"] = self._keep_once(request_key, name, content, keep)
        except AccessError:
            raise
        except UserError as refusal:
            result["error"] = refusal.args[0]
        except OSError:
            # The row went with the file that could not be written.
            _logger.exception("A document of a customer could not be stored")
            result["error"] = request.env._(
                "The file could not be stored. Please try again later."
            )
        return result

    @staticmethod
    def _check_file(file, kind):
        """Return the clean name of a file that is right; it is counted once.

        The answer stays with the file: a request that Odoo runs again, because
        somebody else was quicker, has sent no more files than before.

        :raise UserError: with a sentence, for what is not accepted
        """
        if not hasattr(file, "portal_name"):
            limits = request.env["portal.rate.limit"]
            limits._check(
                "upload",
                account=limits._get_user_key(request.env.user),
                address=limits._get_address_key(request.httprequest.remote_addr),
            )
            file.portal_name = request.env["ir.attachment"]._check_portal_upload(
                file.filename,
                file.stream,
                extensions=kind._get_extensions(),
                largest=kind._get_largest(),
            )
        return file.portal_name

    @staticmethod
    def _keep_once(request_key, name, content, keep):
        """Keep a file, unless this form brought the very same one before."""
        requests = request.env["portal.request"]
        if not requests._is_key(request_key):
            return keep(name, content)
        digest = hashlib.sha256(content).hexdigest()
        text = f"{request_key}:{digest}:{name}"
        key = hashlib.sha256(text.encode()).hexdigest()[:32]
        return requests._make_once(key, "portal.document", keep, name, content)

    @staticmethod
    def _keep_document(form, kind, customer, name, content, is_one_of_many, asked=None):
        """Make a document of a file; the permission was asked.

        :param bool is_one_of_many: the title is for several, and the names tell them
        :param asked: the request in sudo that it answers
        """
        stem = name.rpartition(".")[0]
        title = form.values["title"] or stem
        is_one_of_many = is_one_of_many or form.raw.get("is_one_of_many") == "1"
        if is_one_of_many and form.values["title"]:
            title = f"{title}, {stem}"
        return (
            request.env["portal.document"]
            .sudo()  # sudo: people of customers have no right to make documents
            ._receive(
                customer,
                {
                    "name": title[:MAX_TEXT],
                    "kind_id": kind.id,
                    "valid_until": form.values["valid_until"],
                },
                name,
                content,
                form.values["note"],
                asked,
            )
        )

    def _answer_upload(
        self, render, request_key, *, form, results, url="/my/documents"
    ):
        """Answer a form with files: lead on when all is right, else say what is not.

        Our script, which sends one file a request and shows the progress, reads JSON.
        """
        wrong = [result for result in results if result["error"]]
        is_right = form.is_valid and not wrong
        url = f"{url}?notice=document_sent"
        if "application/json" in request.httprequest.headers.get("Accept", ""):
            return request.make_json_response(
                {
                    "url": url if is_right else "",
                    "errors": list(form.errors.values()),
                    "fields": form.errors,
                    "files": [
                        {"name": result["name"], "error": result["error"]}
                        for result in results
                    ],
                },
                status=200 if is_right else 422,
            )
        if is_right:
            return request.redirect(parse_own_path(url), code=303)
        return render(form=form, results=results, request_key=request_key)

    def _render_send_page(self, *, form=None, results=(), request_key=None):
        kinds = request.env["portal.document.kind"]._get_to_send()
        customers = self._get_customers_to_send()
        typed = form.raw if form else {}
        return self._render_page(
            "customer_portal.document_send",
            {
                "page_name": "documents",
                "kinds": kinds,
                "kind_id": form.values["kind_id"] if form else 0,
                "customers": customers if len(customers) > 1 else None,
                "customer_id": (form.values["customer_id"] if form else 0)
                or self._get_customer().id,
                "results": results,
                **self._prepare_upload_values(kinds, form, request_key),
                "typed": typed,
            },
            status=422 if results or (form and form.errors) else 200,
        )

    @staticmethod
    def _prepare_upload_values(kinds, form=None, request_key=None):
        """Return what the fields of an upload show, and what is told beforehand.

        :param kinds: what can be sent
        :param form: the form that is shown again, with what was typed
        :param str request_key: of that form; it stays, so that what came is not twice
        """
        if not request.env["portal.request"]._is_key(request_key):
            request_key = secrets.token_hex(16)
        return {
            "errors": form.errors if form else {},
            "typed": form.raw if form else {},
            "request_key": clean_text(request_key),
            "hints": [
                {
                    "kind": kind,
                    "extensions": kind._get_extensions(),
                    "largest": kind.largest,
                    "most": kind.most,
                }
                for kind in kinds
            ],
        }
