import secrets

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ..frame.conversation import MESSAGE_FILE
from ..portal import CHANGE, PAGE
from .dispute_form import DisputeForm, ReplyForm
from .invoice import DisputedInvoicePortal

UPLOAD = {**CHANGE, "max_content_length": 64 * 1024 * 1024, "limit": "dispute"}


class DisputePortal(DisputedInvoicePortal):
    """Say that something is wrong with an invoice, and talk about it."""

    @http.route("/my/invoices/<int:invoice_id>/dispute", **PAGE)
    def portal_dispute(self, invoice_id, **_query):
        """Ask what is wrong."""
        return self._render_dispute_page(self._get_invoice_to_dispute(invoice_id))

    @http.route("/my/invoices/<int:invoice_id>/dispute", **UPLOAD)
    def portal_dispute_open(self, invoice_id, request_key="", **post):
        """Dispute lines of an invoice, or an amount of it, once."""
        invoice_sudo = self._get_invoice_to_dispute(invoice_id)
        requests = request.env["portal.request"]
        if requests._get_result(request_key, "portal.dispute"):
            return self._redirect_to_disputes(invoice_id, "dispute_opened")
        lines_sudo = invoice_sudo._get_disputable_lines()
        form = DisputeForm(request.env, post, lines_sudo, invoice_sudo.currency_id)
        reason = self._get_dispute_reasons().filtered(
            lambda reason: reason.id == form.values["reason_id"]
        )
        form.check_reason(reason)
        files = self._read_files(form) if form.is_valid else []
        if not form.is_valid:
            return self._render_dispute_page(invoice_sudo, form)
        dispute_sudo, refusal = self._attempt_with_files(
            invoice_sudo.env["portal.dispute"]._open,
            invoice_sudo,
            request.env.user,
            reason,
            text=form.values["text"],
            wishes={
                line: form.values["wishes"][line.id]
                for line in lines_sudo
                if line.id in form.values["wishes"]
            },
            amount=form.values["amount"],
            files=files,
        )
        if refusal:
            return self._render_dispute_page(invoice_sudo, form, refusal)
        requests._remember(request_key, dispute_sudo)
        return self._redirect_to_disputes(invoice_id, "dispute_opened")

    @http.route("/my/disputes/<int:dispute_id>", **PAGE)
    def portal_dispute_page(self, dispute_id, **_query):
        """Show a dispute on the page of its invoice."""
        dispute = self._get_or_404("portal.dispute", dispute_id)
        return request.redirect(dispute._get_url(), code=303)

    @http.route("/my/disputes/<int:dispute_id>", **UPLOAD)
    def portal_dispute_reply(self, dispute_id, request_key="", action="", **post):
        """Write about a dispute, or withdraw it; once."""
        # sudo: nobody writes disputes; this one the person reads
        dispute_sudo = self._get_or_404("portal.dispute", dispute_id).sudo()
        invoice_id = dispute_sudo.move_id.id
        invoice_sudo = self._get_invoice_to_dispute(invoice_id, also_closed=True)
        if action == "withdraw":
            is_done = dispute_sudo._withdraw(request.env.user)
            notice = "dispute_withdrawn" if is_done else "dispute_closed"
            return self._redirect_to_disputes(invoice_id, notice)
        requests = request.env["portal.request"]
        if requests._get_result(request_key, "portal.dispute"):
            return self._redirect_to_disputes(invoice_id, "dispute_replied")
        form = ReplyForm(request.env, post)
        files = self._read_files(form) if form.is_valid else []
        refusal = ". ".join(form.errors.values())
        if not refusal:
            _done, refusal = self._attempt_with_files(
                dispute_sudo._reply, request.env.user, form.values["text"], files
            )
        if refusal:
            values = self._prepare_invoice_page_values(invoice_sudo, None, {})
            values |= {
                "message": refusal,
                "typed": "",
                "replied": (dispute_id, form.raw.get("text", "")),
            }
            return self._render_page("customer_portal.invoice", values, status=422)
        requests._remember(request_key, dispute_sudo)
        return self._redirect_to_disputes(invoice_id, "dispute_replied")

    @http.route(
        "/my/disputes/<int:dispute_id>/files/<int:file_id>",
        **{**MESSAGE_FILE, "auth": "user"},
    )
    def portal_dispute_file(self, dispute_id, file_id, **_query):
        """Send a file of a dispute."""
        dispute = self._get_or_404("portal.dispute", dispute_id)
        # sudo: the files of a dispute that the person reads
        files_sudo = dispute.sudo().event_ids.attachment_ids
        file_sudo = files_sudo.filtered(lambda file: file.id == file_id)
        if not file_sudo:
            raise NotFound
        return self._send_stored_file(file_sudo)

    def _get_done_texts(self):
        """Extend: what became of a dispute."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "dispute_opened": _(
                "We have your dispute. This part need not be paid until we have "
                "answered; the rest can be paid as usual."
            ),
            "dispute_replied": _("We have your answer."),
            "dispute_withdrawn": _(
                "The dispute was withdrawn. This part is due again."
            ),
            "dispute_closed": _("This dispute was decided already; see below."),
        }

    # ------------------------------------------------------------
    # Reach
    # ------------------------------------------------------------

    def _get_invoice_to_dispute(self, invoice_id, *, also_closed=False):
        """Return an invoice of the person, in sudo.

        :param bool also_closed: whether nothing of it need be left to dispute
        """
        self._check_can("see_invoices")
        invoice = self._get_or_404("account.move", invoice_id)
        # sudo: lines, taxes and disputes of an invoice that the person reads
        invoice_sudo = invoice.sudo()
        if not self._disputes_in_portal(invoice_sudo):
            self._refuse()
        if not also_closed and not invoice_sudo._can_be_disputed():
            raise NotFound
        return invoice_sudo

    @staticmethod
    def _get_dispute_reasons():
        return request.env["portal.short.payment.reason"]._get_for_disputes()

    @staticmethod
    def _redirect_to_disputes(invoice_id, notice):
        address = f"/my/invoices/{invoice_id}?notice={notice}#disputes"
        return request.redirect(address, code=303)

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    def _render_dispute_page(self, invoice_sudo, form=None, message=""):
        if form and form.errors and not message:
            message = request.env._("Please check the marked fields.")
        return self._render_page(
            "customer_portal.dispute",
            {
                "page_name": "invoice",
                "invoice": invoice_sudo,
                "currency": invoice_sudo.currency_id,
                "rows": invoice_sudo._prepare_disputable_rows(),
                "most": invoice_sudo._get_amount_to_dispute(),
                "reasons": self._get_dispute_reasons(),
                "reason_id": form.values["reason_id"] if form else 0,
                "raw": form.raw if form else {},
                "errors": form.errors if form else {},
                "message": message,
                "had_files": bool(form and request.httprequest.files),
                "request_key": secrets.token_hex(16),
            },
            status=422 if message else 200,
        )
