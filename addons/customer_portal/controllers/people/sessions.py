from werkzeug.exceptions import abort

from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request

from ...tools.parse import clean_text
from ..portal import CHANGE, PAGE, Portal


class SessionsPortal(Portal):
    @http.route("/my/security/sessions", **PAGE)
    def portal_my_sessions(self, **_query):
        """Show where the person is signed in, and the last sign-ins."""
        self._check_is_the_person()
        return self._render_sessions_page()

    @http.route("/my/security/sessions/<int:session_id>/end", **CHANGE)
    def portal_session_end(self, session_id, password=None, **_post):
        """End one other session; one that is over already is as good as ended."""
        if refusal := self._get_password_refusal(password):
            return self._render_sessions_page(error=refusal)
        user = request.env.user
        if user._end_portal_session(session_id):
            self._log_sessions(request.env._("One session"))
        return request.redirect("/my/security/sessions?notice=session_ended", code=303)

    @http.route("/my/security/sessions/end", **CHANGE)
    def portal_sessions_end(self, password=None, **_post):
        """End all other sessions."""
        if refusal := self._get_password_refusal(password):
            return self._render_sessions_page(error=refusal)
        request.env.user._end_portal_sessions()
        self._log_sessions(request.env._("All other sessions"))
        return request.redirect("/my/security/sessions?notice=sessions_ended", code=303)

    def _get_done_texts(self):
        """Extend: what became of sessions."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "session_ended": _("The session has been ended."),
            "sessions_ended": _("All other sessions have been ended."),
        }

    def _check_is_the_person(self):
        """Refuse what is for the very person's eyes to staff who look as somebody.

        :raise HTTPException: always then; with a status of 403
        """
        if getattr(request, "portal_view", None):
            response = self._render_page(
                "customer_portal.refused",
                {"message": request.env._("Only the person sees this page.")},
                status=403,
            )
            response.flatten()
            abort(response)

    @staticmethod
    def _get_password_refusal(password):
        """Return why the person is not believed to be the one, or "".

        Who has confirmed the password just now is not asked again, as in core.
        """
        user = request.env.user
        if user._is_portal_identity_confirmed():
            return ""
        if not clean_text(password):
            return request.env._("Enter your password.")
        try:
            user._confirm_portal_identity(password)
        except AccessDenied:
            return request.env._("This is not your password.")
        return ""

    @staticmethod
    def _log_sessions(detail):
        rights = request.env.user._get_portal_rights()
        customers = request.env["res.partner"].browse(rights.customer_ids)
        request.env["portal.activity"]._log("sessions_ended", customers, detail=detail)

    def _render_sessions_page(self, *, error=""):
        user = request.env.user
        field = request.env["portal.activity"]._fields["action"]
        labels = dict(field._description_selection(request.env))
        return self._render_page(
            "customer_portal.sessions",
            {
                "page_name": "sessions",
                "sessions": user._get_portal_sessions(),
                "sign_ins": [
                    {"date": date, "label": labels[action], "action": action}
                    for date, action in user._get_portal_sign_ins()
                ],
                "asks_password": not user._is_portal_identity_confirmed(),
                "error": error,
            },
            status=422 if error else 200,
        )
