import time

from werkzeug.exceptions import NotFound
from werkzeug.urls import url_encode

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.auth_signup.controllers.main import AuthSignupHome

from ...const import DEVICE_COOKIE, DEVICE_DAYS
from ...tools.mailbox import read_mailbox
from ..forms import get_mailbox_refusal

# Seconds that asking for a new password takes, whoever asks: longer than the work
# for an account that exists, so that the time tells nothing.
RESET_SECONDS = 0.6
CREDENTIAL_TYPES = ("password", "webauthn")


class SignIn(AuthSignupHome):
    @route()
    def web_login(self, *args, **kw):
        """Extend: a form that is not one of the page's is a wrong password.

        Core fails where the login is missing or the type is that of a second factor.
        """
        if request.httprequest.method == "POST":
            if request.params.get("type") not in CREDENTIAL_TYPES:
                request.params["type"] = "password"
            if request.params["type"] == "password":
                request.params.setdefault("login", "")
        return super().web_login(*args, **kw)

    @route()
    def web_auth_reset_password(self, *args, **kw):
        """Extend: the same words after the same time for every login."""
        is_post = request.httprequest.method == "POST"
        if is_post and not self._has_token():
            return self._answer_reset()
        if not is_post and self._asks_for_account():
            return self._lead_to_login()
        return super().web_auth_reset_password(*args, **kw)

    @route()
    def web_auth_signup(self, *args, **kw):
        """Extend: an old invitation leads to the same place for every address."""
        is_post = request.httprequest.method == "POST"
        is_open = self.get_auth_signup_config()["signup_enabled"]
        if not is_post and not is_open and self._asks_for_account():
            return self._lead_to_login()
        return super().web_auth_signup(*args, **kw)

    def get_auth_signup_config(self):
        """Extend: whether the page for signing in leads to the form for access."""
        registrations = request.env["portal.registration"]
        return {
            **super().get_auth_signup_config(),
            "registration_open": registrations._is_open(),
        }

    def do_signup(self, qcontext, do_login=True):
        """Extend: who signs up without an invitation types one e-mail address.

        :raise UserError: for anything else, and for one that somebody has in other
            letters
        """
        if not qcontext.get("token"):
            typed = (qcontext.get("login") or "").strip()
            qcontext["login"] = read_mailbox(typed)
            if not qcontext["login"]:
                raise UserError(get_mailbox_refusal(request.env, typed))
            # sudo: whether there is such a login, which core tells too
            users = request.env["res.users"].sudo().with_context(active_test=False)
            if users.search_count(users._get_login_domain(typed), limit=1):
                raise UserError(
                    request.env._("An account with this address already exists.")
                )
        return super().do_signup(qcontext, do_login=do_login)

    def _signup_with_values(self, token, values, do_login):
        """Extend: who has proven to own the mailbox comes from a known device.

        Strangers who still guess at the account do not hold up its owner then.
        """
        # sudo: the token is checked, by this method and by core's
        partners = request.env["res.partner"].sudo()
        partner = partners._signup_retrieve_partner(token) if token else None
        result = super()._signup_with_values(token, values, do_login)
        if partner and partner.user_ids:
            request.future_response.set_cookie(
                DEVICE_COOKIE,
                partner.user_ids[0]._make_device(),
                max_age=DEVICE_DAYS * 86400,
                httponly=True,
            )
        return result

    def _answer_reset(self):
        start = time.monotonic()
        values = self.get_auth_signup_qcontext()
        if not values.get("reset_password_enabled"):
            raise NotFound
        login = (values.get("login") or "").strip()
        # sudo: nobody is signed in; the method gives nothing back
        request.env["res.users"].sudo()._mail_reset_link(login)
        request.env.cr.flush()
        values["message"] = request.env._(
            "If there is an account for this address, an e-mail with a link "
            "to choose a new password is on its way. Please check your inbox "
            "and your spam folder."
        )
        time.sleep(max(0, RESET_SECONDS - (time.monotonic() - start)))
        response = request.render("auth_signup.reset_password", values)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
        return response

    @staticmethod
    def _has_token():
        return bool(
            request.params.get("token") or request.session.get("auth_signup_token")
        )

    def _asks_for_account(self):
        """Return whether an address asks if there is an account for an e-mail.

        Core answers that. Who has a token that holds may know: it is the own one.
        """
        if not request.params.get("signup_email"):
            return False
        return not self._has_token() or "error" in self.get_auth_signup_qcontext()

    @staticmethod
    def _lead_to_login():
        query = url_encode({"login": request.params["signup_email"]})
        return request.redirect(f"/web/login?{query}")
