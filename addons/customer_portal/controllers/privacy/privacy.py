from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ..forms import Form
from ..people.sessions import SessionsPortal
from ..portal import CHANGE, PAGE


class DeletionForm(Form):
    """The wish to be deleted, with a tick that it is meant."""

    def clean(self):
        self.clean_line("reason")
        if not self.raw.get("is_sure"):
            self.errors["is_sure"] = self.env._("Tick this box if you want it.")


class PrivacyPortal(SessionsPortal):
    def _check_has_data(self):
        """Refuse staff, of whom the portal keeps nothing, and who looks as somebody.

        :raise HTTPException: always then; with a status of 403
        """
        self._check_is_the_person()
        if not request.env.user.share:
            self._refuse()

    @http.route("/my/privacy", **PAGE)
    def portal_my_privacy(self, **_query):
        """Show what the person can do about the own data."""
        self._check_has_data()
        return self._render_privacy_page()

    # ------------------------------------------------------------
    # Consents
    # ------------------------------------------------------------

    @http.route("/my/privacy/consents/<int:text_id>", **CHANGE)
    def portal_consent_answer(self, text_id, answer="", **_post):
        """Give, refuse or withdraw the consent to a text in force."""
        self._check_has_data()
        texts = request.env["portal.consent.text"]._get_current()
        text = texts.filtered(lambda text: text.id == text_id)
        if not text or answer not in ("give", "refuse"):
            raise NotFound
        request.env["portal.consent"]._answer(request.env.user, text, answer == "give")
        notice = "consent_given" if answer == "give" else "consent_refused"
        return request.redirect(f"/my/privacy?notice={notice}#consents", code=303)

    # ------------------------------------------------------------
    # Export
    # ------------------------------------------------------------

    @http.route("/my/privacy/exports", limit="export", **CHANGE)
    def portal_export_ask(self, **_post):
        """Queue an export of the person's own data."""
        self._check_has_data()
        request.env["portal.data.export"]._ask(request.env.user)
        return request.redirect("/my/privacy?notice=export_queued", code=303)

    @http.route("/my/privacy/exports/<int:export_id>/download", limit="export", **PAGE)
    def portal_export_download(self, export_id, **_query):
        """Hand out the file of a person's own export, for a week."""
        self._check_has_data()
        export = self._get_or_404("portal.data.export", export_id)
        attachment_sudo = export._get_attachment()
        if not attachment_sudo:
            raise NotFound
        if not export._may_be_fetched():
            self._refuse()
        stream = request.env["ir.binary"]._get_stream_from(attachment_sudo)
        response = stream.get_response(as_attachment=True)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    # ------------------------------------------------------------
    # Deletion
    # ------------------------------------------------------------

    @http.route("/my/privacy/deletion", **CHANGE)
    def portal_deletion_ask(self, **post):
        """Ask the seller to delete the person's own data."""
        self._check_has_data()
        form = DeletionForm(request.env, post)
        password_error = self._get_password_refusal(post.get("password", ""))
        if password_error:
            form.errors["password"] = password_error
        if not form.is_valid:
            return self._render_privacy_page(form=form)
        request.env["portal.deletion.request"]._ask(
            request.env.user, form.values["reason"]
        )
        return request.redirect("/my/privacy?notice=deletion_asked#deletion", code=303)

    @http.route("/my/privacy/deletion/withdraw", **CHANGE)
    def portal_deletion_withdraw(self, **_post):
        """Take the open request back; without one nothing happens."""
        # In the person's own rights: the record rule decides.
        asked = request.env["portal.deletion.request"].search([("state", "=", "open")])
        # sudo: the person's own request
        for asked_sudo in asked.sudo():
            asked_sudo._withdraw()
        return request.redirect(
            "/my/privacy?notice=deletion_withdrawn#deletion", code=303
        )

    def _get_done_texts(self):
        """Extend: what became of a consent, an export or a wish."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "consent_given": _("Thank you. Your answer has been saved with the text."),
            "consent_refused": _("Your answer has been saved."),
            "export_queued": _(
                "Your export is being prepared. We will let you know when it is ready."
            ),
            "deletion_asked": _("Your request has been sent. We will write to you."),
            "deletion_withdrawn": _(
                "The request has been withdrawn. Nothing was deleted."
            ),
        }

    def _render_privacy_page(self, *, form=None):
        env, user = request.env, request.env.user
        own = [("user_id", "=", user.id)]
        exports = env["portal.data.export"].search_fetch(
            own, ["create_date", "state", "size", "expires_on"], limit=5
        )
        requests = env["portal.deletion.request"].search_fetch(
            own, ["create_date", "state", "answer", "decided_on"], limit=1
        )
        consents = env["portal.consent"]
        kept = user._get_kept_documents()
        return self._render_page(
            "customer_portal.privacy",
            {
                "page_name": "privacy",
                "rows": consents._get_rows(user),
                "former": consents._get_former(user),
                "exports": exports,
                "is_waiting": "queued" in exports.mapped("state"),
                "asked": requests,
                "kept": kept,
                "keeps_name": kept
                and user.partner_id == user.partner_id.commercial_partner_id,
                "years": user._get_retention_years(),
                "form": form,
                "errors": form.errors if form else {},
                "asks_password": not user._is_portal_identity_confirmed(),
                "message": env._("Please check the marked places.") if form else "",
            },
            status=422 if form else 200,
        )
